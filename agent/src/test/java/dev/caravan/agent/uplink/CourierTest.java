package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CourierTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NOW_NS = 1_764_000_000L * SECOND_NS;

  private final FakeTimeline timeline = new FakeTimeline(NOW_NS);
  private final Health health = new Health();
  private final Stop stop = new Stop();
  private final FakeQueue queue = new FakeQueue(timeline, stop);
  private final ScriptedUplink uplink = new ScriptedUplink();

  private Courier courier(long longestWaitNs) {
    return courier(longestWaitNs, 0);
  }

  private Courier courier(long longestWaitNs, long backlogRate) {
    Random random = new Random(7);
    Lane.Terms terms =
        new Lane.Terms(backlogRate, 0, Budget.UNLIMITED, Budget.Use.LIVE, Budget.Use.BACKLOG);
    return new Courier(
        "cloud",
        List.of(new Lane("cloud", queue, uplink, terms, timeline, health, 1000)),
        uplink,
        Budget.UNLIMITED,
        timeline,
        health,
        stop,
        new Patience(
            new Backoff(1000, 1000, random),
            new Backoff(1000, 1000, random),
            new Backoff(longestWaitNs, longestWaitNs, random)));
  }

  private static Entry entry(long sequence, long timeNs) {
    return new Entry(sequence, timeNs, 10, Bytes.EMPTY, Bytes.ofHex("00"));
  }

  private void store(long from, long to) {
    for (long sequence = from; sequence <= to; sequence++) {
      queue.entries.add(entry(sequence, NOW_NS));
    }
  }

  private long count(String name) {
    return health.counter(Declared.count(name), "cloud").value();
  }

  /** What the uplink does, one step a call; when the steps are used up it accepts, and stops once all is sent. */
  private final class ScriptedUplink implements Uplink, Outlet {
    @Override
    public Outlet outlet(Channel channel) {
      return this;
    }

    final Deque<Step> sends = new ArrayDeque<>();
    final Deque<IOException> opens = new ArrayDeque<>();
    final List<List<Long>> sent = new ArrayList<>();
    final List<Boolean> late = new ArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    boolean open;
    long taken;
    Runnable duty = () -> {};

    interface Step {
      Receipt receipt(List<Entry> entries) throws IOException;
    }

    @Override
    public void whileWaiting(Runnable given) {
      duty = given;
    }

    @Override
    public void open() throws IOException {
      calls.add("open");
      IOException failure = opens.poll();
      if (failure != null) {
        throw failure;
      }
      open = true;
    }

    @Override
    public Receipt send(List<Entry> entries, List<Boolean> lateness) throws IOException {
      assertTrue(open);
      calls.add("send");
      sent.add(entries.stream().map(Entry::sequence).toList());
      late.addAll(lateness);
      Step step = sends.poll();
      return step == null
          ? new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED))
          : step.receipt(entries);
    }

    @Override
    public void idle() throws IOException {
      assertTrue(open);
      calls.add("idle");
      if (queue.entries.isEmpty()) {
        stop.request();
      }
    }

    @Override
    public long taken() {
      return taken;
    }

    @Override
    public void close() {
      calls.add("close");
      open = false;
    }
  }

  @Test
  void acceptedEntriesLeaveTheQueueAndAreCounted() {
    store(1, 100);
    courier(1000).run();
    assertEquals(List.of(64L, 100L), queue.removed);
    assertEquals(100, count("uplink.sent"));
    assertEquals(1000, count("uplink.reports"));
    assertEquals(1, count("uplink.connects"));
    assertEquals(0, count("uplink.failures"));
    assertEquals(Part.State.ENDED, health.part("route", "cloud").state());
  }

  static Stream<List<Fate>> everyReceiptOfThree() {
    List<Fate> fates = List.of(Fate.ACCEPTED, Fate.REJECTED, Fate.KEPT, Fate.UNHEARD);
    return fates.stream()
        .flatMap(a -> fates.stream().flatMap(b -> fates.stream().map(c -> List.of(a, b, c))));
  }

  @ParameterizedTest
  @MethodSource("everyReceiptOfThree")
  void settledEntriesLeaveAndOnlyKeptOnesAreSentAgain(List<Fate> fates) {
    store(1, 3);
    List<Long> leftAfterFirst = new ArrayList<>();
    uplink.sends.add(entries -> new Receipt(fates));
    uplink.sends.add(entries -> {
      queue.entries.forEach(entry -> leftAfterFirst.add(entry.sequence()));
      return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
    });
    courier(1000).run();

    List<Long> kept = Stream.of(1L, 2L, 3L)
        .filter(sequence -> fates.get((int) (sequence - 1)) == Fate.KEPT)
        .toList();
    if (kept.isEmpty()) {
      assertEquals(List.of(List.of(1L, 2L, 3L)), uplink.sent);
    } else {
      assertEquals(List.of(List.of(1L, 2L, 3L), kept), uplink.sent);
      assertEquals(kept, leftAfterFirst);
    }
    assertTrue(queue.entries.isEmpty());
    long rejected = fates.stream().filter(fate -> fate == Fate.REJECTED).count();
    assertEquals(rejected, count("uplink.rejected_batches"));
    assertEquals(10 * rejected, count("uplink.rejected"));
    long unheard = fates.stream().filter(fate -> fate == Fate.UNHEARD).count();
    assertEquals(unheard, count("uplink.unheard"));
    assertEquals(10 * unheard, count("uplink.unheard_reports"));
    assertEquals(new Lost(unheard, 10 * unheard, rejected, 10 * rejected), queue.lost);
    assertEquals(3 - rejected - unheard, count("uplink.sent"));
  }

  @Test
  void settledEntriesBehindAKeptOneAreNotSentAgainAfterALostLink() {
    store(1, 3);
    uplink.sends.add(entries -> new Receipt(List.of(Fate.KEPT, Fate.ACCEPTED, Fate.KEPT)));
    uplink.sends.add(entries -> {
      throw new IOException("cut");
    });
    courier(1000).run();
    assertEquals(List.of(List.of(1L, 2L, 3L), List.of(1L, 3L), List.of(1L, 3L)), uplink.sent);
    assertEquals(2, count("uplink.connects"));
    assertEquals(1, count("uplink.failures"));
  }

  @Test
  void anEvictedHeadDoesNotLeaveItsFollowersBehind() {
    store(1, 3);
    uplink.sends.add(entries -> {
      // the queue gave the first up for want of room, while it was under way
      queue.entries.remove(0);
      return new Receipt(List.of(Fate.KEPT, Fate.ACCEPTED, Fate.ACCEPTED));
    });
    courier(1000).run();
    assertTrue(queue.entries.isEmpty());
    assertEquals(List.of(List.of(1L, 2L, 3L)), uplink.sent);
  }

  @Test
  void afterALostLinkEverythingUnsettledIsSentAgain() {
    store(1, 2);
    uplink.sends.add(entries -> {
      throw new IOException("cut");
    });
    courier(1000).run();
    assertEquals(List.of(List.of(1L, 2L), List.of(1L, 2L)), uplink.sent);
    assertEquals(List.of("open", "send", "close", "open", "send"), uplink.calls.subList(0, 5));
  }

  @Test
  void aLinkThatCannotBeOpenedIsTriedAgainAndTheQueueIsNotTouched() {
    store(1, 1);
    uplink.opens.add(new IOException("no route to host"));
    uplink.opens.add(new IOException("no route to host"));
    courier(1000).run();
    assertEquals(2, count("uplink.failures"));
    assertEquals(1, count("uplink.connects"));
    assertEquals(List.of(List.of(1L)), uplink.sent);
  }

  @Test
  void refusalWaitsTheLongestTimeAtOnceAndSyncsMeanwhile() throws InterruptedException {
    uplink.opens.add(new RefusedException("bad user name"));
    Thread running = new Thread(courier(600 * SECOND_NS));
    running.start();
    org.awaitility.Awaitility.await().until(() -> queue.idles.get() >= 2);
    assertEquals(List.of("open", "close"), List.copyOf(uplink.calls));
    assertEquals(Part.State.DEGRADED, health.part("route", "cloud").state());
    assertEquals("bad user name", health.part("route", "cloud").why());
    stop.request();
    running.join(5000);
    assertFalse(running.isAlive());
  }

  @Test
  void entriesStoredMoreThanTenSecondsAgoAreLate() {
    queue.entries.add(entry(1, NOW_NS - 10 * SECOND_NS - 1));
    queue.entries.add(entry(2, NOW_NS - 10 * SECOND_NS));
    courier(1000).run();
    assertEquals(List.of(true, false), uplink.late);
  }

  @Test
  void aFaultOfTheProgramIsCountedAndTheCourierGoesOn() {
    store(1, 1);
    uplink.sends.add(entries -> {
      throw new IllegalStateException("made by the test");
    });
    uplink.sends.add(entries -> new Receipt(List.of()));
    courier(1000).run();
    assertEquals(2, count("bugs"));
    assertTrue(queue.entries.isEmpty());
  }

  private void storeBacklog(int count, int bodyBytes) {
    for (int i = 1; i <= count; i++) {
      long timeNs = NOW_NS - 3600 * SECOND_NS;
      queue.entries.add(new Entry(i, timeNs, 10, Bytes.EMPTY, Bytes.of(new byte[bodyBytes])));
    }
  }

  @Test
  void aRouteThatIsConnectedAndGetsNothingTakenForAMinuteIsDegraded() {
    Part part = health.part("route", "cloud");
    store(1, 100);
    uplink.sends.add(entries -> {
      timeline.advanceNs(59 * SECOND_NS);
      uplink.duty.run();
      assertEquals(Part.State.STARTING, part.state(), "nothing is taken yet");
      timeline.advanceNs(SECOND_NS);
      uplink.duty.run();
      assertEquals(Part.State.DEGRADED, part.state());
      assertEquals("connected, but nothing was taken for 60 s", part.why());
      return accepted(entries);
    });
    uplink.sends.add(entries -> {
      assertEquals(Part.State.OK, part.state(), "and well again as soon as something is taken");
      timeline.advanceNs(60 * SECOND_NS);
      uplink.duty.run();
      assertEquals(Part.State.DEGRADED, part.state(), "once more");
      return accepted(entries);
    });
    courier(1000).run();
    assertEquals(0, count("uplink.failures"));
  }

  @Test
  void aPieceThatIsTakenIsSomethingTaken() {
    Part part = health.part("route", "cloud");
    store(1, 1);
    uplink.sends.add(entries -> {
      for (int i = 0; i < 10; i++) {
        timeline.advanceNs(40 * SECOND_NS);
        uplink.taken++;
        uplink.duty.run();
        assertEquals(Part.State.OK, part.state());
      }
      timeline.advanceNs(60 * SECOND_NS);
      uplink.duty.run();
      assertEquals(Part.State.DEGRADED, part.state());
      uplink.taken++;
      uplink.duty.run();
      assertEquals(Part.State.OK, part.state());
      return accepted(entries);
    });
    courier(1000).run();
    assertEquals(1, uplink.sent.size());
  }

  @Test
  void aRouteThatConnectsAndGetsNothingTakenIsNotWell() {
    Part part = health.part("route", "cloud");
    store(1, 1);
    uplink.sends.add(entries -> {
      throw new IOException("closed by the far side");
    });
    for (int i = 0; i < 2; i++) {
      uplink.sends.add(entries -> {
        assertEquals(Part.State.DEGRADED, part.state());
        assertEquals("closed by the far side", part.why());
        throw new IOException("closed by the far side");
      });
    }
    courier(1000).run();
    assertEquals(4, uplink.sent.size());
  }

  @Test
  void whatIsNewGoesBeforeTheBacklogAndTheBacklogInItsOrder() {
    storeBacklog(100, 1);
    queue.entries.add(entry(101, NOW_NS));
    uplink.sends.add(entries -> {
      queue.entries.add(entry(102, timeline.nowNs()));
      return accepted(entries);
    });
    courier(1000).run();
    List<Long> first = new ArrayList<>(List.of(101L));
    LongStream.rangeClosed(1, 64).forEach(first::add);
    assertEquals(first, uplink.sent.get(0));
    List<Long> second = new ArrayList<>(LongStream.rangeClosed(65, 100).boxed().toList());
    second.add(102L);
    assertEquals(second, uplink.sent.get(1), "all fit into one turn, so their order is kept");
    assertTrue(uplink.late.subList(1, 101).stream().allMatch(late -> late));
    assertFalse(uplink.late.get(0));
  }

  @Test
  void whileNothingIsTakenTheOldestIsTried() {
    storeBacklog(200, 1);
    queue.entries.add(entry(201, NOW_NS));
    uplink.sends.add(entries -> new Receipt(Collections.nCopies(entries.size(), Fate.KEPT)));
    courier(1000).run();
    assertEquals(201, uplink.sent.get(0).get(0));
    assertEquals(LongStream.rangeClosed(1, 64).boxed().toList(), uplink.sent.get(1));
    assertEquals(201, uplink.sent.get(2).get(0), "and the new ones first as soon as it takes any");
  }

  @Test
  void onASlowLinkATurnTakesNoMoreThanASecond() {
    storeBacklog(200, 4096);
    long bytesPerSecond = 32_768;
    for (int i = 0; i < 200; i++) {
      uplink.sends.add(entries -> {
        long bytes = entries.stream().mapToLong(entry -> entry.body().length()).sum();
        timeline.advanceNs(bytes * SECOND_NS / bytesPerSecond);
        return accepted(entries);
      });
    }
    courier(1000).run();
    for (List<Long> turn : uplink.sent.subList(2, uplink.sent.size())) {
      assertTrue(turn.size() * 4096L <= bytesPerSecond, () -> uplink.sent.toString());
    }
  }

  @Test
  void backlogKeepsToItsRateAndWhatIsNewDoesNotWaitForIt() {
    storeBacklog(60, 1024);
    List<Long> sentAtNs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long sequence = 1000L + i;
      uplink.sends.add(entries -> {
        if (entries.get(0).sequence() < 1000) {
          sentAtNs.add(timeline.nowNs());
          queue.entries.add(entry(sequence, timeline.nowNs()));
        } else {
          assertTrue(timeline.nowNs() - entries.get(0).timeNs() <= SECOND_NS / 2);
        }
        return accepted(entries);
      });
    }
    courier(1000, 2048).run();
    long tookNs = sentAtNs.get(sentAtNs.size() - 1) - NOW_NS;
    assertTrue(tookNs >= 28 * SECOND_NS && tookNs <= 31 * SECOND_NS, () -> "tookNs=" + tookNs);
    assertTrue(queue.entries.isEmpty());
  }

  private static Receipt accepted(List<Entry> entries) {
    return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
  }

  @Test
  void onStopItHandsOverWhatIsThereAndCloses() {
    store(1, 200);
    uplink.sends.add(entries -> {
      stop.request();
      return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
    });
    courier(1000).run();
    assertTrue(queue.entries.isEmpty());
    assertEquals("close", uplink.calls.get(uplink.calls.size() - 1));
  }

  @Test
  void onStopWhatIsNotTakenStaysInTheQueue() {
    store(1, 2);
    uplink.sends.add(entries -> {
      stop.request();
      return new Receipt(List.of(Fate.ACCEPTED, Fate.KEPT));
    });
    uplink.sends.add(entries -> new Receipt(List.of(Fate.KEPT)));
    courier(1000).run();
    assertEquals(List.of(2L), queue.entries.stream().map(Entry::sequence).toList());
  }

  @Test
  void theLinkIsSeenToOnceASecondUnderLoadToo() {
    store(1, 640);
    for (int i = 0; i < 10; i++) {
      uplink.sends.add(entries -> {
        timeline.advanceNs(SECOND_NS / 2);
        return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
      });
    }
    courier(1000).run();
    // five for five seconds, and one when the queue is empty
    assertEquals(6, uplink.calls.stream().filter("idle"::equals).count());
    assertEquals(6, queue.idles.get());
  }

  @Test
  void theQueueIsSyncedWhileTheUplinkWaits() {
    List<Runnable> duties = new ArrayList<>();
    Uplink waiting = new Uplink() {
      @Override
      public void whileWaiting(Runnable duty) {
        duties.add(duty);
      }

      @Override
      public void open() {
        duties.get(0).run();
        stop.request();
      }

      @Override
      public Outlet outlet(Channel channel) {
        return uplink;
      }

      @Override
      public void idle() {}

      @Override
      public void close() {}
    };
    new Courier(
            "cloud",
            List.of(new Lane("cloud", queue, uplink, Lane.Terms.UNMETERED, timeline, health)),
            waiting,
            Budget.UNLIMITED,
            timeline,
            health,
            stop,
            new Random(7))
        .run();
    assertTrue(queue.idles.get() > 0);
  }
}
