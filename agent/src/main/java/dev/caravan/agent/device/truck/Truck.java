package dev.caravan.agent.device.truck;

import java.util.Random;

/**
 * A truck of 24 t on a road: a driver who wants to go at one speed for a while and then at another, an engine, twelve
 * gears, brakes. It moves in steps of {@value #STEP_MS} ms, and what a step changes, it changes by little. One thread.
 */
final class Truck {
  static final int STEP_MS = 10;
  static final long STEP_NS = STEP_MS * 1_000_000L;
  static final double REFERENCE_NM = 2400;

  private static final double STEP_S = STEP_MS / 1000.0;
  private static final double MASS_KG = 24_000;
  private static final double WHEEL_M = 0.5;
  private static final double FINAL_RATIO = 2.64;
  private static final double EFFICIENCY = 0.94;
  private static final double GRAVITY = 9.81;
  private static final double ROLLING = 0.006;
  private static final double DRAG = 0.5 * 1.2 * 6.0; // kg/m
  private static final double IDLE_RPM = 600;
  private static final double SHIFT_UP_RPM = 1550;
  private static final double SHIFT_DOWN_RPM = 950;
  private static final double SHIFT_S = 0.6;
  private static final double TANK_LITRES = 400;
  private static final double[] RATIOS = {
    14.94, 11.73, 9.04, 7.09, 5.54, 4.35, 3.44, 2.70, 2.08, 1.63, 1.27, 1.00
  };
  private static final double[] WANTED_KMH = {50, 80, 86, 62, 84, 30, 85, 0};

  private final Random random;
  private long timeNs;

  // driver and road
  private int leg = WANTED_KMH.length - 1;
  private double legLeftS = 2;
  private double wantedMps;
  private double grade;
  private double wantedCurvature;
  private double curvature;

  // motion
  private double speedMps;
  private int gear; // 0 is neutral
  private double shiftLeftS;
  private double sinceShiftS = 10;

  double accelerationMps2;
  double engineRpm = IDLE_RPM;
  double demandPercent;
  double torquePercent = 8;
  double pedalPercent;
  double loadPercent;
  double brakePercent;
  double slipKmh;
  double steeringRad;
  double fuelLitresPerH = 2;
  double tripFuelLitres;
  double tripM;
  double boostKpa;
  double coolantC = 68;
  double oilC = 62;
  double exhaustC = 210;
  double airKpa = 1000;

  Truck(long seed) {
    random = new Random(seed);
  }

  /** How far it has been simulated. */
  long timeNs() {
    return timeNs;
  }

  void step() {
    timeNs += STEP_NS;
    drive();
    shift();
    pull();
    warm();
  }

  private void drive() {
    boolean arrived = wantedMps == 0 ? speedMps == 0 : Math.abs(speedMps - wantedMps) < 0.5;
    legLeftS -= arrived ? STEP_S : 0;
    if (legLeftS <= 0) {
      leg = (leg + 1) % WANTED_KMH.length;
      wantedMps = WANTED_KMH[leg] / 3.6;
      legLeftS = wantedMps == 0 ? 15 : 20 + random.nextInt(40);
      wantedCurvature = random.nextGaussian() * 0.001;
    }
    grade += -grade * STEP_S / 40 + random.nextGaussian() * 0.0002 * Math.min(1, speedMps / 5);
    curvature += (wantedCurvature - curvature) * STEP_S / 3;
    steeringRad = curvature * 90;
  }

  private void shift() {
    sinceShiftS += STEP_S;
    if (shiftLeftS > 0) {
      shiftLeftS -= STEP_S;
      return;
    }
    int next = gear;
    if (wantedMps == 0 && speedMps < 0.3) {
      next = 0;
    } else if (gear == 0) {
      next = 1;
    } else if (sinceShiftS > 1.2) {
      double rpm = shaftRpm(gear);
      if (rpm > SHIFT_UP_RPM && gear < RATIOS.length) {
        next = gear + 1;
      } else if (rpm < SHIFT_DOWN_RPM && gear > 1) {
        next = gear - 1;
      }
    }
    if (next != gear) {
      gear = next;
      shiftLeftS = SHIFT_S;
      sinceShiftS = 0;
    }
  }

  /** Of the engine if it turned with the wheels. */
  private double shaftRpm(int inGear) {
    return inGear == 0 ? 0 : outputShaftRpm() * RATIOS[inGear - 1];
  }

  private void pull() {
    double wanted = Math.max(-1.2, Math.min(0.9, (wantedMps - speedMps) * 0.4));
    double resistsN =
        DRAG * speedMps * speedMps + (speedMps > 0.05 ? MASS_KG * GRAVITY * (ROLLING + grade) : 0);
    double neededN = wanted * MASS_KG + resistsN;
    double perNm = gear == 0 ? 0 : RATIOS[gear - 1] * FINAL_RATIO * EFFICIENCY / WHEEL_M;
    double mostNm = REFERENCE_NM * (engineRpm < 1000 ? 0.6 + 0.4 * (engineRpm - 600) / 400 : 1);
    double askedNm = isEngaged() ? Math.max(0, Math.min(mostNm, neededN / perNm)) : 0;
    double idlePercent = 8;
    demandPercent = lag(demandPercent, 100 * askedNm / REFERENCE_NM, 0.2);
    torquePercent = lag(torquePercent, Math.max(idlePercent, demandPercent), 0.15);
    pedalPercent = demandPercent < 1 ? 0 : Math.min(100, demandPercent);
    loadPercent = 100 * torquePercent * REFERENCE_NM / 100 / mostNm;
    double missingN = isEngaged() ? neededN - askedNm * perNm : neededN;
    double brakeN = speedMps > 0 || wantedMps == 0 ? Math.max(0, -missingN) : 0;
    brakePercent = lag(brakePercent, Math.min(100, brakeN / 600), 0.2);
    if (brakePercent < 0.5) {
      brakePercent = 0;
    }
    move(askedNm * perNm - resistsN - brakeN);
    double target = isEngaged() ? Math.max(IDLE_RPM, shaftRpm(gear)) : IDLE_RPM;
    engineRpm = lag(engineRpm, target, 0.25);
    double powerKw = torquePercent / 100 * REFERENCE_NM * engineRpm * Math.PI / 30_000;
    fuelLitresPerH = 1.2 + 0.24 * powerKw;
    tripFuelLitres += fuelLitresPerH * STEP_S / 3600;
    boostKpa = lag(boostKpa, 2.2 * Math.max(0, torquePercent - 10), 0.8);
  }

  private void move(double forceN) {
    double before = speedMps;
    speedMps = Math.max(0, speedMps + forceN / MASS_KG * STEP_S);
    if (wantedMps == 0 && speedMps < 0.02) {
      speedMps = 0;
    }
    accelerationMps2 = lag(accelerationMps2, (speedMps - before) / STEP_S, 0.1);
    tripM += speedMps * STEP_S;
    slipKmh = lag(slipKmh, Math.max(0, accelerationMps2) * 0.4 + brakePercent * 0.01, 0.3);
  }

  private void warm() {
    coolantC = lag(coolantC, 84 + 0.06 * loadPercent, 90);
    oilC = lag(oilC, coolantC + 8 + 0.05 * loadPercent, 120);
    exhaustC = lag(exhaustC, 200 + 2.6 * torquePercent, 6);
    airKpa += (1050 - airKpa) * STEP_S / 20 - brakePercent * STEP_S * 0.15;
  }

  private static double lag(double now, double towards, double seconds) {
    return now + (towards - now) * Math.min(1, STEP_S / seconds);
  }

  double speedKmh() {
    return speedMps * 3.6;
  }

  double wantedKmh() {
    return wantedMps * 3.6;
  }

  boolean isParked() {
    return gear == 0 && speedMps == 0;
  }

  boolean isCruising() {
    return wantedKmh() >= 80 && brakePercent == 0 && Math.abs(speedMps - wantedMps) < 1;
  }

  boolean isEngaged() {
    return gear > 0 && shiftLeftS <= 0;
  }

  boolean isShifting() {
    return shiftLeftS > 0;
  }

  /** Sharp braking, which this driver does not do. */
  boolean isSlipping() {
    return accelerationMps2 < -4;
  }

  int torqueMode() {
    return pedalPercent == 0 ? 0 : isCruising() ? 2 : 1;
  }

  double selectedGear() {
    return gear;
  }

  double currentGear() {
    return isShifting() ? 0 : gear;
  }

  double gearRatio() {
    return gear == 0 ? 0 : RATIOS[gear - 1];
  }

  double outputShaftRpm() {
    return speedMps / WHEEL_M * 30 / Math.PI * FINAL_RATIO;
  }

  double inputShaftRpm() {
    return isEngaged() ? shaftRpm(gear) : engineRpm;
  }

  /** Half the difference between the wheels of an axle, km/h. */
  double cornering() {
    return speedKmh() * curvature * 1.0;
  }

  double yawRadPerS() {
    return speedMps * curvature;
  }

  double lateralMps2() {
    return speedMps * speedMps * curvature;
  }

  /** NaN, not available, while it stands. */
  double kmPerLitre() {
    return speedMps < 0.5 ? Double.NaN : speedKmh() / fuelLitresPerH;
  }

  double oilPressureKpa() {
    return 160 + 0.2 * engineRpm - 0.6 * (oilC - 60);
  }

  double intakeC() {
    return ambientC() + 14 + 0.1 * boostKpa;
  }

  double ambientC() {
    return 18 + 4 * Math.sin(timeNs * 1e-9 / 1800);
  }

  double barometricKpa() {
    return 100.5;
  }

  double totalFuelLitres() {
    return 61_200 + tripFuelLitres;
  }

  double engineHours() {
    return 4210.5 + timeNs * 1e-9 / 3600;
  }

  double defPercent() {
    return 74 - tripFuelLitres * 0.05 / 60 * 100;
  }

  double fuelPercent() {
    return Math.max(0, 100 * (310 - tripFuelLitres) / TANK_LITRES);
  }

  double totalM() {
    return 254_300_000.0 + tripM;
  }
}
