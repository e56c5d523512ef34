package dev.caravan.agent.device.nev;

import java.util.Random;

/** Lights, doors, belts and wipers, as the driver and the weather would have them. */
final class Body {
  private static final double DARK = 0.35;
  private static final double LIGHT_AGAIN = 0.45;
  private static final double BLINK_S = 0.75;

  private final Random random;
  private double daylight;
  private double rain;
  private boolean lowBeam;
  private double blinkS;

  Body(Random random) {
    this.random = random;
    this.daylight = 0.3 + 0.5 * random.nextDouble();
  }

  private boolean brakeLight;
  private boolean leftWanted;
  private boolean rightWanted;
  private boolean hazard;
  private boolean driverDoorOpen;
  private boolean belted;
  private boolean locked;

  void step(Car car) {
    double dt = Car.STEP_S;
    daylight += (0.6 - daylight) * dt / 400 + random.nextGaussian() * 0.0012;
    daylight = Math.max(0, Math.min(1, daylight));
    rain += -rain * dt / 200 + random.nextGaussian() * 0.0015;
    rain = Math.max(0, Math.min(1, rain));
    lowBeam = car.isOn() && (lowBeam ? daylight < LIGHT_AGAIN : daylight < DARK);
    blinkS = (blinkS + dt) % BLINK_S;
    brakeLight = car.driver.brakePercent > 1
        || car.drivetrain.accelerationMps2 < -1.3
        || (car.autopilot.isDriving() && car.drivetrain.frictionN > 100);
    leftWanted = car.trip.isCornering() && car.trip.curvature() > 0.002;
    rightWanted = car.trip.isCornering() && car.trip.curvature() < -0.002;
    hazard = car.autopilot.state() == Autopilot.State.MINIMUM_RISK;
    boolean isStopped = car.trip.gear() == Gear.P;
    double leftS = car.trip.leftS();
    driverDoorOpen = isStopped && (isBetween(leftS, 6, 10) || isBetween(leftS, 228, 233));
    belted = !isStopped;
    locked = car.drivetrain.speedKmh() > 15 || (locked && !isStopped);
  }

  private static boolean isBetween(double value, double from, double to) {
    return value >= from && value < to;
  }

  boolean hasLowBeam() {
    return lowBeam;
  }

  boolean isBrakeLightOn() {
    return brakeLight;
  }

  boolean isLeftLampOn() {
    return (leftWanted || hazard) && blinkS < BLINK_S / 2;
  }

  boolean isRightLampOn() {
    return (rightWanted || hazard) && blinkS < BLINK_S / 2;
  }

  boolean isHazardOn() {
    return hazard;
  }

  boolean isDriverDoorOpen() {
    return driverDoorOpen;
  }

  boolean isBelted() {
    return belted;
  }

  boolean isLocked() {
    return locked;
  }

  /** 0 night .. 1 full sun. */
  double daylight() {
    return daylight;
  }

  /** 0..100 %. */
  double rainPercent() {
    return 100 * rain;
  }

  /** 0 off, 1 interval, 2 slow, 3 fast. */
  int wiperSpeed() {
    return rain < 0.05 ? 0 : rain < 0.15 ? 1 : rain < 0.4 ? 2 : 3;
  }
}
