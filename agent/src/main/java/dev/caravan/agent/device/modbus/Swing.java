package dev.caravan.agent.device.modbus;

import java.util.Random;

/** A smooth value: two waves around a mean, of periods and phases that a seed decides. */
final class Swing {
  private static final double NS_PER_S = 1e9;

  private final double low;
  private final double high;
  private final double[] periodS = new double[2];
  private final double[] phase = new double[2];

  /** A value that stays between two others and takes some minutes from one to the other. */
  Swing(double low, double high, Random random) {
    this.low = low;
    this.high = high;
    for (int i = 0; i < 2; i++) {
      periodS[i] = 60 + 240 * random.nextDouble();
      phase[i] = 2 * Math.PI * random.nextDouble();
    }
  }

  double at(long nowNs) {
    double seconds = nowNs / NS_PER_S;
    double wave = 0;
    for (int i = 0; i < 2; i++) {
      wave += Math.sin(2 * Math.PI * seconds / periodS[i] + phase[i]);
    }
    return low + (high - low) * (wave + 2) / 4;
  }

  /** The value as a register of so many units holds it; negative ones as two's complement. */
  int register(long nowNs, double perUnit) {
    return (int) Math.round(at(nowNs) * perUnit) & 0xFFFF;
  }
}
