package dev.caravan.agent.device.nev;

/**
 * Motor, reduction gear, brakes and the car's mass on the road. Speeds and torques inside are along the gear's
 * direction; what leaves with {@code signed} in its name is negative backwards.
 *
 * <p>Permanent-magnet motor, 310 N·m up to its corner speed, 180 kW above; car of 2,050 kg with a c_w·A of 0.60 m².
 */
final class Drivetrain {
  static final double MASS_KG = 2050;
  static final double MOST_BRAKE_N = 16_000;
  static final double WHEEL_RADIUS_M = 0.334;

  private static final double ROTATING_KG = 90; // wheels and rotor as seen at the road
  private static final double RATIO = 9.1;
  private static final double MOST_TORQUE_NM = 310;
  private static final double MOST_POWER_W = 180_000;
  private static final double MOST_REGENERATION_W = 90_000;
  private static final double MOST_REGENERATION_NM = 170;
  private static final double LIFT_OFF_NM = 38;
  private static final double TORQUE_NM_PER_S = 900;
  private static final double FRICTION_N_PER_S = 30_000;
  private static final double ROLLING = 0.0085;
  private static final double HALF_RHO_CWA = 0.5 * 1.2 * 0.60;
  private static final double GRAVITY = 9.81;

  /** 0 or more, along the gear. */
  double speedMps;
  /** Of the speed, along the gear. */
  double accelerationMps2;
  /** Of the motor, along the gear: below 0 it brakes. */
  double torqueNm;
  /** What was asked of the motor. */
  double requestNm;
  /** Of the wheel brakes, 0 or more. */
  double frictionN;
  /** What was asked of motor and brakes together. */
  double requestN;
  /** Mechanical power of the motor, below 0 while it brakes. */
  double shaftW;
  /** Heat of motor and controller. */
  double lossW;
  /** From the traction battery into the controller, below 0 while regenerating. */
  double electricW;
  /** At the controller's terminals; follows the battery once the contactors close. */
  double linkV;
  /** Since the factory. */
  double odometerM = 12_345_600;

  double tripM;
  /** The most that the battery takes now. */
  double mostChargeW = MOST_REGENERATION_W;
  /** 1, or less while something is too hot. */
  double derating = 1;

  private Gear gear = Gear.P;

  void step(Car car) {
    gear = car.trip.gear();
    mostChargeW = Math.min(MOST_REGENERATION_W, car.battery.mostChargeW());
    derating = car.thermal.motorDerating();
    requestN = demandN(car);
    double perNm = RATIO / WHEEL_RADIUS_M;
    requestNm = gear == Gear.P || gear == Gear.N
        ? 0
        : Math.max(-mostRegenerationNm(), Math.min(mostTorqueNm(), requestN / perNm));
    double torqueStep = TORQUE_NM_PER_S * Car.STEP_S;
    torqueNm = Math.max(torqueNm - torqueStep, Math.min(torqueNm + torqueStep, requestNm));
    double brakeN = Math.max(0, Math.min(0, torqueNm * perNm) - requestN);
    if (gear == Gear.P) {
      brakeN = MOST_BRAKE_N / 4; // the parking brake
    }
    double frictionStep = FRICTION_N_PER_S * Car.STEP_S;
    frictionN = Math.max(frictionN - frictionStep, Math.min(frictionN + frictionStep, brakeN));
    move(torqueNm * perNm, car.trip.grade());
    double motorRadS = motorRadPerS();
    shaftW = torqueNm * motorRadS;
    boolean isOn = gear != Gear.P;
    lossW =
        isOn ? 120 + 0.055 * torqueNm * torqueNm + 0.35 * motorRadS + 0.018 * Math.abs(shaftW) : 0;
    electricW = isOn ? shaftW + lossW : 0;
    linkV += ((isOn ? car.battery.voltageV : 0) - linkV) * Car.STEP_S / 0.15;
  }

  private double demandN(Car car) {
    if (car.autopilot.isDriving()) {
      return forceForN(car.autopilot.targetMps2);
    }
    double liftN = liftOffN();
    double driveN = car.driver.acceleratorPercent / 100 * (mostForceN() - liftN);
    return liftN + driveN - car.driver.brakePercent / 100 * MOST_BRAKE_N;
  }

  private void move(double driveN, double grade) {
    double slopeN = MASS_KG * GRAVITY * grade;
    double before = speedMps;
    double pushN = driveN - slopeN;
    if (before == 0 && pushN <= frictionN + MASS_KG * GRAVITY * ROLLING) {
      accelerationMps2 = 0;
      return;
    }
    double force = pushN - frictionN - MASS_KG * GRAVITY * ROLLING - HALF_RHO_CWA * before * before;
    speedMps = Math.max(0, before + force / (MASS_KG + ROTATING_KG) * Car.STEP_S);
    accelerationMps2 = (speedMps - before) / Car.STEP_S;
    double distanceM = (speedMps + before) / 2 * Car.STEP_S;
    odometerM += distanceM;
    tripM += distanceM;
  }

  /** What gives this acceleration on a level road. */
  double forceForN(double wantedMps2) {
    return (MASS_KG + ROTATING_KG) * wantedMps2
        + MASS_KG * GRAVITY * ROLLING
        + HALF_RHO_CWA * speedMps * speedMps;
  }

  double mostTorqueNm() {
    return derating * Math.min(MOST_TORQUE_NM, MOST_POWER_W / Math.max(1, motorRadPerS()));
  }

  double mostRegenerationNm() {
    double fade = Math.max(0, Math.min(1, (speedMps - 0.8) / 2)); // none near standstill
    return fade * Math.min(MOST_REGENERATION_NM, mostChargeW / Math.max(1, motorRadPerS()));
  }

  /** With both pedals up: the motor drags as an engine would. */
  double liftOffN() {
    return -Math.min(LIFT_OFF_NM, mostRegenerationNm()) * RATIO / WHEEL_RADIUS_M;
  }

  double mostForceN() {
    return mostTorqueNm() * RATIO / WHEEL_RADIUS_M;
  }

  double motorRadPerS() {
    return speedMps / WHEEL_RADIUS_M * RATIO;
  }

  double signedMotorRpm() {
    return direction() * motorRadPerS() * 60 / (2 * Math.PI);
  }

  double signedTorqueNm() {
    return direction() * torqueNm;
  }

  double signedRequestNm() {
    return direction() * requestNm;
  }

  /** Effective current in each winding, mostly for torque, some to weaken the field at speed. */
  double phaseA() {
    double forTorqueA = Math.abs(torqueNm) * 1.6;
    double weakeningA = Math.max(0, motorRadPerS() - 500) * 0.15;
    return Math.sqrt(forTorqueA * forTorqueA + weakeningA * weakeningA);
  }

  double signedAccelerationMps2() {
    return direction() * accelerationMps2;
  }

  double speedKmh() {
    return speedMps * 3.6;
  }

  /** 1 forward, -1 backward. */
  int direction() {
    return gear == Gear.R ? -1 : 1;
  }

  /** Of GB/T 32960.3-2016, 7.2.3.2: 1 consuming, 2 generating, 3 off, 4 ready. */
  int motorState() {
    if (gear == Gear.P) {
      return 3;
    }
    return torqueNm > 1 ? 1 : torqueNm < -1 ? 2 : 4;
  }
}
