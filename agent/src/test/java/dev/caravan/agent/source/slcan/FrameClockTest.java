package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.ClockPair;
import dev.caravan.agent.clock.HeldUpTimeline;
import org.junit.jupiter.api.Test;

class FrameClockTest {
  private static final long MS = 1_000_000;
  private static final long START = 1_764_000_000_000L * MS;

  private final FrameClock clock = new FrameClock(true);

  /** A frame with a stamp, read so many milliseconds after the start; its time in milliseconds after the start. */
  private long at(double readMs, int stampMs) {
    clock.arrived(START + (long) (readMs * MS), (long) (readMs * MS));
    long timeNs = clock.timeNs(stampMs, 4);
    assertEquals(0, timeNs % MS, "whole milliseconds");
    assertTrue(timeNs <= START + (long) (readMs * MS), "not of the future");
    return (timeNs - START) / MS;
  }

  @Test
  void withoutStampsTheTimeOfReadingIsRoundedDownTo100Microseconds() {
    clock.arrived(START + 123_456, 0);
    assertEquals(START + 100_000, clock.timeNs(0, 0));
  }

  @Test
  void framesOfOneReadLieAsFarApartAsTheirStamps() {
    assertEquals(100, at(100.7, 5000));
    assertEquals(103, at(105.2, 5003));
    assertEquals(104, at(105.2, 5004));
    assertEquals(105, at(105.2, 5005));
  }

  @Test
  void aStampEarlierThanTheEstimateAllowsPullsTheEstimateBack() {
    assertEquals(100, at(100, 1000)); // read late: delivered 20 ms after it was stamped
    assertEquals(110, at(110, 1030)); // not 130, which would be of the future
    assertEquals(115, at(130, 1035));
  }

  @Test
  void stampsStartAgainAfterAMinute() {
    assertEquals(0, at(0, 59_990));
    assertEquals(20, at(25, 10));
    assertEquals(60_020, at(60_022, 10));
  }

  @Test
  void aPauseOfManyMinutesIsBridgedByTheClockOfTheBoard() {
    assertEquals(0, at(0, 1000));
    assertEquals(5 * 60_000 + 500, at(5 * 60_000 + 502, 1500));
  }

  @Test
  void aStampThatRunsBackwardsIsNone() {
    assertEquals(0, at(0, 50_000));
    clock.arrived(START + 1000 * MS, 1000 * MS);
    assertEquals(-1, clock.timeNs(3, 4));
    assertEquals(-1, clock.timeNs(49_900, 4));
    assertEquals(1000, at(1000, 51_000), "nothing was done");
    clock.reset();
    assertEquals(1010, at(1010, 3));
    assertEquals(1020, at(1022, 13));
  }

  @Test
  void aStampOfTheFutureIsNone() {
    assertEquals(0, at(0, 30_000));
    clock.arrived(START + 1000 * MS, 1000 * MS);
    assertEquals(-1, clock.timeNs(32_001, 4));
    assertEquals(10_000, at(10_000, 40_000), "the end of a window");
    clock.arrived(START + 11_000 * MS, 11_000 * MS);
    assertEquals(-1, clock.timeNs(41_100, 4));
    assertEquals(-1, clock.timeNs(5000, 4), "24 s ahead, past the minute");
    assertEquals(11_000, at(11_000, 41_040), "within the doubt of two clocks");
  }

  /** Whoever stops the agent for 45 s finds what the port held: old frames, not such of a minute later. */
  @Test
  void whatWaitedInThePortForLongIsOld() {
    assertEquals(0, at(0, 1000));
    assertEquals(20, at(45_000, 1020));
    assertEquals(1090, at(45_000, 2090));
    assertEquals(45_001, at(45_001, 46_001));
  }

  @Test
  void anAdapterThatRunsSlowIsFollowed() {
    // 200 ppm, a frame every 10 ms, delivered 0 to 4 ms late, for ten minutes
    long worst = 0;
    for (int i = 0; i < 60_000; i++) {
      double trueMs = i * 10.0;
      int stamp = (int) ((long) (trueMs * 0.9998) % 60_000);
      long time = at(trueMs + i % 5, stamp);
      worst = Math.max(worst, Math.abs(time - (long) trueMs));
    }
    assertTrue(worst <= 6, "worst=" + worst + " ms");
  }

  @Test
  void anAdapterThatRunsFastIsFollowed() {
    long worst = 0;
    for (int i = 0; i < 60_000; i++) {
      double trueMs = i * 10.0;
      int stamp = (int) ((long) (trueMs * 1.0002) % 60_000);
      long time = at(trueMs + i % 5, stamp);
      worst = Math.max(worst, Math.abs(time - (long) trueMs));
    }
    assertTrue(worst <= 6, "worst=" + worst + " ms");
  }

  @Test
  void theClockOfTheBoardSetForwardTakesTheFramesAlong() {
    assertEquals(0, at(0, 1000));
    clock.arrived(START + 3_600_000 * MS, 10 * MS);
    assertEquals(START + 3_600_000 * MS, clock.timeNs(1010, 4));
  }

  @Test
  void timesNeverRunBackwards() {
    assertEquals(100, at(100, 1000));
    assertEquals(100, at(100, 990));
    assertEquals(101, at(104, 1001));
  }

  @Test
  void aStampPastTheMinuteIsIgnored() {
    assertEquals(7, at(7.3, 1000));
    clock.arrived(START + 8_350_000, 8_350_000);
    assertEquals(START + 8_300_000, clock.timeNs(60_000, 4));
  }

  @Test
  void microsecondsGiveTenthsOfMilliseconds() {
    clock.arrived(START + 100 * MS, 0);
    assertEquals(START + 100 * MS, clock.timeNs(0xFFFF_FF00L, 8));
    clock.arrived(START + 110 * MS, 10 * MS);
    // 256 µs to the end of 32 bits, and 5000 more
    assertEquals(START + 105 * MS + 200_000, clock.timeNs(5000, 8));
  }

  @Test
  void stampsAreIgnoredWhereTheyAreNotWanted() {
    FrameClock readTimes = new FrameClock(false);
    readTimes.arrived(START + 123_456, 0);
    assertEquals(START + 100_000, readTimes.timeNs(17, 4));
    readTimes.arrived(START + 1_123_456, 0);
    assertEquals(START + 1_100_000, readTimes.timeNs(17, 8));
  }

  @Test
  void afterTheClockWasSetBackFramesHaveTheTimeOfNow() {
    long hour = 3_600_000 * MS;
    clock.arrived(START, 0);
    assertEquals(START, clock.timeNs(1000, 4));
    clock.arrived(START + hour + 10 * MS, 10 * MS);
    assertEquals(START + hour + 10 * MS, clock.timeNs(1010, 4));
    clock.arrived(START + 20 * MS, 20 * MS);
    assertEquals(START + 20 * MS, clock.timeNs(1020, 4));
    clock.arrived(START - hour + 30 * MS, 30 * MS);
    assertEquals(START - hour + 30 * MS, clock.timeNs(0, 0));
    assertEquals(START - hour + 30 * MS, clock.timeNs(1030, 4));
  }

  @Test
  void stampsOfAWindowLetReadsBeLate() {
    assertEquals(0, at(0, 1000));
    assertFalse(clock.isSettled());
    assertEquals(9_999, at(9_999, 10_999));
    assertFalse(clock.isSettled());
    assertEquals(10_000, at(10_000, 11_000));
    assertTrue(clock.isSettled());
    clock.reset();
    assertFalse(clock.isSettled(), "opened anew");
  }

  @Test
  void withoutStampsReadsAreNeverLate() {
    for (int second = 0; second < 30; second++) {
      clock.arrived(START + second * 1000L * MS, second * 1000L * MS);
      assertEquals(START + second * 1000L * MS, clock.timeNs(0, 0));
      assertFalse(clock.isSettled());
    }
  }

  @Test
  void whoIsHeldUpBetweenTheClocksWhileTheTimeOfDayIsSetHasTheTimesRightAllTheSame() {
    HeldUpTimeline board = new HeldUpTimeline(START, 80 * MS);
    ClockPair clocks = new ClockPair(board::nowNs, board::monotonicNs);
    clock.arrived(clocks.read());
    assertEquals(START, clock.timeNs(1000, 4));
    board.inner().jumpNs(86_400_000L * MS);
    board.holdUp(1);
    clock.arrived(clocks.read());
    board.inner().advanceNs(20 * MS);
    clock.arrived(clocks.read());
    // 80 ms were spent held up, and 20 since
    assertEquals(START + 86_400_100L * MS, clock.timeNs(1100, 4));
  }
}
