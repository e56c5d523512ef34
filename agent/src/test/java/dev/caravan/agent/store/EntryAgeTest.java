package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a maximum age removes, and what it does not whatever the clock does. */
class EntryAgeTest {
  private static final long DAY_NS = 86_400 * SECOND_NS;

  /** A clock whose time of day can jump. */
  private static final class JumpingTimeline implements Timeline {
    private long nowNs = Queues.START_NS;
    private long monotonicNs = 77;
    private TimeOrigin origin = TimeOrigin.NTP;

    void passNs(long ns) {
      nowNs += ns;
      monotonicNs += ns;
    }

    void jumpNs(long ns) {
      nowNs += ns;
    }

    @Override
    public long nowNs() {
      return nowNs;
    }

    @Override
    public long monotonicNs() {
      return monotonicNs;
    }

    @Override
    public TimeOrigin origin() {
      return origin;
    }

    @Override
    public long errorNs() {
      return origin == TimeOrigin.NONE ? Long.MAX_VALUE : 0;
    }
  }

  private final StoreSettings settings;
  private final JumpingTimeline timeline = new JumpingTimeline();
  private Health health = new Health();

  EntryAgeTest(@TempDir Path dir) {
    settings =
        new StoreSettings(dir.resolve("q"), 1 << 20, 7 * DAY_NS, SECOND_NS, 16 << 10, 64 << 10);
  }

  private DiskQueue open() throws IOException {
    health = new Health();
    return DiskQueue.open(settings, "cloud", Keepers.CLOUD, timeline, health);
  }

  private DiskQueue withEntries(int count) throws IOException {
    DiskQueue queue = open();
    for (int i = 1; i <= count; i++) {
      queue.append(2, SCHEMA, body("b" + i));
    }
    return queue;
  }

  private long evicted() {
    return health.counter(Declared.count("store.evicted"), "cloud").value();
  }

  @Test
  void whatIsTooOldGoesAndIsCounted() throws IOException {
    try (DiskQueue queue = withEntries(1)) {
      timeline.passNs(6 * DAY_NS);
      queue.append(2, SCHEMA, body("young"));
      timeline.passNs(DAY_NS);
      assertEquals(List.of(1L, 2L), sequences(queue.head(9, 1 << 20, 0)), "just not too old");
      timeline.passNs(1);
      assertEquals(List.of(2L), sequences(queue.head(9, 1 << 20, 0)));
      assertEquals(2, evicted());
      assertEquals(
          1, health.counter(Declared.count("store.evicted_batches"), "cloud").value());
    }
  }

  @Test
  void itGoesWithoutALinkToo() throws IOException {
    try (DiskQueue queue = withEntries(3)) {
      queue.sync();
      timeline.passNs(8 * DAY_NS);
      queue.sync();
      assertEquals(0, queue.entries());
      assertEquals(6, evicted());
    }
  }

  @Test
  void aJumpOfTheClockRemovesNothing() throws IOException {
    try (DiskQueue queue = withEntries(3)) {
      timeline.jumpNs(20 * 365 * DAY_NS);
      assertEquals(3, queue.head(9, 1 << 20, 0).size());
      assertEquals(0, evicted());
    }
  }

  @Test
  void afterReopeningTheStoredTimeCounts() throws IOException {
    withEntries(3).close();
    timeline.passNs(8 * DAY_NS);
    try (DiskQueue queue = open()) {
      assertEquals(List.of(), drain(queue));
      assertEquals(6, evicted());
    }
  }

  @Test
  void afterReopeningAnImplausibleTimeDoesNotCount() throws IOException {
    withEntries(3).close();
    timeline.jumpNs(20 * 365 * DAY_NS);
    try (DiskQueue queue = open()) {
      assertEquals(3, queue.head(9, 1 << 20, 0).size());
      timeline.passNs(7 * DAY_NS + 1);
      assertEquals(List.of(), queue.head(9, 1 << 20, 0), "as old as the queue is open");
    }
  }

  @Test
  void timeSetBackDoesNotCount() throws IOException {
    withEntries(3).close();
    timeline.jumpNs(-50 * 365 * DAY_NS);
    try (DiskQueue queue = open()) {
      assertEquals(3, drain(queue).size());
    }
  }

  @Test
  void aTimeWithoutASourceDoesNotCount() throws IOException {
    timeline.origin = TimeOrigin.NONE;
    withEntries(3).close();
    timeline.jumpNs(90 * DAY_NS);
    timeline.origin = TimeOrigin.NTP;
    try (DiskQueue queue = open()) {
      assertEquals(3, drain(queue).size(), "stored with a clock that was not set");
      queue.append(1, SCHEMA, body("with a clock that is"));
    }
    timeline.passNs(8 * DAY_NS);
    timeline.origin = TimeOrigin.NONE;
    try (DiskQueue queue = open()) {
      assertEquals(1, queue.head(9, 1 << 20, 0).size(), "what is the time?");
      timeline.origin = TimeOrigin.GNSS;
      assertEquals(0, queue.head(9, 1 << 20, 0).size(), "now it is known");
    }
  }
}
