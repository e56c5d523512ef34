package dev.caravan.agent.device.nev;

import java.util.Random;

/**
 * Where the car goes: city streets with red lights, an expressway, city again, then a stop, every other time at a fast
 * charger; over and over. Says how fast the traffic goes and how the road bends.
 */
final class Trip {
  enum Phase {
    PARKED,
    URBAN,
    EXPRESSWAY,
    CHARGING
  }

  private static final double BACKING_OUT_S = 5;
  private static final double WALKING_PACE_MPS = 1.2;

  private final Random random;

  // of this phase
  private Phase phase = Phase.PARKED;
  private double leftS = 3;
  private int stops;
  private boolean backOnExpressway;

  // of this stretch of road
  private double stretchLeftS;
  private boolean redLight;
  private double wantedMps;
  private double wantedCurvature;
  private double corneringLeftS;

  private Gear gear = Gear.P;
  private double trafficMps;
  private double curvature;
  private double curvatureLag;
  private double grade;
  private double wander;
  private double sway;

  Trip(Random random) {
    this.random = random;
  }

  void step(Car car) {
    boolean stands = car.drivetrain.speedMps == 0;
    leftS -= Car.STEP_S;
    stretchLeftS -= Car.STEP_S;
    corneringLeftS -= Car.STEP_S;
    if (leftS <= 0) {
      endPhase(stands, car);
    }
    switch (phase) {
      case URBAN -> urban(stands);
      case EXPRESSWAY -> expressway();
      case PARKED, CHARGING -> wantedMps = 0;
    }
    roadBends(car.drivetrain.speedMps);
    wander += -wander * Car.STEP_S / 4 + random.nextGaussian() * 0.012;
    trafficMps = wantedMps == 0 ? 0 : Math.max(0.8, wantedMps + wander);
  }

  private void endPhase(boolean stands, Car car) {
    switch (phase) {
      case PARKED, CHARGING -> {
        if (car.charger.isDisconnected()) {
          enter(Phase.URBAN, 60 + random.nextInt(90));
          backOnExpressway = false;
          gear = stops == 0 ? Gear.D : Gear.R;
          wantedMps = gear == Gear.R ? WALKING_PACE_MPS : 8;
          stretchLeftS = gear == Gear.R ? BACKING_OUT_S : 12 + random.nextInt(15);
          redLight = false;
        }
      }
      case URBAN -> {
        if (gear == Gear.R) {
          return;
        }
        if (!backOnExpressway) {
          enter(Phase.EXPRESSWAY, 150 + random.nextInt(200));
          gear = Gear.D;
          stretchLeftS = 0;
          return;
        }
        wantedMps = 0;
        redLight = true;
        stretchLeftS = 1;
        if (stands) {
          gear = Gear.P;
          boolean toCharger = stops++ % 2 == 0;
          enter(toCharger ? Phase.CHARGING : Phase.PARKED, toCharger ? 240 : 40);
        }
      }
      case EXPRESSWAY -> {
        enter(Phase.URBAN, 40 + random.nextInt(60));
        backOnExpressway = true;
        stretchLeftS = 15;
        redLight = false;
        wantedMps = 13;
      }
    }
  }

  private void enter(Phase next, double forS) {
    phase = next;
    leftS = forS;
  }

  private void urban(boolean stands) {
    if (stretchLeftS > 0 || (redLight && !stands)) {
      return;
    }
    if (gear == Gear.R) {
      wantedMps = 0;
      if (stands) {
        gear = Gear.D;
        redLight = true;
        stretchLeftS = 1.5;
      }
      return;
    }
    redLight = !redLight;
    if (redLight) {
      wantedMps = 0;
      stretchLeftS = 14 + random.nextInt(15);
    } else {
      wantedMps = (28 + 8 * random.nextInt(5)) / 3.6;
      stretchLeftS = 14 + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        corneringLeftS = 7;
        wantedCurvature = random.nextBoolean() ? 0.07 : -0.07;
      }
    }
  }

  private void expressway() {
    if (stretchLeftS <= 0) {
      wantedMps = (84 + 6 * random.nextInt(6)) / 3.6;
      stretchLeftS = 20 + random.nextInt(30);
      wantedCurvature = random.nextGaussian() * 0.0006;
    }
  }

  private void roadBends(double speedMps) {
    double most =
        2.4 / Math.max(9, speedMps * speedMps); // keeps the lateral acceleration below 2.4 m/s2
    double wanted = phase == Phase.EXPRESSWAY || corneringLeftS > 0 ? wantedCurvature : 0;
    sway += -sway * Car.STEP_S / 2 + random.nextGaussian() * 0.00006;
    wanted += sway;
    double held = speedMps < 0.5 ? curvature : Math.max(-most, Math.min(most, wanted));
    curvatureLag += (held - curvatureLag) * Car.STEP_S / 0.8;
    curvature += (curvatureLag - curvature) * Car.STEP_S / 0.8;
    double climbs = random.nextGaussian() * 0.0002 * Math.min(1, speedMps / 5);
    grade += speedMps == 0 ? 0 : -grade * Car.STEP_S / 30 + climbs;
  }

  Phase phase() {
    return phase;
  }

  Gear gear() {
    return gear;
  }

  /** How fast the traffic goes, 0 to stop. */
  double trafficMps() {
    return trafficMps;
  }

  /** Of the road, in 1/m, to the left positive. */
  double curvature() {
    return curvature;
  }

  /** Rise over run, uphill positive. */
  double grade() {
    return grade;
  }

  /** Seconds until the phase ends, below 0 while it waits for something. */
  double leftS() {
    return leftS;
  }

  /** Whether the stop is over and the driver wants to go. */
  boolean isLeaving() {
    return leftS <= 0;
  }

  /** Whether the current phase has so little left that the automated driving has to hand over. */
  boolean leavesExpresswayWithin(double s) {
    return phase == Phase.EXPRESSWAY && leftS < s;
  }

  boolean isCornering() {
    return corneringLeftS > 0 && phase == Phase.URBAN;
  }
}
