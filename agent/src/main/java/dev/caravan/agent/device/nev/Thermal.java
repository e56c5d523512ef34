package dev.caravan.agent.device.nev;

import java.util.Random;

/** Heat: battery with its probes, motor, controller, the coolant that they share, and the cabin. */
final class Thermal {
  static final int PROBES = 24;

  private static final double PACK_J_PER_K = 310_000;
  private static final double MOTOR_J_PER_K = 16_000;
  private static final double CONTROLLER_J_PER_K = 3_500;
  private static final double COOLANT_J_PER_K = 28_000;
  private static final double CABIN_J_PER_K = 60_000;
  private static final double CABIN_WANTED_C = 22;

  private final double[] probeOffsetC = new double[PROBES];
  private final double[] probeC = new double[PROBES];
  private final double ambientC;

  private double packC;
  double motorC;
  double controllerC;
  double coolantC;
  double cabinC;
  /** Heat pump, heater and compressor together, out of the battery. */
  double climateW;
  /** 0..100 %. */
  double fanPercent;
  /** 0..100 %. */
  double pumpPercent;
  /** Share of the coolant flow that an injected fault leaves. */
  double flow = 1;

  Thermal(Random random) {
    ambientC = 6 + random.nextInt(22);
    packC = ambientC + 6;
    motorC = ambientC + 9;
    controllerC = ambientC + 8;
    coolantC = ambientC + 7;
    cabinC = ambientC + 1;
    for (int probe = 0; probe < PROBES; probe++) {
      probeOffsetC[probe] = random.nextGaussian() * 0.5;
    }
    readProbes(0);
  }

  void step(Car car) {
    double dt = Car.STEP_S;
    boolean isOn = car.isOn();
    double motorHeatW = car.drivetrain.lossW * 0.62;
    double controllerHeatW = car.drivetrain.lossW * 0.38;
    pumpPercent += ((isOn ? 35 + clamp(2 * (coolantC - 30)) * 0.65 : 0) - pumpPercent) * dt / 3;
    double carried = 0.15 + 0.85 * flow * pumpPercent / 100;
    double fromMotorW = 55 * carried * (motorC - coolantC);
    double fromControllerW = 60 * carried * (controllerC - coolantC);
    double airflow = 12 + 3 * car.drivetrain.speedMps + 2.2 * fanPercent;
    fanPercent += (clamp((coolantC - 42) * 8) - fanPercent) * dt / 4;
    motorC += (motorHeatW - fromMotorW - 6 * (motorC - ambientC)) * dt / MOTOR_J_PER_K;
    controllerC += (controllerHeatW - fromControllerW) * dt / CONTROLLER_J_PER_K;
    double fromPackW = packC > 30 ? 350 * (packC - 30) : 0;
    coolantC += (fromMotorW + fromControllerW + fromPackW - airflow * (coolantC - ambientC))
        * dt
        / COOLANT_J_PER_K;
    packC += (car.battery.lossW - fromPackW - 12 * (packC - ambientC)) * dt / PACK_J_PER_K;
    double neededW = Math.abs(CABIN_WANTED_C - cabinC) * 450;
    double wantedW = isOn ? Math.min(3600, neededW) : 0;
    climateW += (wantedW - climateW) * dt / 6;
    double intoCabinW = Math.signum(CABIN_WANTED_C - cabinC) * climateW * 2.1;
    cabinC += (intoCabinW - 55 * (cabinC - ambientC)) * dt / CABIN_J_PER_K;
    readProbes(car.battery.lossW);
  }

  private static double clamp(double percent) {
    return Math.max(0, Math.min(100, percent));
  }

  /** The middle of each row of modules is warmer under load. */
  private void readProbes(double lossW) {
    for (int probe = 0; probe < PROBES; probe++) {
      double middle = 1 - Math.abs(probe % 6 - 2.5) / 2.5;
      probeC[probe] = packC + probeOffsetC[probe] + middle * lossW * 0.0004;
    }
  }

  double ambientC() {
    return ambientC;
  }

  double packC() {
    return packC;
  }

  double probeC(int probe) {
    return probeC[probe];
  }

  int hottestProbe() {
    int hottest = 0;
    for (int probe = 1; probe < PROBES; probe++) {
      hottest = probeC[probe] > probeC[hottest] ? probe : hottest;
    }
    return hottest;
  }

  int coldestProbe() {
    int coldest = 0;
    for (int probe = 1; probe < PROBES; probe++) {
      coldest = probeC[probe] < probeC[coldest] ? probe : coldest;
    }
    return coldest;
  }

  /** The torque's share that a hot motor or controller still gives. */
  double motorDerating() {
    double motor = (165 - motorC) / 20;
    double controller = (98 - controllerC) / 12;
    return Math.max(0.2, Math.min(1, Math.min(motor, controller)));
  }
}
