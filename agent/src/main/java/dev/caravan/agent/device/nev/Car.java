package dev.caravan.agent.device.nev;

import java.util.Random;

/** The whole car: its parts and the order in which they act on each other within one step. One thread. */
final class Car {
  static final long STEP_NS = 10_000_000;
  static final double STEP_S = STEP_NS / 1e9;

  final Trip trip;
  final Driver driver = new Driver();
  final Autopilot autopilot;
  final Drivetrain drivetrain = new Drivetrain();
  final Chassis chassis;
  final Battery battery;
  final Charger charger = new Charger();
  final Thermal thermal;
  final LowVoltage lowVoltage = new LowVoltage();
  final Body body;
  final Alarms alarms = new Alarms();

  private final Faults faults;
  private long steps;

  Car(long seed) {
    Random random = new Random(seed);
    battery = new Battery(random);
    thermal = new Thermal(random);
    trip = new Trip(new Random(random.nextLong()));
    autopilot = new Autopilot(new Random(random.nextLong()));
    chassis = new Chassis(new Random(random.nextLong()));
    body = new Body(new Random(random.nextLong()));
    faults = new Faults(new Random(random.nextLong()));
  }

  void step() {
    steps++;
    faults.step(this);
    trip.step(this);
    autopilot.step(this);
    driver.step(this);
    drivetrain.step(this);
    chassis.step(this);
    body.step(this);
    charger.step(this);
    lowVoltage.step(this);
    thermal.step(this);
    battery.step(this);
    alarms.step(this);
  }

  /** Since the simulation began. */
  long timeNs() {
    return steps * STEP_NS;
  }

  /** Out of the battery: motor, cabin and 12 V side, less what the charger brings. */
  double powerW() {
    return drivetrain.electricW + thermal.climateW + lowVoltage.powerW() - charger.deliveredW;
  }

  boolean isOn() {
    return trip.gear() != Gear.P;
  }

  /** 0 open, 1 charging the controller's capacitors, 2 closed. */
  int contactors() {
    return !isOn() ? 0 : drivetrain.linkV < 0.95 * battery.voltageV ? 1 : 2;
  }

  double insulationKohm() {
    return battery.insulationKohm(faults.insulationFactor());
  }

  /** On the remaining energy at 16 kWh per 100 km. */
  double rangeKm() {
    return battery.remainingWh() / 160;
  }
}
