package dev.caravan.agent.decode;

import dev.caravan.agent.signal.SignalSpec;

/** Gives a decoder's signal the name, unit and scale under which the configuration wants it. */
public interface Naming {
  /** Leaves every signal as its decoder knows it. */
  Naming AS_DECODED = decoded -> decoded;

  /** The signal as it is to be known from here on; {@code decoded} itself where nothing is said of it. */
  SignalSpec named(SignalSpec decoded);

  /**
   * The same of a signal of a DBC file.
   *
   * @param place where it stands, as {@link CanPlace} writes it
   */
  default SignalSpec named(SignalSpec decoded, String place) {
    return named(decoded);
  }
}
