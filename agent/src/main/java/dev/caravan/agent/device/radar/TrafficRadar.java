package dev.caravan.agent.device.radar;

import dev.caravan.agent.device.Instrument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/**
 * A radar over two lanes. Talks by itself:
 *
 * <pre>
 * $TGT,lane,speed km/h,length m,class*hh     each vehicle that passes; class 1 car, 2 van, 3 truck or bus
 * $STA,vehicles,mean speed km/h or -,occupancy %*hh     every 10 s, of the last 10 s
 * </pre>
 *
 * <p>{@code hh} is the exclusive or of all between {@code $} and {@code *} in hex, lines end with CR LF. Traffic grows
 * thicker and slower in waves of twenty minutes.
 */
public final class TrafficRadar implements Instrument {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long STATISTICS_NS = 10 * SECOND_NS;
  private static final double WAVE_S = 1200;
  private static final double[] MEAN_LENGTH_M = {4.6, 6.2, 11.5};

  private final Random random;

  private long nextTargetNs;
  private long nextStatisticsNs = STATISTICS_NS;

  // of the last ten seconds
  private int vehicles;
  private double speedSum;
  private double presentS;

  /** Equal seeds give equal traffic. */
  public TrafficRadar(long seed) {
    this.random = new Random(seed);
    this.nextTargetNs = SECOND_NS / 2;
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    bytes.position(bytes.limit()); // it takes no commands
  }

  @Override
  public void runUntil(long nowNs, Voice voice) {
    while (nextTargetNs <= nowNs || nextStatisticsNs <= nowNs) {
      if (nextTargetNs <= nextStatisticsNs) {
        target(voice);
      } else {
        statistics(voice);
      }
    }
  }

  private void target(Voice voice) {
    double crowd = crowd(nextTargetNs);
    int size = random.nextInt(10);
    int type = size < 7 ? 0 : size < 9 ? 1 : 2;
    double speed = Math.max(5, 75 - 45 * crowd + 6 * random.nextGaussian() - 6 * type);
    double length = MEAN_LENGTH_M[type] + 0.3 * random.nextGaussian();
    say(
        voice,
        String.format(
            Locale.ROOT, "TGT,%d,%.1f,%.1f,%d", 1 + random.nextInt(2), speed, length, type + 1));
    vehicles++;
    speedSum += speed;
    presentS += length / (speed / 3.6);
    double gapS = 0.4 - Math.log(1 - random.nextDouble()) * (4 - 3 * crowd);
    nextTargetNs += (long) (gapS * SECOND_NS);
  }

  private void statistics(Voice voice) {
    String mean = vehicles == 0 ? "-" : String.format(Locale.ROOT, "%.1f", speedSum / vehicles);
    double occupancy = Math.min(100, 100 * presentS / 10);
    say(voice, String.format(Locale.ROOT, "STA,%d,%s,%.1f", vehicles, mean, occupancy));
    vehicles = 0;
    speedSum = 0;
    presentS = 0;
    nextStatisticsNs += STATISTICS_NS;
  }

  /** How thick the traffic is, 0..1. */
  private static double crowd(long timeNs) {
    return 0.5 - 0.5 * Math.cos(2 * Math.PI * timeNs / SECOND_NS / WAVE_S);
  }

  private static void say(Voice voice, String content) {
    int check = 0;
    for (int i = 0; i < content.length(); i++) {
      check ^= content.charAt(i);
    }
    voice.say(String.format("$%s*%02X\r\n", content, check).getBytes(StandardCharsets.US_ASCII));
  }
}
