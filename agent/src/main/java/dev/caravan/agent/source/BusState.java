package dev.caravan.agent.source;

/**
 * What a CAN controller makes of its bus.
 *
 * @see "ISO 11898-1:2015, 12.1.4.2"
 */
public enum BusState {
  /** Takes part without restriction. */
  ERROR_ACTIVE(0, "bus error active"),
  /** As that, with many errors lately. */
  ERROR_WARNING(1, "bus error warning"),
  /** May no longer end the frames of others. */
  ERROR_PASSIVE(2, "bus error passive"),
  /** Takes no part. */
  BUS_OFF(3, "bus off");

  private static final int PASSIVE_COUNT = 128;

  /** What controllers warn at. */
  private static final int WARNING_COUNT = 96;

  private final int number;
  private final String words;

  BusState(int number, String words) {
    this.number = number;
    this.words = words;
  }

  /** As in {@code source.bus_state}. */
  int number() {
    return number;
  }

  /** The state that error counts mean, of a controller that is not off. */
  public static BusState of(int transmitErrors, int receiveErrors) {
    int most = Math.max(transmitErrors, receiveErrors);
    return most >= PASSIVE_COUNT
        ? ERROR_PASSIVE
        : most >= WARNING_COUNT ? ERROR_WARNING : ERROR_ACTIVE;
  }

  /** In words, as people say it. */
  @Override
  public String toString() {
    return words;
  }
}
