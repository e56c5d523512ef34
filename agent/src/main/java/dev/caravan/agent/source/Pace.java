package dev.caravan.agent.source;

/**
 * How long a busy wire is left alone before it is read again, so that one read takes what gathered meanwhile: what costs is
 * waking up, not what is read. After silence the next read begins at once.
 *
 * <p>No longer than the reader allows, and no longer than it takes, at the rate of the read before, until a portion has
 * gathered: the kernel keeps more than that, so a burst finds room. A read that brought half as much again left a queue
 * behind, and the next does not wait.
 *
 * <p>The reading thread uses it.
 */
public final class Pace {
  private static final long SILENCE_NS = 1_000_000_000L;

  private final int portion;

  // of the read before
  private long readNs;
  private long gathersInNs;

  /** A pace by which reads bring so much at most, in the unit of {@link #read}: half of what the kernel keeps. */
  public Pace(int portion) {
    this.portion = portion;
  }

  /** A read has ended and brought something. */
  public void read(int amount, long nowNs) {
    long sinceNs = Math.min(SILENCE_NS, nowNs - readNs);
    gathersInNs = 2 * amount >= 3 * portion ? 0 : sinceNs * portion / amount;
    readNs = nowNs;
  }

  /** How long to wait now, 0 to {@code mostNs} after the read before. */
  public long pauseNs(long nowNs, long mostNs) {
    return Math.max(0, readNs + Math.min(mostNs, gathersInNs) - nowNs);
  }
}
