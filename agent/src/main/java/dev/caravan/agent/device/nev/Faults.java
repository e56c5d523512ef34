package dev.caravan.agent.device.nev;

import java.util.Random;

/** Things that go wrong now and then, so that the alarms have something to say: each comes and goes slowly. */
final class Faults {
  private enum Kind {
    WEAK_CELL,
    INSULATION,
    CONVERTER_HEAT,
    COOLANT_PUMP
  }

  private static final double RAMP_S = 8;
  private static final double CONVERTER_HEAT_W = 320;
  private static final double WEAKNESS = 0.18;

  private final Random random;
  private Kind kind = Kind.WEAK_CELL;
  private double untilNextS;
  private double holdsS;
  private double extent;

  Faults(Random random) {
    this.random = random;
    untilNextS = 70 + random.nextInt(120);
  }

  void step(Car car) {
    untilNextS -= Car.STEP_S;
    if (untilNextS <= 0) {
      kind = Kind.values()[random.nextInt(Kind.values().length)];
      car.battery.weakCell = random.nextInt(Battery.CELLS);
      holdsS = 30 + random.nextInt(30);
      untilNextS = holdsS + 150 + random.nextInt(300);
    }
    holdsS -= Car.STEP_S;
    double change = Car.STEP_S / RAMP_S;
    extent = holdsS > 0 ? Math.min(1, extent + change) : Math.max(0, extent - change);
    car.battery.weakness = kind == Kind.WEAK_CELL ? WEAKNESS * extent : 0;
    car.lowVoltage.faultW = kind == Kind.CONVERTER_HEAT ? CONVERTER_HEAT_W * extent : 0;
    car.thermal.flow = kind == Kind.COOLANT_PUMP ? 1 - 0.9 * extent : 1;
  }

  /** What is left of the insulation resistance, 0..1. */
  double insulationFactor() {
    return kind == Kind.INSULATION ? StrictMath.pow(0.015, extent) : 1;
  }
}
