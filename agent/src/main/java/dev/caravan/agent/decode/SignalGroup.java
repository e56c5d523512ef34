package dev.caravan.agent.decode;

import java.util.Arrays;

/**
 * The signals that arrive together, under one name: those of one CAN message of one source, of a position epoch, of a slave.
 * There is one instance for each in a {@link SignalTable}; it grows while signals are defined. The pipeline's thread uses it.
 */
public final class SignalGroup {
  /** One without signals, of nothing. */
  public static final SignalGroup NONE = new SignalGroup("", -1);

  private final String name;
  private final int index;
  private Signal[] signals = {};
  private int size;

  SignalGroup(String name, int index) {
    this.name = name;
    this.index = index;
  }

  /** Its name, {@code can0.EngineData}. */
  public String name() {
    return name;
  }

  /** Small and unique in one configuration, from 0. */
  public int index() {
    return index;
  }

  /** How many signals it has so far. */
  public int size() {
    return size;
  }

  /** The signal at a place, from 0, which is its {@link Signal#place()}. */
  public Signal signal(int place) {
    return signals[place];
  }

  void add(Signal signal) {
    if (size == signals.length) {
      signals = Arrays.copyOf(signals, Math.max(4, size * 2));
    }
    signals[size++] = signal;
  }

  /** One of the same signals, that grows by itself. */
  SignalGroup copy() {
    SignalGroup copy = new SignalGroup(name, index);
    copy.signals = signals.clone();
    copy.size = size;
    return copy;
  }

  @Override
  public String toString() {
    return name;
  }
}
