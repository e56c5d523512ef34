package dev.caravan.agent.device.ecu;

import java.util.Random;

/**
 * A car with a petrol engine on an endless drive, as smooth functions of the time since it was started. Equal seeds give
 * equal drives. Immutable.
 */
final class Drive {
  private static final double WARM_C = 88;
  private static final double AMBIENT_C = 21;
  private static final double WARM_UP_S = 150;
  private static final double TANK_PERCENT = 82;
  private static final double TANK_LASTS_S = 40_000;

  private final double slowPhase;
  private final double fastPhase;
  private final double odometerStartKm;

  Drive(long seed) {
    Random random = new Random(seed);
    slowPhase = random.nextDouble() * 2 * Math.PI;
    fastPhase = random.nextDouble() * 2 * Math.PI;
    odometerStartKm = 12_000 + random.nextInt(90_000);
  }

  /** Between 0 and about 95 km/h, standing now and then. */
  double speedKmh(double s) {
    double wave =
        42 + 40 * StrictMath.sin(s / 23 + slowPhase) + 14 * StrictMath.sin(s / 5.3 + fastPhase);
    return Math.max(0, wave);
  }

  double throttlePercent(double s) {
    double rising = StrictMath.cos(s / 23 + slowPhase) + 0.9 * StrictMath.cos(s / 5.3 + fastPhase);
    return speedKmh(s) == 0 ? 13 : Math.max(13, Math.min(90, 24 + 17 * rising));
  }

  double engineRpm(double s) {
    return 780 + 19.5 * speedKmh(s) + 9 * (throttlePercent(s) - 13);
  }

  double loadPercent(double s) {
    return 16 + 0.8 * (throttlePercent(s) - 13);
  }

  double intakeKpa(double s) {
    return 28 + 0.75 * loadPercent(s);
  }

  double airGramsPerS(double s) {
    return engineRpm(s) * intakeKpa(s) / 12_500;
  }

  double coolantC(double s) {
    return AMBIENT_C + (WARM_C - AMBIENT_C) * (1 - StrictMath.exp(-s / WARM_UP_S));
  }

  double oilC(double s) {
    return AMBIENT_C + (WARM_C + 7 - AMBIENT_C) * (1 - StrictMath.exp(-s / (2.4 * WARM_UP_S)));
  }

  double ambientC() {
    return AMBIENT_C;
  }

  /** Percent of the reference torque. */
  double torquePercent(double s) {
    return loadPercent(s) - 9;
  }

  double fuelTrimPercent(double s) {
    return 2.4 * StrictMath.sin(s / 3.1 + fastPhase);
  }

  double batteryV(double s) {
    return 14.1 + 0.12 * StrictMath.sin(s / 11 + slowPhase);
  }

  double fuelPercent(double s) {
    return TANK_PERCENT * StrictMath.exp(-s / TANK_LASTS_S);
  }

  /** At the mean of the speed; smooth, as the wheel's own count would be. */
  double odometerKm(double s) {
    return odometerStartKm + s * 43 / 3600;
  }
}
