package dev.caravan.agent.device.nev;

import java.util.Random;

/** Steering, wheels, and what the inertial sensor feels: its readings have noise, the motion itself has none. */
final class Chassis {
  private static final double WHEELBASE_M = 2.86;
  private static final double TRACK_M = 1.60;
  private static final double STEERING_RATIO = 14.8;
  private static final double UNDERSTEER = 0.0018; // rad per (m/s2)
  private static final double PULSES_PER_TURN = 96;
  private static final double MASTER_BAR_PER_PERCENT = 1.3;

  private final Random random;

  /** Of the steering wheel, to the left positive. */
  double steeringDeg;

  double steeringDegPerS;
  double driverNm;
  double assistNm;
  double yawRateDegPerS;
  double lateralMps2;
  double longitudinalMps2;
  double verticalMps2 = 9.81;
  double rollRateDegPerS;
  double pitchRateDegPerS;
  double masterBar;
  /** Distance each wheel has rolled: front left, front right, rear left, rear right. */
  final double[] wheelM = new double[4];
  /** Of each wheel, backwards too 0 or more. */
  final double[] wheelMps = new double[4];
  /** Of each wheel's brake. */
  final double[] brakeBar = new double[4];

  private double roughness;

  Chassis(Random random) {
    this.random = random;
  }

  void step(Car car) {
    double v = car.drivetrain.speedMps;
    double curvature = car.trip.curvature();
    double centripetal = v * v * curvature;
    double angleDeg =
        Math.toDegrees(curvature * WHEELBASE_M + UNDERSTEER * centripetal) * STEERING_RATIO;
    steeringDegPerS = (angleDeg - steeringDeg) / Car.STEP_S;
    steeringDeg = angleDeg;
    boolean handsOff = !car.autopilot.handsOn();
    double wantedNm =
        handsOff ? 0 : centripetal * 0.9 + Math.max(-3, Math.min(3, steeringDegPerS * 0.01));
    driverNm += (wantedNm + noise(0.04) - driverNm) * Car.STEP_S / 0.1;
    double neededNm = steeringDeg * 0.02 + centripetal * 1.6;
    assistNm += (neededNm - assistNm) * Car.STEP_S / 0.1;
    yawRateDegPerS = Math.toDegrees(v * curvature) * car.drivetrain.direction() + noise(0.03);
    lateralMps2 = centripetal + noise(0.02);
    double gradeMps2 = 9.81 * car.trip.grade();
    longitudinalMps2 = car.drivetrain.signedAccelerationMps2() + gradeMps2 + noise(0.02);
    roughness += (noise(1) - roughness) * Car.STEP_S / 0.05;
    double shake = Math.min(1, v / 15);
    verticalMps2 = 9.81 + roughness * shake + noise(0.02);
    rollRateDegPerS = roughness * shake * 0.8 + noise(0.03);
    pitchRateDegPerS = roughness * shake * 0.6 + noise(0.03);
    wheels(v, curvature);
    brakes(car);
  }

  private double noise(double deviation) {
    return random.nextGaussian() * deviation;
  }

  private void wheels(double v, double curvature) {
    double across = v * curvature * TRACK_M / 2;
    double front = v * (1 + 0.5 * curvature * curvature * WHEELBASE_M * WHEELBASE_M);
    wheelMps[0] = Math.max(0, front - across);
    wheelMps[1] = Math.max(0, front + across);
    wheelMps[2] = Math.max(0, v - across);
    wheelMps[3] = Math.max(0, v + across);
    for (int wheel = 0; wheel < 4; wheel++) {
      wheelM[wheel] += wheelMps[wheel] * Car.STEP_S;
    }
  }

  private void brakes(Car car) {
    double wanted = car.driver.brakePercent * MASTER_BAR_PER_PERCENT;
    masterBar += (wanted - masterBar) * Car.STEP_S / 0.05;
    for (int wheel = 0; wheel < 4; wheel++) {
      double share = wheel < 2 ? 0.66 : 0.34;
      double bar = car.drivetrain.frictionN * share / 2 / 95;
      brakeBar[wheel] += (bar - brakeBar[wheel]) * Car.STEP_S / 0.04;
    }
  }

  double wheelKmh(int wheel) {
    return wheelMps[wheel] * 3.6;
  }

  /** A running count that wraps at 32,768. */
  double wheelPulses(int wheel) {
    double turns = wheelM[wheel] / (2 * Math.PI * Drivetrain.WHEEL_RADIUS_M);
    return Math.floor(turns * PULSES_PER_TURN) % 32_768;
  }
}
