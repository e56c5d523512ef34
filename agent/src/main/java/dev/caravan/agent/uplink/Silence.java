package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.store.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a far side takes while it says that nobody listens. What is new is sent once all the same, for a rule of the far side
 * may take what no subscriber does; it stays in the queue, and of all that stays the oldest is sent again now and then, to
 * find out whether somebody listens. What is old enough, in a silence that is long enough, is given up.
 *
 * <p>The courier's thread.
 */
final class Silence {
  private static final Logger LOG = LoggerFactory.getLogger(Silence.class);
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long STEADY_NS = 10 * SECOND_NS;
  private static final long LONGEST_PAUSE_NS = 5 * SECOND_NS;

  private final String name;
  private final long keepNs;
  private final long firstPauseNs;
  private final Timeline timeline;
  private final Ages ages;

  // while nobody listens
  private boolean silent;
  private long sinceNs;
  private long through;
  private long pauseNs;
  private long dueNs;

  // since it was told that nobody listens
  private final Condition unheard = new Condition();
  private final Condition givenUp = new Condition();
  private long unheardNs;

  /** {@code keepNs}: how long an entry that nobody listens to is kept; 0 takes it as delivered at once. */
  Silence(String name, long keepNs, long pauseNs, Timeline timeline) {
    this.name = name;
    this.keepNs = keepNs;
    this.firstPauseNs = pauseNs;
    this.timeline = timeline;
    this.ages = new Ages(timeline);
  }

  /** Whether there is something that nobody has listened to yet. */
  boolean isKeeping() {
    return silent && keepNs > 0;
  }

  /** Up to which sequence all that was new has been sent. */
  long through() {
    return through;
  }

  /**
   * Nobody listened to an entry.
   *
   * @return whether it is given up
   */
  boolean unheard(Entry entry) {
    if (!silent) {
      begins();
    }
    unheardNs = timeline.monotonicNs();
    if (isOver(entry)) {
      if (givenUp.isNews("nobody listens") && keepNs > 0) {
        LOG.warn(
            "{}: nobody has listened for {} s, giving up what is as old, named as lost; if a rule of the broker takes it,"
                + " keep_unheard: 0s says so",
            name,
            keepNs / SECOND_NS);
      }
      return true;
    }
    if (entry.sequence() <= through) {
      pauseNs = Math.min(LONGEST_PAUSE_NS, pauseNs * 2);
      dueNs = timeline.monotonicNs() + pauseNs;
    }
    through = Math.max(through, entry.sequence());
    return false;
  }

  private void begins() {
    silent = true;
    sinceNs = timeline.monotonicNs();
    through = 0;
    pauseNs = firstPauseNs;
    dueNs = sinceNs + pauseNs;
    if (!unheard.isNews("nobody listens")) {
      return;
    }
    if (keepNs > 0) {
      LOG.warn(
          "{}: the broker takes messages and says that nobody listens (0x10): what is new is sent once, kept{} and sent"
              + " again once somebody does",
          name,
          keepNs == Long.MAX_VALUE ? "" : " for " + keepNs / SECOND_NS + " s");
    } else {
      LOG.info(
          "{}: the broker says that nobody listens (0x10), taken as delivered: keep_unheard is 0s",
          name);
    }
  }

  /** Whether nobody will listen to it any more. */
  private boolean isOver(Entry entry) {
    long silenceNs = timeline.monotonicNs() - sinceNs;
    return Math.min(silenceNs, ages.ageNs(entry.timeNs())) >= keepNs;
  }

  /** Somebody listened. */
  void heard() {
    silent = false;
    if (unheard.isThere() && timeline.monotonicNs() - unheardNs > STEADY_NS) {
      unheard.over();
      LOG.info("{}: somebody listens again; given up meanwhile: batches={}", name, givenUp.over());
    }
  }

  /** Whether the oldest is to be sent again now: it is tried for the last time, or its time has come. */
  boolean isDue(Entry oldest) {
    return isOver(oldest) || timeline.monotonicNs() - dueNs >= 0;
  }

  /** Nothing is sent any more. */
  void ended() {
    long batches = givenUp.over();
    if (batches > 0) {
      LOG.warn("{}: nobody listened; given up until now: batches={}", name, batches);
    }
    silent = false;
  }
}
