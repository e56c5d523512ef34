package dev.caravan.agent.device.modbus;

import java.util.Random;

/** A forward scatter meter: input registers 0 to 6, the low word of 32-bit numbers first. */
final class VisibilityMeter implements Registers {
  private static final int MIST = 10; // WMO table 4680
  private static final int FOG = 30;

  private final Swing visibility;
  private final Swing intensity;
  private final Swing luminance;
  private final Swing dirt;

  VisibilityMeter(Random random) {
    visibility = new Swing(80, 30_000, random);
    intensity = new Swing(0, 8, random);
    luminance = new Swing(2, 20_000, random);
    dirt = new Swing(0, 100, random);
  }

  @Override
  public boolean knows(int function) {
    return function == 4;
  }

  @Override
  public int at(int function, int address, long nowNs) {
    int metres = (int) Math.round(visibility.at(nowNs));
    return switch (address) {
      case 0 -> metres & 0xFFFF;
      case 1 -> metres >>> 16;
      case 2 -> Math.min(metres, 20_000);
      case 3 -> metres < 1000 ? FOG : metres < 5000 ? MIST : 0;
      case 4 -> intensity.register(nowNs, 100);
      case 5 -> luminance.register(nowNs, 1);
      case 6 -> dirt.at(nowNs) > 80 ? 1 : 0;
      default -> NONE;
    };
  }
}
