package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why all of a store is in memory, which is said once for each reason, and when its disk is tried again. The courier's thread. */
final class DiskAbsence {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final long FIRST_WAIT_NS = 1_000_000_000L;
  private static final long LONGEST_WAIT_NS = 4 * FIRST_WAIT_NS;

  private final StoreSettings settings;
  private final String name;
  private final Timeline timeline;
  private final Part part;
  private String why = "";
  private long tryAtNs;
  private long waitNs;

  DiskAbsence(StoreSettings settings, String name, Timeline timeline, Part part) {
    this.settings = settings;
    this.name = name;
    this.timeline = timeline;
    this.part = part;
  }

  /** The disk cannot be used now. */
  void because(IOException e) {
    String words = Words.of(e);
    String dir = settings.dir().toString();
    String now = words.contains(dir) ? words : dir + ": " + words;
    if (!now.equals(why)) {
      LOG.warn(
          "{}: in memory only, up to {} B: " + DiskState.literal(now),
          name,
          settings.memoryMaxBytes());
    }
    why = now;
    part.set(Part.State.DEGRADED, "in memory only: " + now);
    waitNs = Math.min(LONGEST_WAIT_NS, Math.max(FIRST_WAIT_NS, 2 * waitNs));
    tryAtNs = timeline.monotonicNs() + waitNs;
  }

  boolean isToTry() {
    return timeline.monotonicNs() - tryAtNs >= 0;
  }

  /** The next wait is a short one. */
  void begins() {
    waitNs = 0;
  }

  void ends() {
    why = "";
    waitNs = 0;
  }
}
