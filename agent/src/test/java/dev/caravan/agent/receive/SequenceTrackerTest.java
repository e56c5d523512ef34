package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.receive.SequenceTracker.Arrival;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
  private final SequenceTracker tracker = new SequenceTracker(Room.share(4));

  private List<String> gaps(boolean atTheEnd) {
    List<String> told = new ArrayList<>();
    tracker.tellGaps(atTheEnd, (from, to) -> told.add(from + ".." + to));
    return told;
  }

  @Test
  void whatCameBeforeTheFirstSeenIsNotMissed() {
    assertEquals(Arrival.NEW, tracker.arrived(12, 1));
    assertEquals(List.of(), gaps(true));
  }

  @Test
  void numbersAreLessThanTwoToThe63() throws MalformedMessageException {
    SequenceTracker.check(Long.MAX_VALUE);
    assertThrows(MalformedMessageException.class, () -> SequenceTracker.check(Long.MIN_VALUE));
  }

  @Test
  void aJumpIsAGapFromTheFirstToTheLastMissing() {
    tracker.arrived(12, 1);
    tracker.arrived(18, 2);
    assertEquals(List.of("13..17"), gaps(true));
    assertEquals(1, tracker.gaps());
    assertEquals(5, tracker.missing());
  }

  @Test
  void aGapIsToldOnce() {
    tracker.arrived(1, 1);
    tracker.arrived(3, 2);
    assertEquals(List.of("2..2"), gaps(true));
    assertEquals(List.of(), gaps(true));
  }

  @Test
  void aGapIsToldOnlyWhenItIsNotFilledSoon() {
    tracker.arrived(1, 1);
    tracker.arrived(3, 3);
    assertEquals(List.of(), gaps(false));
    for (long next = 4; next <= 40; next++) {
      tracker.arrived(next, next);
    }
    assertEquals(List.of("2..2"), gaps(false));
  }

  @Test
  void aGapThatABacklogFillsIsNotToldWhileItDoes() {
    tracker.arrived(1, 1);
    for (long next = 1001; next <= 1030; next++) {
      tracker.arrived(next, next);
    }
    for (long next = 2; next <= 900; next++) {
      tracker.arrived(next, next);
      assertEquals(List.of(), gaps(false));
    }
    for (long next = 1031; next <= 1070; next++) {
      tracker.arrived(next, next);
    }
    assertEquals(List.of("901..1000"), gaps(false));
  }

  @Test
  void aNumberThatComesLateFillsItsHole() {
    tracker.arrived(1, 1);
    tracker.arrived(5, 5);
    assertEquals(Arrival.NEW, tracker.arrived(3, 3));
    assertEquals(List.of("2..2", "4..4"), gaps(true));
    assertEquals(Arrival.NEW, tracker.arrived(2, 2));
    assertEquals(Arrival.NEW, tracker.arrived(4, 4));
    assertEquals(0, tracker.gaps());
  }

  @Test
  void theSameNumberWithTheSameContentIsADuplicate() {
    tracker.arrived(7, 70);
    assertEquals(Arrival.DUPLICATE, tracker.arrived(7, 70));
  }

  @Test
  void theSameNumberWithOtherContentIsAConflict() {
    tracker.arrived(7, 70);
    assertEquals(Arrival.CONFLICT, tracker.arrived(7, 71));
  }

  @Test
  void aRestartedSenderThatGoesOnLeavesNoGap() {
    tracker.arrived(7, 70);
    assertEquals(Arrival.NEW, tracker.arrived(8, 80));
    assertEquals(Arrival.DUPLICATE, tracker.arrived(7, 70));
    assertEquals(List.of(), gaps(true));
  }

  @Test
  void whatIsMissingAtTheBeginningIsAGapOnlyWhereItIsKnownToHaveBegunMeanwhile() {
    tracker.began();
    assertEquals(Arrival.NEW, tracker.arrived(4, 4));
    assertEquals(List.of(), gaps(false));
    for (long next = 5; next <= 40; next++) {
      tracker.arrived(next, next);
    }
    assertEquals(List.of("1..3"), gaps(false));
  }

  /** A backlog of more than the digests remember, behind a live message, and all of it again. */
  @Test
  void whatCameBeforeTheFirstSeenAndComesAgainIsADuplicateHoweverOld() {
    tracker.arrived(20_001, 1);
    for (int round = 0; round < 2; round++) {
      for (long next = 1; next <= 20_000; next++) {
        assertEquals(round == 0 ? Arrival.NEW : Arrival.DUPLICATE, tracker.arrived(next, next));
      }
    }
    assertEquals(List.of(), gaps(true));
    assertEquals(0, tracker.gaps());
    assertEquals(0, tracker.forgotten());
  }

  @Test
  void holesInABacklogBehindTheFirstSeenAreNotMissed() {
    tracker.arrived(100, 1);
    tracker.arrived(10, 1);
    tracker.arrived(50, 1);
    assertEquals(List.of(), gaps(true));
    assertEquals(0, tracker.gaps());
    assertEquals(0, tracker.missing());
    assertEquals(Arrival.NEW, tracker.arrived(30, 1));
    assertEquals(Arrival.DUPLICATE, tracker.arrived(30, 1));
  }

  @Test
  void contentIsComparedWithinTheNewestNumbersAndNotBehindThem() {
    for (long next = 1; next <= 10_000; next++) {
      tracker.arrived(next, next);
    }
    assertEquals(Arrival.CONFLICT, tracker.arrived(10_000 - 4_095, 0));
    assertEquals(Arrival.DUPLICATE, tracker.arrived(10_000 - 4_096, 0));
    // what is old takes the place of nothing newer
    assertEquals(Arrival.CONFLICT, tracker.arrived(10_000, 0));
  }
}
