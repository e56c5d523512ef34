package dev.caravan.agent.device.nev;

import java.util.Random;

/**
 * The traction battery: 96 cells in series of 150 Ah, each with an open-circuit voltage that follows its own state of
 * charge, and its own inner resistance. The pack's voltage is the sum of the cells', its charge the integral of the
 * current. Current is positive out of the battery.
 */
final class Battery {
  static final int CELLS = 96;
  static final double CAPACITY_AH = 150;

  private static final double CELL_OHM = 0.00085; // at 25 °C
  private static final double LOWEST_CELL_V = 2.8;
  private static final double HIGHEST_CELL_V = 4.22; // at the terminals
  private static final double MOST_CHARGE_W = 110_000;

  // volts at 0, 5 .. 100 % of a nickel-manganese-cobalt cell
  private static final double[] OPEN_CIRCUIT_V = {
    3.000, 3.330, 3.430, 3.490, 3.530, 3.560, 3.585, 3.605, 3.625, 3.650, 3.680, 3.715, 3.755,
    3.800, 3.850, 3.905, 3.960, 4.015, 4.070, 4.125, 4.190
  };

  private final double[] imbalance = new double[CELLS];
  private final double[] relativeOhm = new double[CELLS];
  private final double[] openV = new double[CELLS];
  private final double[] cellV = new double[CELLS];

  /** 0..1. */
  double charge;

  double voltageV;
  /** Out of the battery positive. */
  double currentA;
  /** Heat of the inner resistance. */
  double lossW;

  double dischargedWh = 31_200_000;
  double chargedWh = 33_900_000;
  int highestCell;
  int lowestCell;
  /** Share of its charge that one cell has less than the others, from an injected fault. */
  double weakness;

  int weakCell;

  private double resistanceFactor = 1;
  private final double insulationKohm;

  Battery(Random random) {
    charge = 0.62 + random.nextInt(20) / 100.0;
    insulationKohm = 5200 + random.nextInt(1500);
    for (int cell = 0; cell < CELLS; cell++) {
      imbalance[cell] = clamp(random.nextGaussian(), 2.5) * 0.003;
      relativeOhm[cell] = 1 + clamp(random.nextGaussian(), 2.5) * 0.03;
    }
    solve(0);
  }

  private static double clamp(double value, double most) {
    return Math.max(-most, Math.min(most, value));
  }

  void step(Car car) {
    double averageC = car.thermal.packC();
    resistanceFactor = 1 + 0.012 * Math.max(0, 25 - averageC);
    solve(car.powerW());
    charge -= currentA * Car.STEP_S / (3600 * CAPACITY_AH);
    double energyWh = Math.abs(voltageV * currentA) * Car.STEP_S / 3600;
    if (currentA >= 0) {
      dischargedWh += energyWh;
    } else {
      chargedWh += energyWh;
    }
  }

  /** Finds the current at which the terminals give this power, then every cell's voltage. */
  private void solve(double powerW) {
    double sumV = 0;
    double sumOhm = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      double own = charge + imbalance[cell] - (cell == weakCell ? weakness : 0);
      openV[cell] = openCircuitV(own);
      sumV += openV[cell];
      sumOhm += ohm(cell);
    }
    // powerW = (sumV - currentA * sumOhm) * currentA, the smaller of the two solutions
    currentA = (sumV - Math.sqrt(Math.max(0, sumV * sumV - 4 * sumOhm * powerW))) / (2 * sumOhm);
    voltageV = 0;
    highestCell = 0;
    lowestCell = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      cellV[cell] = openV[cell] - currentA * ohm(cell);
      voltageV += cellV[cell];
      highestCell = cellV[cell] > cellV[highestCell] ? cell : highestCell;
      lowestCell = cellV[cell] < cellV[lowestCell] ? cell : lowestCell;
    }
    lossW = currentA * currentA * sumOhm;
  }

  private double ohm(int cell) {
    return CELL_OHM * resistanceFactor * relativeOhm[cell];
  }

  private static double openCircuitV(double charge) {
    double at = Math.max(0, Math.min(1, charge)) * (OPEN_CIRCUIT_V.length - 1);
    int below = Math.min((int) at, OPEN_CIRCUIT_V.length - 2);
    double part = at - below;
    return OPEN_CIRCUIT_V[below] * (1 - part) + OPEN_CIRCUIT_V[below + 1] * part;
  }

  double cellV(int cell) {
    return cellV[cell];
  }

  double powerW() {
    return voltageV * currentA;
  }

  double chargePercent() {
    return 100 * charge;
  }

  /** What is left down to 0 % at the present cell voltage. */
  double remainingWh() {
    return charge * CAPACITY_AH * 3.65 * CELLS;
  }

  /** By the lowest cell, less near empty. */
  double mostDischargeW() {
    return 190_000 * Math.max(0, Math.min(1, (openV[lowestCell] - LOWEST_CELL_V) / 0.5));
  }

  /** So that the highest cell stays within its limit. */
  double mostChargeA() {
    double roomV = Math.max(0, HIGHEST_CELL_V - openV[highestCell]);
    return Math.min(MOST_CHARGE_W / voltageV, roomV / ohm(highestCell));
  }

  double mostChargeW() {
    return mostChargeA() * voltageV;
  }

  /** Between the high-voltage system and the body. */
  double insulationKohm(double factor) {
    return insulationKohm * factor;
  }
}
