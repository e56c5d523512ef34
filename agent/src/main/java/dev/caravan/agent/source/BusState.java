package dev.caravan.agent.source;

/**
 * What a CAN controller makes of its bus. The order is that of {@code source.bus_state}, from 0.
 *
 * @see "ISO 11898-1:2015, 12.1.4.2"
 */
public enum BusState {
  /** Takes part without restriction. */
  ERROR_ACTIVE("bus error active"),
  /** As that, with many errors lately. */
  ERROR_WARNING("bus error warning"),
  /** May no longer end the frames of others. */
  ERROR_PASSIVE("bus error passive"),
  /** Takes no part. */
  BUS_OFF("bus off");

  private static final int PASSIVE_COUNT = 128;

  /** What controllers warn at. */
  private static final int WARNING_COUNT = 96;

  private final String words;

  BusState(String words) {
    this.words = words;
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
