package dev.caravan.agent.device.modbus;

import java.util.Random;

/** A road surface sensor: holding registers 100 to 110, floating-point numbers high word first. */
final class RoadSurface implements Registers {
  private static final int DRY = 0;
  private static final int MOIST = 1;
  private static final int WET = 2;
  private static final int ICE = 3;

  private final Swing surface;
  private final Swing ground;
  private final Swing water;
  private final Swing freezing;

  RoadSurface(Random random) {
    surface = new Swing(-6, 18, random);
    ground = new Swing(1, 9, random);
    water = new Swing(0, 2, random);
    freezing = new Swing(-4, 0, random);
  }

  @Override
  public boolean knows(int function) {
    return function == 3;
  }

  @Override
  public int at(int function, int address, long nowNs) {
    boolean isFrozen = surface.at(nowNs) < freezing.at(nowNs);
    double film = water.at(nowNs);
    int freezingBits = Float.floatToIntBits((float) freezing.at(nowNs));
    return switch (address) {
      case 100 -> surface.register(nowNs, 10);
      case 101 -> ground.register(nowNs, 10);
      case 102 -> isFrozen ? 0 : (int) Math.round(film * 100);
      case 103 -> isFrozen ? (int) Math.round(film * 100) : 0;
      case 104 -> 0;
      case 105 -> (int) Math.round(100 * friction(isFrozen, film));
      case 106 -> state(isFrozen, film);
      case 107 -> freezingBits >>> 16;
      case 108 -> freezingBits & 0xFFFF;
      case 109 -> 0x7FFF; // no second ground probe
      case 110 -> 0;
      default -> NONE;
    };
  }

  private static double friction(boolean isFrozen, double film) {
    return isFrozen ? 0.82 - 0.3 * film : 0.82 - 0.1 * film;
  }

  private static int state(boolean isFrozen, double film) {
    if (film < 0.02) {
      return DRY;
    }
    return isFrozen ? ICE : film < 0.2 ? MOIST : WET;
  }
}
