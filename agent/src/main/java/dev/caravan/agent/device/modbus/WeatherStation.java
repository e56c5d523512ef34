package dev.caravan.agent.device.modbus;

import java.util.Random;

/** A compact weather station: holding registers 500 to 515. */
final class WeatherStation implements Registers {
  private static final double[] FORCE_FROM = {
    0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7
  };

  private final Swing speed;
  private final Swing direction;
  private final Swing humidity;
  private final Swing temperature;
  private final Swing noise;
  private final Swing fine;
  private final Swing coarse;
  private final Swing pressure;
  private final Swing light;
  private final Swing rain;
  private final Swing radiation;

  WeatherStation(Random random) {
    speed = new Swing(0.5, 14, random);
    direction = new Swing(0, 359, random);
    humidity = new Swing(35, 95, random);
    temperature = new Swing(-8, 24, random);
    noise = new Swing(45, 85, random);
    fine = new Swing(5, 120, random);
    coarse = new Swing(10, 200, random);
    pressure = new Swing(99.5, 102.5, random);
    light = new Swing(50, 120_000, random);
    rain = new Swing(0, 12, random);
    radiation = new Swing(0, 900, random);
  }

  @Override
  public boolean knows(int function) {
    return function == 3;
  }

  @Override
  public int at(int function, int address, long nowNs) {
    int lux = (int) Math.round(light.at(nowNs));
    return switch (address) {
      case 500 -> speed.register(nowNs, 10);
      case 501 -> force(speed.at(nowNs));
      case 502 -> (int) Math.round(direction.at(nowNs) / 45) % 8;
      case 503 -> direction.register(nowNs, 1);
      case 504 -> humidity.register(nowNs, 10);
      case 505 -> temperature.register(nowNs, 10);
      case 506 -> noise.register(nowNs, 10);
      case 507 -> fine.register(nowNs, 1);
      case 508 -> coarse.register(nowNs, 1);
      case 509 -> pressure.register(nowNs, 10);
      case 510 -> lux >>> 16;
      case 511 -> lux & 0xFFFF;
      case 512 -> lux / 100;
      case 513 -> rain.register(nowNs, 10);
      case 514 -> 0;
      case 515 -> radiation.register(nowNs, 1);
      default -> NONE;
    };
  }

  /** Beaufort. */
  private static int force(double metresPerSecond) {
    int force = 0;
    while (force < FORCE_FROM.length && metresPerSecond >= FORCE_FROM[force]) {
      force++;
    }
    return force;
  }
}
