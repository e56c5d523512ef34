package dev.caravan.agent.source.elm327;

import java.util.Optional;

/**
 * When a vehicle is left alone, and when it is worth asking again, so that the agent does not empty its battery. One
 * thread.
 *
 * <p>Asking wakes control units up; reading the voltage at the socket does not. So a resting vehicle is asked when its
 * battery is being charged or has risen, otherwise only every {@value #LOOKS_A_QUESTION}th time, and not at all while the
 * battery is low.
 */
final class Rest {
  /** No battery of 12 V has that unless something charges it. */
  private static final double CHARGING_V = 13.2;

  private static final double RISE_V = 0.4;

  /** A starter pulls the voltage down for a second or two. */
  private static final int LOW_READINGS = 3;

  static final int LOOKS_A_QUESTION = 10;

  private final Elm327Settings settings;
  private int lowReadings;
  private int looks;
  private double lowestV = Double.MAX_VALUE;

  Rest(Elm327Settings settings) {
    this.settings = settings;
  }

  /** Whether the battery has become too low; a single reading does not tell. */
  boolean isTooLow(double volts, boolean isEngineRunning) {
    boolean isLow = volts < settings.sleepBelowV() && !isEngineRunning;
    lowReadings = isLow ? lowReadings + 1 : 0;
    return lowReadings >= LOW_READINGS;
  }

  void begin() {
    lowReadings = 0;
    lowestV = Double.MAX_VALUE;
  }

  /** Whether to ask the vehicle itself, now that its battery was looked at. */
  boolean isWorthAsking(Optional<Double> volts) {
    looks++;
    boolean isTurn = looks % LOOKS_A_QUESTION == 0;
    if (volts.isEmpty()) {
      return isTurn;
    }
    double now = volts.get();
    boolean hasRisen = now >= lowestV + RISE_V;
    lowestV = Math.min(lowestV, now);
    boolean isLow = now < settings.sleepBelowV();
    return now >= CHARGING_V || (!isLow && (hasRisen || isTurn));
  }
}
