package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A courier with a lane of events before that of batches. */
class CourierLanesTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NOW_NS = 1_764_000_000L * SECOND_NS;
  private static final long HOUR_NS = 3600 * SECOND_NS;

  private final FakeTimeline timeline = new FakeTimeline(NOW_NS);
  private final Health health = new Health();
  private final Stop stop = new Stop();
  private final FakeQueue events = new FakeQueue(timeline, stop);
  private final FakeQueue batches = new FakeQueue(timeline, stop);

  /** What was sent, a word for each entry, and a semicolon behind each turn. */
  private final StringBuilder sent = new StringBuilder();

  private final Deque<Fate> eventFates = new ArrayDeque<>();
  private final List<Runnable> afterTurns = new ArrayList<>();
  private int turns;
  private boolean lost;
  private long untilNs = Long.MAX_VALUE;

  private final class Batches implements Uplink, Outlet {
    @Override
    public Outlet outlet(Channel channel) {
      return this;
    }

    @Override
    public void open() {
      lost = false;
    }

    @Override
    public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
      if (lost) {
        throw new IOException("the link is lost");
      }
      return note("b", entries, Fate.ACCEPTED);
    }

    @Override
    public void idle() {
      timeline.advanceNs(SECOND_NS / 10);
      if (timeline.monotonicNs() >= untilNs) {
        stop.request();
      }
      if (events.entries.isEmpty() && batches.entries.isEmpty()) {
        stop.request();
      }
    }

    @Override
    public void close() {}
  }

  private void stopAfter(long ns) {
    untilNs = timeline.monotonicNs() + ns;
  }

  private Receipt note(String word, List<Entry> entries, Fate fate) {
    entries.forEach(entry -> sent.append(word).append(entry.sequence()).append(' '));
    sent.append("; ");
    if (turns < afterTurns.size()) {
      afterTurns.get(turns).run();
    }
    turns++;
    return new Receipt(Collections.nCopies(entries.size(), fate));
  }

  private void run() {
    run((entries, late) ->
        note("e", entries, eventFates.isEmpty() ? Fate.ACCEPTED : eventFates.remove()));
  }

  private void run(Outlet toEvents) {
    Batches uplink = new Batches();
    List<Lane> lanes = List.of(
        new Lane("cloud.events", events, toEvents, Lane.Terms.UNMETERED, timeline, health),
        new Lane("cloud", batches, uplink, Lane.Terms.UNMETERED, timeline, health));
    new Courier("cloud", lanes, uplink, Budget.UNLIMITED, timeline, health, stop, new Random(7))
        .run();
  }

  private static Entry entry(long sequence, long timeNs) {
    return new Entry(sequence, timeNs, 1, Bytes.EMPTY, Bytes.ofHex("00"));
  }

  @Test
  void eventsGoBeforeBatches() {
    batches.entries.add(entry(1, NOW_NS));
    events.entries.add(entry(1, NOW_NS));
    afterTurns.add(() -> {});
    afterTurns.add(() -> {
      batches.entries.add(entry(2, NOW_NS));
      events.entries.add(entry(2, NOW_NS));
    });
    run();
    assertEquals("e1 ; b1 ; e2 ; b2 ; ", sent.toString());
    assertEquals(
        2, health.counter(Declared.count("uplink.sent"), "cloud.events").value());
    assertEquals(2, health.counter(Declared.count("uplink.sent"), "cloud").value());
  }

  @Test
  void newBatchesGoBeforeABacklogOfEventsAndThatBeforeTheBacklogOfBatches() {
    for (int i = 1; i <= 100; i++) {
      events.entries.add(entry(i, NOW_NS - HOUR_NS));
      batches.entries.add(entry(i, NOW_NS - HOUR_NS));
    }
    batches.entries.add(entry(101, NOW_NS));
    run();
    String all = sent.toString();
    List<String> turnsSent = List.of(all.split("; "));
    assertTrue(turnsSent.get(0).startsWith("e1 e2 "), all);
    assertEquals("b101 ", turnsSent.get(1), "the first turn of events had what a backlog may take");
    assertTrue(turnsSent.get(2).endsWith("e100 "), all);
    assertEquals("b1 b2 ", turnsSent.get(3).substring(0, 6), all);
  }

  @Test
  void eventsThatAreNotTakenDoNotHoldUpBatches() {
    events.entries.add(entry(1, NOW_NS));
    eventFates.add(Fate.KEPT);
    eventFates.add(Fate.KEPT);
    for (int i = 1; i <= 64 * 4; i++) {
      batches.entries.add(entry(i, NOW_NS));
    }
    List<Long> eventsSentAt = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      afterTurns.add(() -> {
        if (sent.toString().endsWith("e1 ; ")) {
          eventsSentAt.add(timeline.monotonicNs());
        }
        timeline.advanceNs(SECOND_NS / 4);
      });
    }
    run();
    assertEquals(3, sent.toString().split("e1", -1).length - 1, sent.toString());
    assertTrue(sent.toString().startsWith("e1 ; b1 "), sent.toString());
    assertTrue(
        eventsSentAt.get(1) - eventsSentAt.get(0) >= SECOND_NS, "tried again after a second");
    assertTrue(batches.entries.isEmpty());
    assertEquals(Part.State.ENDED, health.part("route", "cloud").state());
  }

  /** Each link ends over the events, from the first to the last of some. */
  private final class LinkEnding implements Outlet {
    private final long from;
    private final long through;
    private final Fate fate;
    private final List<Long> endedNs = new ArrayList<>();
    private boolean ended;

    LinkEnding(long from, long through, Fate fate) {
      this.from = from;
      this.through = through;
      this.fate = fate;
    }

    @Override
    public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
      long first = entries.get(0).sequence();
      ended = first >= from && first <= through;
      if (ended) {
        endedNs.add(timeline.monotonicNs());
        sent.append('x').append(first).append(" ; ");
        batches.entries.add(entry(100 + endedNs.size(), timeline.nowNs()));
        lost = true;
        if (endedNs.size() == 1) {
          throw new IOException("the broker ended it");
        }
        return new Receipt(List.of(fate), "the link ends over it");
      }
      return note("e", entries, Fate.ACCEPTED);
    }

    @Override
    public boolean hasEndedLink() {
      return ended;
    }
  }

  @Test
  void eventsOverWhichEachLinkEndsDoNotTakeItFromBatchesAndRestLongerEachTime() {
    events.entries.add(entry(1, NOW_NS));
    batches.entries.add(entry(1, NOW_NS));
    LinkEnding ending = new LinkEnding(1, 1, Fate.FAILED);
    stopAfter(1800 * SECOND_NS);
    run(ending);
    assertTrue(sent.toString().startsWith("x1 ; b1 b101 ; x1 ; b102 ; x1 ; "), sent.toString());
    assertTrue(batches.entries.size() <= 1, "left=" + batches.entries);
    assertEquals(
        1, events.entries.size(), "nothing speaks against this one: none of its lane goes");
    int ends = ending.endedNs.size();
    assertTrue(ends >= 12 && ends <= 18, "1 s, 2 s and so on to 5 min: " + ends);
    long restNs = ending.endedNs.get(ends - 1) - ending.endedNs.get(ends - 2);
    assertTrue(restNs >= 300 * SECOND_NS && restNs < 310 * SECOND_NS, "restNs=" + restNs);
  }

  @Test
  void eventsThatAreRejectedOneAfterTheOtherEndTheLinkMoreAndMoreRarely() {
    for (int i = 1; i <= 40; i++) {
      events.entries.add(entry(i, NOW_NS));
    }
    LinkEnding ending = new LinkEnding(1, 40, Fate.REJECTED);
    stopAfter(1800 * SECOND_NS);
    run(ending);
    int ends = ending.endedNs.size();
    assertTrue(ends >= 12 && ends <= 18, "1 s, 2 s and so on to 5 min: " + ends);
    assertTrue(batches.entries.size() <= 1, "left=" + batches.entries);
  }

  @Test
  void theNextEventGoesThoughTheLinkEndsOverTheOneBeforeIt() {
    for (int i = 1; i <= 5; i++) {
      events.entries.add(entry(i, NOW_NS));
    }
    stopAfter(60 * SECOND_NS);
    run(new LinkEnding(1, 1, Fate.FAILED));
    assertEquals(List.of(1L), events.entries.stream().map(Entry::sequence).toList());
  }

  /** One quota for all that a client sends, as of clouds: a bucket that fills by so many a second. */
  private final class Quota {
    private final double most;
    private final double perSecond;
    private double tokens;
    private long atNs = timeline.monotonicNs();
    private int asked;
    private int eventsTaken;
    private int batchesTaken;

    Quota(double most, double perSecond) {
      this.most = most;
      this.perSecond = perSecond;
      this.tokens = most;
    }

    private boolean takes() {
      double since = (timeline.monotonicNs() - atNs) / 1e9;
      atNs = timeline.monotonicNs();
      tokens = Math.min(most, tokens + perSecond * since);
      asked++;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }

    /** In their order, until one is refused. */
    private Receipt send(List<Entry> entries, boolean isEvent) {
      List<Fate> fates = new ArrayList<>(Collections.nCopies(entries.size(), Fate.KEPT));
      for (int i = 0; i < entries.size(); i++) {
        if (!takes()) {
          fates.set(i, Fate.REFUSED);
          break;
        }
        fates.set(i, Fate.ACCEPTED);
        if (isEvent) {
          eventsTaken++;
        } else {
          batchesTaken++;
        }
      }
      return new Receipt(fates, "0x97 quota exceeded");
    }
  }

  /** Lanes share the quota of their connection; each comes that often. */
  private Quota underQuota(Quota quota, long eventEveryNs, long batchEveryNs, long seconds) {
    long[] nextNs = {timeline.monotonicNs(), timeline.monotonicNs()};
    long[] made = {0, 0};
    Uplink uplink = new Uplink() {
      @Override
      public Outlet outlet(Channel channel) {
        throw new IllegalStateException();
      }

      @Override
      public void open() {}

      @Override
      public void idle() {}

      @Override
      public void close() {}
    };
    long endNs = timeline.monotonicNs() + seconds * SECOND_NS;
    Runnable passes = () -> {
      timeline.advanceNs(SECOND_NS / 50);
      long nowNs = timeline.monotonicNs();
      if (nowNs >= nextNs[0]) {
        events.entries.add(entry(++made[0], timeline.nowNs()));
        nextNs[0] += eventEveryNs;
      }
      if (nowNs >= nextNs[1]) {
        batches.entries.add(entry(++made[1], timeline.nowNs()));
        nextNs[1] += batchEveryNs;
      }
      if (nowNs >= endNs) {
        stop.request();
      }
    };
    events.waits = passes;
    batches.waits = passes;
    List<Lane> lanes = List.of(
        new Lane(
            "cloud.events",
            events,
            (entries, late) -> quota.send(entries, true),
            Lane.Terms.UNMETERED,
            timeline,
            health),
        new Lane(
            "cloud",
            batches,
            (entries, late) -> quota.send(entries, false),
            Lane.Terms.UNMETERED,
            timeline,
            health));
    new Courier("cloud", lanes, uplink, Budget.UNLIMITED, timeline, health, stop, new Random(7))
        .run();
    return quota;
  }

  @Test
  void twoLanesKeepToOneQuotaTogetherAndBothGo() {
    Quota quota = underQuota(new Quota(1, 1), 1_600_000_000L, 1_600_000_000L, 600);
    int taken = quota.eventsTaken + quota.batchesTaken;
    String all = quota.eventsTaken + " and " + quota.batchesTaken + " of " + quota.asked;
    assertTrue(taken > 0.7 * 600, all);
    assertTrue(quota.asked < 1.3 * taken, all);
    assertTrue(quota.eventsTaken > 0.4 * taken && quota.batchesTaken > 0.4 * taken, all);
  }
}
