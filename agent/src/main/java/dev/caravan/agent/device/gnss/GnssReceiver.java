package dev.caravan.agent.device.gnss;

import dev.caravan.agent.device.Instrument;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A receiver in a car that drives round and round. It tells of each fix 60 ms after it: RMC, VTG, GGA, GSA, GSV, GLL, GST
 * and ZDA; of several fixes a second only the first has GSV and ZDA.
 *
 * <p>After a cold start it knows nothing for 3 s, then the time, after 6 s the position in two dimensions, after 12 s in
 * three. In a tunnel it knows the time alone. Equal settings, seeds and starts give equal sentences. One thread.
 */
public final class GnssReceiver implements Instrument {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATENCY_NS = 60_000_000L;
  private static final long TIME_AFTER_NS = 3 * SECOND_NS;
  private static final long POSITION_AFTER_NS = 6 * SECOND_NS;
  private static final long HEIGHT_AFTER_NS = 12 * SECOND_NS;

  private static final double METERS_PER_DEGREE = 111_195;
  private static final double ERROR_M = 0.8;

  private final GnssReceiverSettings settings;
  private final long startUtcNs;
  private final long periodNs;
  private final Random random;
  private final Road road = new Road();
  private final Drive drive = new Drive(road);
  private final Sentences sentences;

  // the next fix, as time of the simulation
  private long nextFixNs;

  // the error of the position, which wanders
  private double northM;
  private double eastM;
  private double upM;

  /**
   * A receiver that is switched on at a moment.
   *
   * @param startUtcNs that moment, epoch nanoseconds UTC
   */
  public GnssReceiver(GnssReceiverSettings settings, long seed, long startUtcNs) {
    this.settings = settings;
    this.startUtcNs = startUtcNs;
    this.periodNs = SECOND_NS / settings.rateHz();
    this.random = new Random(seed);
    this.sentences = new Sentences(new Sky(new Random(random.nextLong())));
    // fixes are at whole parts of a second of UTC
    this.nextFixNs = Math.floorMod(-startUtcNs, periodNs);
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    bytes.position(bytes.limit());
  }

  @Override
  public void runUntil(long nowNs, Voice voice) {
    while (nextFixNs + LATENCY_NS <= nowNs) {
      drive.runUntil(nextFixNs);
      sentences.say(fix(), voice);
      nextFixNs += periodNs;
    }
  }

  private Sentences.Fix fix() {
    wander();
    double alongM = drive.alongM();
    double latitude = road.latitude(alongM);
    double east = METERS_PER_DEGREE * Math.cos(Math.toRadians(latitude));
    return new Sentences.Fix(
        startUtcNs + nextFixNs,
        nextFixNs,
        knows(alongM),
        latitude + northM / METERS_PER_DEGREE,
        road.longitude(alongM) + eastM / east,
        405 + 12 * Math.sin(2 * Math.PI * alongM / road.lengthM()) + upM,
        drive.speedMps(),
        road.course(alongM));
  }

  private Sentences.Knowledge knows(double alongM) {
    long sinceNs = settings.coldStart() ? nextFixNs : Long.MAX_VALUE;
    if (sinceNs < TIME_AFTER_NS) {
      return Sentences.Knowledge.NOTHING;
    }
    if (sinceNs < POSITION_AFTER_NS || (settings.tunnels() && road.isTunnel(alongM))) {
      return Sentences.Knowledge.TIME;
    }
    return sinceNs < HEIGHT_AFTER_NS ? Sentences.Knowledge.TWO_D : Sentences.Knowledge.THREE_D;
  }

  private void wander() {
    double keep = Math.exp(-periodNs / (60.0 * SECOND_NS));
    double step = ERROR_M * Math.sqrt(1 - keep * keep);
    northM = northM * keep + random.nextGaussian() * step;
    eastM = eastM * keep + random.nextGaussian() * step;
    upM = upM * keep + random.nextGaussian() * step * 2;
  }
}
