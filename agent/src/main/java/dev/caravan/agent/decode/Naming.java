package dev.caravan.agent.decode;

import dev.caravan.agent.signal.SignalSpec;

/** Gives a decoder's signal the name, unit and scale under which the configuration wants it. */
public interface Naming {
  /** Leaves every signal as its decoder knows it. */
  Naming AS_DECODED = decoded -> decoded;

  /** The signal as it is to be known from here on; {@code decoded} itself where nothing is said of it. */
  SignalSpec named(SignalSpec decoded);
}
