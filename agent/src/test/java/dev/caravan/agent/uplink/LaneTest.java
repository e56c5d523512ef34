package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a lane does with entries that do not go, and with those that nobody listens to. */
class LaneTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NOW_NS = 1_764_000_000L * SECOND_NS;

  private final FakeTimeline timeline = new FakeTimeline(NOW_NS);
  private final Health health = new Health();
  private final FakeQueue queue = new FakeQueue(timeline, new Stop());
  private final List<Long> sent = new ArrayList<>();
  private Function<Entry, Fate> farSide = entry -> Fate.ACCEPTED;
  private long stored;
  private long roundTripNs;
  private String why = "the link ends over it";

  private Lane lane(long keepUnheardNs) {
    Lane.Terms terms =
        new Lane.Terms(0, keepUnheardNs, Budget.UNLIMITED, Budget.Use.LIVE, Budget.Use.BACKLOG);
    Lane lane = new Lane("cloud", queue, this::send, terms, timeline, health);
    lane.opened();
    return lane;
  }

  /** In their order, until one does not go. */
  private Receipt send(List<Entry> entries, List<Boolean> late) {
    List<Fate> fates = new ArrayList<>(Collections.nCopies(entries.size(), Fate.KEPT));
    timeline.advanceNs(roundTripNs);
    for (int i = 0; i < entries.size(); i++) {
      sent.add(entries.get(i).sequence());
      fates.set(i, farSide.apply(entries.get(i)));
      if (fates.get(i) == Fate.FAILED || fates.get(i) == Fate.REFUSED) {
        break;
      }
    }
    return new Receipt(fates, why);
  }

  private void store(long from, long to) {
    stored = to;
    for (long sequence = from; sequence <= to; sequence++) {
      queue.entries.add(
          new Entry(sequence, timeline.nowNs(), 10, Bytes.EMPTY, Bytes.of(new byte[100])));
    }
  }

  /** As a courier does for so long, with a new entry each second. */
  private void run(Lane lane, long seconds, boolean live) throws IOException {
    long untilNs = timeline.monotonicNs() + seconds * SECOND_NS;
    long nextNs = timeline.monotonicNs();
    while (timeline.monotonicNs() < untilNs) {
      if (live && timeline.monotonicNs() >= nextNs) {
        store(stored + 1, stored + 1);
        nextNs += SECOND_NS;
      }
      long restsNs = lane.restsNs();
      long beforeNs = timeline.monotonicNs();
      if (restsNs > 0) {
        lane.idle(Math.min(restsNs, SECOND_NS / 4));
      } else {
        lane.carry(SECOND_NS / 4, true);
      }
      if (timeline.monotonicNs() == beforeNs) {
        timeline.advanceNs(SECOND_NS / 100);
      }
    }
  }

  private List<Long> left() {
    return queue.entries.stream().map(Entry::sequence).toList();
  }

  @Test
  void oneThatFailsEachTimeIsRejectedAfterOthersWentFiveTimesAndHoldsNobodyUp() throws IOException {
    store(1, 10);
    farSide = entry -> entry.sequence() == 1 ? Fate.FAILED : Fate.ACCEPTED;
    Lane lane = lane(0);
    run(lane, 3, true);
    assertEquals(List.of(1L), left(), "all others went");
    run(lane, 70, true);
    assertEquals(List.of(), left());
    assertEquals(6, Collections.frequency(sent, 1L));
    assertEquals(new Lost(0, 0, 1, 10), queue.lost);
    assertEquals(
        1, health.counter(Declared.count("uplink.rejected_batches"), "cloud").value());
  }

  @Test
  void whereEachFailsNothingIsRemovedAndTheLaneSaysWhy() throws IOException {
    store(1, 10);
    farSide = entry -> Fate.FAILED;
    Lane lane = lane(0);
    run(lane, 600, false);
    assertEquals(LongStream.rangeClosed(1, 10).boxed().toList(), left());
    assertEquals(
        "one batch after the other does not go, none is removed: the link ends over it",
        lane.heldWhy());
    farSide = entry -> Fate.ACCEPTED;
    run(lane, 60, false);
    assertEquals(List.of(), left());
    assertEquals("", lane.heldWhy());
    assertEquals(Lost.NOTHING, queue.lost);
  }

  @Test
  void aloneInTheQueueItIsNeverRejected() throws IOException {
    store(7, 7);
    farSide = entry -> Fate.FAILED;
    run(lane(0), 300, false);
    assertEquals(List.of(7L), left());
    assertTrue(sent.size() > 60, "and is tried again and again: " + sent.size());
  }

  @Test
  void failuresOfAnotherKindAreCountedAnew() throws IOException {
    store(1, 10);
    farSide = entry -> {
      if (entry.sequence() == 1) {
        why = "fault " + sent.size();
        return Fate.FAILED;
      }
      return Fate.ACCEPTED;
    };
    run(lane(0), 300, true);
    assertEquals(List.of(1L), left());
  }

  @Test
  void severalThatFailBesideManyThatGoAreRejected() throws IOException {
    store(1, 200);
    Set<Long> poison = Set.of(1L, 2L, 3L, 50L, 120L, 121L);
    farSide = entry -> poison.contains(entry.sequence()) ? Fate.FAILED : Fate.ACCEPTED;
    run(lane(0), 400, true);
    assertEquals(List.of(), left());
    assertEquals(new Lost(0, 0, 6, 60), queue.lost);
  }

  @Test
  void oneThatIsRefusedForNowStaysAndHoldsNobodyUp() throws IOException {
    store(1, 100);
    farSide = entry -> entry.sequence() == 5 ? Fate.REFUSED : Fate.ACCEPTED;
    run(lane(0), 600, true);
    assertEquals(List.of(5L), left());
    farSide = entry -> Fate.ACCEPTED;
    run(lane(0), 60, false);
    assertEquals(List.of(), left());
    assertEquals(Lost.NOTHING, queue.lost);
  }

  @Test
  void oneThatIsNeverAnsweredStaysAndIsTriedRarely() throws IOException {
    store(1, 10);
    farSide = entry -> entry.sequence() == 4 ? Fate.UNANSWERED : Fate.ACCEPTED;
    run(lane(0), 3600, true);
    assertEquals(List.of(4L), left());
    assertEquals(Lost.NOTHING, queue.lost);
    int tries = Collections.frequency(sent, 4L);
    // after 20, 40, 80, 160, 320 s, then every 600 s
    assertTrue(tries >= 9 && tries <= 12, "tries=" + tries);
  }

  @Test
  void aQuotaIsKeptToRatherThanRunInto() throws IOException {
    double[] tokens = {3};
    long[] atNs = {timeline.monotonicNs()};
    farSide = entry -> {
      double since = (timeline.monotonicNs() - atNs[0]) / 1e9;
      atNs[0] = timeline.monotonicNs();
      tokens[0] = Math.min(3, tokens[0] + 0.8 * since);
      if (tokens[0] < 1) {
        return Fate.REFUSED;
      }
      tokens[0]--;
      return Fate.ACCEPTED;
    };
    why = "0x97 quota exceeded";
    Lane lane = lane(0);
    run(lane, 600, true);
    int taken = 600 - queue.entries.size();
    assertTrue(taken > 0.6 * 600 && sent.size() < 1.5 * taken, taken + " of " + sent.size());
    assertEquals("the far side takes less than there is, sending slowly", lane.heldWhy());
    farSide = entry -> Fate.ACCEPTED;
    run(lane, 60, true);
    assertEquals("", lane.heldWhy());
    assertEquals(List.of(), left());
  }

  @Test
  void whileAllAreRefusedOneASecondIsTried() throws IOException {
    store(1, 100);
    farSide = entry -> Fate.REFUSED;
    Lane lane = lane(0);
    run(lane, 60, true);
    assertTrue(sent.size() <= 61, "sent=" + sent.size());
    assertFalse(lane.heldWhy().isEmpty());
  }

  @Test
  void aLongRoundTripIsNoReasonForSmallTurnsOfTheBacklog() throws IOException {
    store(1, 1800);
    timeline.advanceNs(3600 * SECOND_NS);
    roundTripNs = 3 * SECOND_NS;
    run(lane(0), 99, false);
    // 64 entries in each of 33 turns, fewer in five that find out
    assertEquals(List.of(), left());
  }

  // 0x10, no matching subscribers

  @Test
  void whatIsNewGoesOutOnceThoughNobodyListensAndTheOldestNowAndThen() throws IOException {
    farSide = entry -> Fate.UNHEARD;
    Lane lane = lane(600 * SECOND_NS);
    run(lane, 300, true);
    assertEquals(300, queue.entries.size());
    assertEquals(300, sent.stream().distinct().count());
    assertTrue(sent.size() < 380, "sent=" + sent.size());
    assertEquals("nobody listens, keeping what is sent", lane.heldWhy());
    farSide = entry -> Fate.ACCEPTED;
    run(lane, 12, false);
    assertEquals(List.of(), left());
    assertEquals(Lost.NOTHING, queue.lost);
    assertEquals(300, health.counter(Declared.count("uplink.sent"), "cloud").value());
  }

  @Test
  void whatNobodyListenedToForSoLongIsGivenUpAndNamed() throws IOException {
    store(1, 20);
    farSide = entry -> Fate.UNHEARD;
    run(lane(60 * SECOND_NS), 59, false);
    assertEquals(20, queue.entries.size());
    assertEquals(Lost.NOTHING, queue.lost);
    Lane lane = lane(60 * SECOND_NS);
    run(lane, 61, false);
    assertEquals(List.of(), left());
    assertEquals(new Lost(20, 200, 0, 0), queue.lost);
    assertEquals(20, health.counter(Declared.count("uplink.unheard"), "cloud").value());
    assertEquals(
        200, health.counter(Declared.count("uplink.unheard_reports"), "cloud").value());
  }

  @Test
  void aBacklogIsGivenUpOnlyOnceTheSilenceIsLongEnoughToo() throws IOException {
    store(1, 5);
    timeline.advanceNs(3600 * SECOND_NS);
    farSide = entry -> Fate.UNHEARD;
    Lane lane = lane(60 * SECOND_NS);
    run(lane, 59, true);
    assertEquals(64, queue.entries.size());
    run(lane, 10, true);
    assertEquals(5 + 59 + 10 - 5 - 9, queue.entries.size(), "all of before are gone, and 9 more");
  }

  @Test
  void withoutATimeToKeepItIsTakenAsDeliveredAtOnceAndNamed() throws IOException {
    store(1, 20);
    farSide = entry -> Fate.UNHEARD;
    Lane lane = lane(0);
    run(lane, 1, false);
    assertEquals(List.of(), left());
    assertEquals(20, sent.size());
    assertEquals(new Lost(20, 200, 0, 0), queue.lost);
    assertEquals("", lane.heldWhy());
  }
}
