package dev.caravan.agent.device.modbus;

import java.util.Random;

/** An uninterruptible power supply: input registers 0 to 18, discrete inputs 0 to 4. */
final class Ups implements Registers {
  private static final String MODEL = "CABINET-UPS 1000";
  private static final int FIRST_OF_MODEL = 11;

  private final Swing input;
  private final Swing load;
  private final Swing battery;
  private final Swing temperature;

  Ups(Random random) {
    input = new Swing(195, 245, random);
    load = new Swing(10, 60, random);
    battery = new Swing(70, 100, random);
    temperature = new Swing(-5, 45, random);
  }

  @Override
  public boolean knows(int function) {
    return function == 2 || function == 4;
  }

  @Override
  public int at(int function, int address, long nowNs) {
    boolean isOnBattery = input.at(nowNs) < 200;
    if (function == 2) {
      return switch (address) {
        case 0 -> isOnBattery ? 1 : 0;
        case 1 -> battery.at(nowNs) < 75 ? 1 : 0;
        case 2, 3, 4 -> 0;
        default -> NONE;
      };
    }
    int wattHours = decimal((int) (1_234_567 + nowNs / 60_000_000_000L));
    return switch (address) {
      case 0 -> input.register(nowNs, 10);
      case 1 -> 2300;
      case 2 -> decimal(isOnBattery ? 0 : 5000);
      case 3 -> load.register(nowNs, 1);
      case 4 -> (int) Math.round(480 + 0.6 * battery.at(nowNs));
      case 5 -> battery.register(nowNs, 1);
      case 6 -> (int) Math.round(battery.at(nowNs) * 60 / load.at(nowNs));
      case 7 -> temperature.register(nowNs, 10);
      case 8 -> wattHours >>> 16;
      case 9 -> wattHours & 0xFFFF;
      case 10 -> (isOnBattery ? 2 : 1) << 8 | 12; // state in the high byte, cells in the low
      default -> model(address - FIRST_OF_MODEL);
    };
  }

  private static int model(int index) {
    if (index < 0 || index >= MODEL.length() / 2) {
      return NONE;
    }
    return MODEL.charAt(2 * index) << 8 | MODEL.charAt(2 * index + 1);
  }

  /** Binary coded decimal, eight digits. */
  private static int decimal(int number) {
    int coded = 0;
    for (int digit = 0, rest = number; digit < 8; digit++, rest /= 10) {
      coded |= (rest % 10) << (4 * digit);
    }
    return coded;
  }
}
