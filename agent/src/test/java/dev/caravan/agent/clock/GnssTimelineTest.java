package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

class GnssTimelineTest {
  /** 2026-11-23T12:00:00Z. */
  private static final long TRUE_NS = 1_795_435_200_000_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATENCY_NS = 100_000_000L;

  /** The board's clocks; its wall clock is off by so much. */
  private static final class Board implements Timeline {
    long monotonicNs = 5 * SECOND_NS;
    long asleepNs;
    long offNs;
    long errorNs = Long.MAX_VALUE;

    /** For so long whoever looks next is held up. */
    long holdsNs;

    long trueNs() {
      return TRUE_NS + monotonicNs + asleepNs;
    }

    @Override
    public long nowNs() {
      return trueNs() + offNs;
    }

    @Override
    public long monotonicNs() {
      return monotonicNs;
    }

    @Override
    public long sinceBootNs() {
      long seenNs = monotonicNs + asleepNs;
      monotonicNs += holdsNs;
      holdsNs = 0;
      return seenNs;
    }

    @Override
    public TimeOrigin origin() {
      return errorNs == Long.MAX_VALUE ? TimeOrigin.NONE : TimeOrigin.NTP;
    }

    @Override
    public long errorNs() {
      return errorNs;
    }
  }

  private final Board board = new Board();
  private final GnssTimeline timeline = new GnssTimeline(board);

  /** A second later a fix comes in, whose time is wrong by so much. */
  private boolean fix(long wrongNs) {
    board.monotonicNs += SECOND_NS;
    return timeline.fix(board.trueNs() - LATENCY_NS + wrongNs, timeline.nowNs());
  }

  @Test
  void aBoardWithoutTimeTakesItFromTheSecondFix() {
    board.offNs = -TRUE_NS;
    assertTrue(fix(0));
    assertEquals(TimeOrigin.NONE, timeline.origin());
    assertEquals(board.nowNs(), timeline.nowNs());
    assertTrue(fix(0));
    assertEquals(TimeOrigin.GNSS, timeline.origin());
    assertEquals(board.trueNs() - LATENCY_NS, timeline.nowNs());
    assertEquals(SECOND_NS, timeline.errorNs());
  }

  @Test
  void aBelievedTimeOutlastsTheSleepOfTheBoard() {
    board.offNs = -TRUE_NS;
    fix(0);
    fix(0);
    board.asleepNs += 3 * 3600 * SECOND_NS;
    assertEquals(board.trueNs() - LATENCY_NS, timeline.nowNs());
    assertEquals(TimeOrigin.GNSS, timeline.origin());
    assertTrue(fix(0));
    assertEquals(board.trueNs() - LATENCY_NS, timeline.nowNs());
    assertEquals(SECOND_NS, timeline.errorNs());
  }

  @Test
  void twoFixesThatDoNotAgreeSetNothing() {
    board.offNs = -TRUE_NS;
    fix(0);
    fix(500 * SECOND_NS);
    fix(90 * SECOND_NS);
    assertEquals(TimeOrigin.NONE, timeline.origin());
    assertEquals(board.nowNs(), timeline.nowNs());
  }

  @Test
  void aBoardThatAgreesKeepsItsTimeAndGetsABound() {
    board.offNs = 50_000_000;
    fix(0);
    fix(0);
    assertEquals(TimeOrigin.GNSS, timeline.origin());
    assertEquals(board.nowNs(), timeline.nowNs());
    assertEquals(SECOND_NS + 50_000_000 + LATENCY_NS, timeline.errorNs());
  }

  @Test
  void aBoardThatIsAheadByMoreThanTheBoundIsPutRightAtOnce() {
    for (long offNs : new long[] {3 * SECOND_NS, 3600 * SECOND_NS, 10 * 365 * 86_400 * SECOND_NS}) {
      Board ahead = new Board();
      ahead.offNs = offNs;
      GnssTimeline steered = new GnssTimeline(ahead);
      assertEquals(ahead.trueNs() + offNs, steered.nowNs());
      for (int i = 0; i < 2; i++) {
        ahead.monotonicNs += SECOND_NS;
        assertTrue(steered.fix(ahead.trueNs() - LATENCY_NS, steered.nowNs()));
      }
      assertEquals(ahead.trueNs() - LATENCY_NS, steered.nowNs());
    }
  }

  @Test
  void aBoardsClockThatIsSetWrongAndRightAgainMovesNothingOnceSatellitesAreBelieved() {
    fix(0);
    fix(0);
    for (long offNs : new long[] {3600 * SECOND_NS, 0, -3600 * SECOND_NS, 0}) {
      board.offNs = offNs;
      fix(0);
      assertTrue(Math.abs(timeline.nowNs() - board.trueNs()) <= SECOND_NS, "offNs=" + offNs);
      assertEquals(TimeOrigin.GNSS, timeline.origin());
    }
  }

  @Test
  void timeThatIsAheadWithinTheBoundIsMadeUpAndNeverRunsBack() {
    board.offNs = SECOND_NS - LATENCY_NS + 50_000_000;
    long beforeNs = timeline.nowNs();
    fix(0);
    fix(0);
    long latestNs = timeline.nowNs();
    assertTrue(latestNs > beforeNs);
    for (int i = 0; i < 600; i++) {
      fix(0);
      long nowNs = timeline.nowNs();
      assertTrue(nowNs > latestNs, "at " + i);
      assertTrue(
          Math.abs(nowNs - board.trueNs()) <= timeline.errorNs(), "not within its bound at " + i);
      latestNs = nowNs;
    }
    assertTrue(Math.abs(latestNs - board.trueNs()) <= SECOND_NS);
  }

  @Test
  void aJumpThatTheMonotonicClockContradictsIsRefused() {
    board.offNs = -TRUE_NS;
    fix(0);
    fix(0);
    for (int i = 0; i < 200; i++) {
      assertFalse(fix(3600 * SECOND_NS));
    }
    assertTrue(Math.abs(timeline.nowNs() - board.trueNs()) <= SECOND_NS);
  }

  @Test
  void leapSecondsThatAReceiverLearnsLateAreTakenAfterAMinute() {
    board.offNs = -TRUE_NS;
    fix(-18 * SECOND_NS);
    fix(-18 * SECOND_NS);
    assertEquals(board.trueNs() - LATENCY_NS - 18 * SECOND_NS, timeline.nowNs());
    for (int i = 0; i < 62; i++) {
      fix(0);
    }
    assertEquals(board.trueNs() - LATENCY_NS, timeline.nowNs());
  }

  @Test
  void aDateBeforeThisProgramIsRefused() {
    assertFalse(fix(-40L * 86_400 * SECOND_NS));
    assertFalse(fix(-40L * 86_400 * SECOND_NS));
    assertEquals(TimeOrigin.NONE, timeline.origin());
  }

  @Test
  void aBoardThatIsKnownToBeGoodIsNotContradicted() {
    board.errorNs = 2_000_000;
    assertFalse(fix(100 * SECOND_NS));
    assertFalse(fix(100 * SECOND_NS));
    assertEquals(TimeOrigin.NTP, timeline.origin());
    assertEquals(board.nowNs(), timeline.nowNs());
  }

  @Test
  void theBoundGrowsAfterTheLastFixUntilTheBoardKnowsBetter() {
    board.offNs = -TRUE_NS;
    fix(0);
    fix(0);
    board.monotonicNs += 10_000 * SECOND_NS;
    assertEquals(2 * SECOND_NS, timeline.errorNs());
    assertEquals(TimeOrigin.GNSS, timeline.origin());
    board.offNs = 0;
    board.errorNs = 10_000_000;
    assertEquals(10_000_000, timeline.errorNs());
    assertEquals(TimeOrigin.NTP, timeline.origin());
    assertEquals(board.trueNs(), timeline.nowNs());
  }

  @Test
  void theQuickestFixCounts() {
    board.offNs = -TRUE_NS;
    fix(-400_000_000);
    fix(-400_000_000);
    fix(0);
    fix(-400_000_000);
    long lateNs = board.trueNs() - timeline.nowNs();
    assertTrue(lateNs >= LATENCY_NS && lateNs < LATENCY_NS + 1_000_000, "late by " + lateNs);
  }

  @Test
  void fixAtWhichTheThreadIsHeldUpIsASlowOneAndNoQuickOne() {
    board.offNs = -TRUE_NS;
    fix(0);
    fix(0);
    board.monotonicNs += SECOND_NS;
    long receivedNs = timeline.nowNs();
    long utcNs = board.trueNs() - LATENCY_NS;
    board.holdsNs = 80_000_000;
    timeline.fix(utcNs, receivedNs);
    long lateNs = board.trueNs() - timeline.nowNs();
    assertTrue(lateNs >= LATENCY_NS && lateNs < LATENCY_NS + 1_000_000, "late by " + lateNs);
  }

  @Test
  void weeksAreResolvedByTheBoardOrByTheDateOfThisProgram() {
    long cycleNs = 7168L * 86_400 * SECOND_NS;
    assertEquals(TRUE_NS, WeekRollover.corrected(TRUE_NS, TRUE_NS));
    assertEquals(TRUE_NS, WeekRollover.corrected(TRUE_NS - cycleNs, TRUE_NS + SECOND_NS));
    assertEquals(TRUE_NS, WeekRollover.corrected(TRUE_NS - 2 * cycleNs, 0));
    long oldNs = TRUE_NS - 4000L * 86_400 * SECOND_NS;
    assertEquals(oldNs, WeekRollover.corrected(oldNs, TRUE_NS));
  }

  @Test
  void eachReasonOfARefusalIsToldOnceThoughAnotherCameFirst() throws Exception {
    fix(0);
    fix(0);
    List<String> told = Told.by(() -> {
      assertFalse(fix(10 * SECOND_NS));
      assertFalse(fix(20 * SECOND_NS));
      board.errorNs = SECOND_NS / 1000;
      assertFalse(fix(30 * SECOND_NS));
      assertFalse(fix(40 * SECOND_NS));
      assertTrue(fix(0));
    });
    assertEquals(3, told.size(), told.toString());
    assertTrue(told.get(0).endsWith("; the monotonic clock says otherwise"), told.get(0));
    assertTrue(told.get(1).endsWith("; the board's clock is known to be better"), told.get(1));
    assertEquals("INFO GnssTimeline - clock: fixes agree again, refused=4", told.get(2));
  }
}
