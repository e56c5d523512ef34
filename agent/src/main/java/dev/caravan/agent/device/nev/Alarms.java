package dev.caravan.agent.device.nev;

/**
 * The alarm flags and the highest level, from what is measured, with hysteresis.
 *
 * @see "GB/T 32960.3-2016, 7.2.3.7, table 18: bits of the general alarm flags"
 */
final class Alarms {
  static final int TEMPERATURE_DIFFERENCE = 0;
  static final int BATTERY_TEMPERATURE = 1;
  static final int PACK_UNDERVOLTAGE = 3;
  static final int CHARGE_LOW = 4;
  static final int CELL_OVERVOLTAGE = 5;
  static final int CELL_UNDERVOLTAGE = 6;
  static final int CELLS_INCONSISTENT = 10;
  static final int INSULATION = 11;
  static final int CONVERTER_TEMPERATURE = 12;
  static final int CONVERTER_STATE = 14;
  static final int CONTROLLER_TEMPERATURE = 15;
  static final int MOTOR_TEMPERATURE = 17;

  private static final double INSULATION_OHM_PER_V = 500; // GB 18384-2020, 5.1.4
  private static final double INSULATION_LEAST_OHM_PER_V = 100;

  private int flags;
  private int level;

  void step(Car car) {
    Battery battery = car.battery;
    Thermal heat = car.thermal;
    double highestC = heat.probeC(heat.hottestProbe());
    double lowestC = heat.probeC(heat.coldestProbe());
    double spreadV = battery.cellV(battery.highestCell) - battery.cellV(battery.lowestCell);
    double ohmPerV = car.insulationKohm() * 1000 / battery.voltageV;
    above(TEMPERATURE_DIFFERENCE, highestC - lowestC, 8, 6);
    above(BATTERY_TEMPERATURE, highestC, 55, 52);
    below(PACK_UNDERVOLTAGE, battery.voltageV, 3.1 * Battery.CELLS, 3.2 * Battery.CELLS);
    below(CHARGE_LOW, battery.chargePercent(), 20, 22);
    above(CELL_OVERVOLTAGE, battery.cellV(battery.highestCell), 4.25, 4.22);
    below(CELL_UNDERVOLTAGE, battery.cellV(battery.lowestCell), 2.9, 3.0);
    above(CELLS_INCONSISTENT, spreadV, 0.06, 0.045);
    below(INSULATION, ohmPerV, INSULATION_OHM_PER_V, INSULATION_OHM_PER_V * 1.2);
    above(CONVERTER_TEMPERATURE, car.lowVoltage.converterC, 85, 78);
    below(CONVERTER_STATE, car.lowVoltage.voltageV, 11.8, 12.0);
    above(CONTROLLER_TEMPERATURE, heat.controllerC, 88, 82);
    above(MOTOR_TEMPERATURE, heat.motorC, 145, 135);
    boolean isSevere = ohmPerV < INSULATION_LEAST_OHM_PER_V || highestC > 60;
    int second = (1 << INSULATION) | (1 << CELLS_INCONSISTENT) | (1 << BATTERY_TEMPERATURE);
    level = isSevere ? 3 : (flags & second) != 0 ? 2 : flags != 0 ? 1 : 0;
  }

  private void above(int bit, double value, double raiseAt, double clearAt) {
    if (value > raiseAt) {
      flags |= 1 << bit;
    } else if (value < clearAt) {
      flags &= ~(1 << bit);
    }
  }

  private void below(int bit, double value, double raiseAt, double clearAt) {
    above(bit, -value, -raiseAt, -clearAt);
  }

  boolean isRaised(int bit) {
    return (flags & (1 << bit)) != 0;
  }

  /** 0 none, 1 to 3 stop driving. */
  int level() {
    return level;
  }

  int flags() {
    return flags;
  }
}
