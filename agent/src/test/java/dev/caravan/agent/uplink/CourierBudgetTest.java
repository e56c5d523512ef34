package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A courier on a metered link of 100,000 bytes an hour. */
class CourierBudgetTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MINUTE_NS = 60 * SECOND_NS;

  /** An hour begins. */
  private static final long NOW_NS = 1_764_000_000L * SECOND_NS;

  private final FakeTimeline timeline = new FakeTimeline(NOW_NS);
  private final Health health = new Health();
  private final Stop stop = new Stop();
  private final FakeQueue events = new FakeQueue(timeline, stop);
  private final FakeQueue batches = new FakeQueue(timeline, stop);
  private final List<String> sent = new ArrayList<>();
  private final List<String> states = new ArrayList<>();
  private final Budget budget;
  private long traffic;

  CourierBudgetTest(@TempDir Path dir) {
    budget = new Budget(
        "cloud",
        new Budget.Limits(
            100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of(Budget.Use.BACKLOG, Budget.Use.LIVE)),
        dir.resolve("budget"),
        timeline,
        health);
  }

  /** Costs what it carries, and 100 bytes each minute. */
  private final class Metered implements Uplink, Outlet {
    @Override
    public Outlet outlet(Channel channel) {
      return this;
    }

    @Override
    public void open() {}

    @Override
    public Receipt send(List<Entry> entries, List<Boolean> late) {
      return note("b", entries);
    }

    @Override
    public void idle() {
      timeline.advanceNs(MINUTE_NS);
      traffic += 100;
      String why = health.part("route", "cloud").why();
      if (states.isEmpty() || !states.get(states.size() - 1).equals(why)) {
        states.add(why);
      }
      if (timeline.nowNs() > NOW_NS + 90 * MINUTE_NS) {
        stop.request();
      }
    }

    @Override
    public long trafficBytes() {
      return traffic;
    }

    @Override
    public void close() {}
  }

  private Receipt note(String word, List<Entry> entries) {
    for (Entry entry : entries) {
      traffic += entry.body().length();
      sent.add(word + entry.sequence() + "@" + (timeline.nowNs() - NOW_NS) / MINUTE_NS);
    }
    return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
  }

  private void run() {
    Metered uplink = new Metered();
    Lane.Terms ofEvents = new Lane.Terms(0, 0, budget, Budget.Use.EVENTS, Budget.Use.EVENTS);
    Lane.Terms ofBatches = new Lane.Terms(0, 0, budget, Budget.Use.LIVE, Budget.Use.BACKLOG);
    List<Lane> lanes = List.of(
        new Lane(
            "cloud.events",
            events,
            (entries, late) -> note("e", entries),
            ofEvents,
            timeline,
            health),
        new Lane("cloud", batches, uplink, ofBatches, timeline, health));
    new Courier("cloud", lanes, uplink, budget, timeline, health, stop, new Random(7)).run();
  }

  private static Entry entry(long sequence, long timeNs, int bytes) {
    return new Entry(sequence, timeNs, 1, Bytes.EMPTY, Bytes.of(new byte[bytes]));
  }

  @Test
  void theBacklogGoesToItsShareThenWaitsForTheNextHourAndEventsDoNot() {
    for (int i = 1; i <= 10; i++) {
      batches.entries.add(entry(i, NOW_NS - 60 * MINUTE_NS, 20_000));
    }
    batches.entries.add(entry(11, NOW_NS, 20_000));
    events.entries.add(entry(1, NOW_NS - 60 * MINUTE_NS, 10_000));
    run();
    assertEquals(List.of("e1@0", "b11@0", "b1@0", "b2@0"), sent.subList(0, 4), sent.toString());
    assertEquals("b3@60", sent.get(4), sent.toString());
    assertTrue(
        states.contains("budget: 80 % of the 100000 B of this hour are used, the backlog waits"),
        states.toString());
    assertTrue(traffic < 2 * 100_000, "within the budget of two hours");
    assertEquals(Part.State.ENDED, health.part("route", "cloud").state());
  }

  @Test
  void nothingIsLostWhileAllWaits() {
    traffic = 99_500;
    batches.entries.add(entry(1, NOW_NS, 2_000));
    events.entries.add(entry(1, NOW_NS, 2_000));
    run();
    assertEquals(
        List.of("e1@60", "b1@61"), sent, "both are a backlog by then, one turn after the other");
  }
}
