package dev.caravan.agent.device.gnss;

/** A car on the road: speeds up, slows down before corners, and goes on. In steps of 10 ms; one thread. */
final class Drive {
  static final long STEP_NS = 10_000_000;
  private static final double STEP_S = STEP_NS / 1e9;
  private static final double CRUISE_MPS = 15;
  private static final double CORNER_MPS = 5;
  private static final double SPEED_UP_MPS2 = 1.2;
  private static final double SLOW_DOWN_MPS2 = 1.5;
  private static final double JERK_MPS3 = 1.5;

  private final Road road;
  private long timeNs;
  private double alongM;
  private double speedMps;
  private double accelerationMps2;

  Drive(Road road) {
    this.road = road;
  }

  void runUntil(long untilNs) {
    while (timeNs + STEP_NS <= untilNs) {
      step();
      timeNs += STEP_NS;
    }
  }

  private void step() {
    // what still allows to be slow at the corner, with a reserve as braking sets in gently
    double toCornerM = Math.max(0, road.toNextCornerM(alongM) - 20);
    double allowed = Math.sqrt(CORNER_MPS * CORNER_MPS + SLOW_DOWN_MPS2 * toCornerM);
    double wanted = Math.min(CRUISE_MPS, allowed) - speedMps;
    double wantedMps2 = Math.max(-SLOW_DOWN_MPS2, Math.min(SPEED_UP_MPS2, wanted));
    double change = wantedMps2 - accelerationMps2;
    accelerationMps2 += Math.max(-JERK_MPS3 * STEP_S, Math.min(JERK_MPS3 * STEP_S, change));
    speedMps = Math.max(0, speedMps + accelerationMps2 * STEP_S);
    alongM = (alongM + speedMps * STEP_S) % road.lengthM();
  }

  double alongM() {
    return alongM;
  }

  double speedMps() {
    return speedMps;
  }
}
