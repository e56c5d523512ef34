package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StampClockTest {
  private static final long NOW_NS = 1_700_000_000_000_000_000L;
  private static final long MS_NS = 1_000_000;
  private static final long S_NS = 1_000_000_000;

  private final StampClock clock = new StampClock();

  @Test
  void stampsAreTakenAsTheyAreWhileTheClocksAgree() {
    clock.arrived(NOW_NS - 9 * MS_NS, NOW_NS, NOW_NS + MS_NS);
    assertEquals(NOW_NS - 5 * MS_NS, clock.timeNs(NOW_NS - 5 * MS_NS));
    assertEquals(NOW_NS - 4 * MS_NS, clock.timeNs(NOW_NS - 4 * MS_NS + 999));
  }

  @Test
  void threadThatStoodStillBetweenTheLooksMovesNothing() {
    clock.arrived(NOW_NS - 40 * MS_NS, NOW_NS, NOW_NS + 30 * MS_NS);
    assertEquals(NOW_NS - 41 * MS_NS, clock.timeNs(NOW_NS - 41 * MS_NS));
  }

  @Test
  void stampsAreMovedWhileTheBoardsClockIsBehindTheAgents() {
    clock.arrived(NOW_NS - 3600 * S_NS, NOW_NS, NOW_NS - 3600 * S_NS);
    assertEquals(NOW_NS - 5 * MS_NS, clock.timeNs(NOW_NS - 3600 * S_NS - 5 * MS_NS));
  }

  @Test
  void threadThatStandsStillWhileStampsAreMovedMovesThemNoFurther() {
    long awayNs = 3600 * S_NS;
    clock.arrived(NOW_NS - awayNs, NOW_NS, NOW_NS - awayNs);
    clock.arrived(
        NOW_NS - awayNs + 20 * MS_NS, NOW_NS + 100 * MS_NS, NOW_NS - awayNs + 100 * MS_NS);
    assertEquals(NOW_NS - 5 * MS_NS, clock.timeNs(NOW_NS - awayNs - 5 * MS_NS));
  }

  @Test
  void timesNeverRunBackwardsAndAreNeverOfTheFuture() {
    clock.arrived(NOW_NS, NOW_NS, NOW_NS);
    assertEquals(NOW_NS - MS_NS, clock.timeNs(NOW_NS - MS_NS));
    assertEquals(NOW_NS - MS_NS, clock.timeNs(NOW_NS - 2 * MS_NS));
    assertEquals(NOW_NS, clock.timeNs(NOW_NS + MS_NS));
    assertEquals(NOW_NS, clock.timeNs(NOW_NS - MS_NS));
  }

  @Test
  void stampFromBeforeTheClockWasSetIsNotBelieved() {
    clock.arrived(NOW_NS, NOW_NS, NOW_NS);
    assertEquals(NOW_NS, clock.timeNs(5 * S_NS));
  }

  @Test
  void withoutAStampTheTimeOfTheReadIsTaken() {
    clock.arrived(NOW_NS, NOW_NS + 1, NOW_NS + 1);
    assertEquals(NOW_NS, clock.timeNs(0));
  }

  @Test
  void afterTheClockWasSetBackFramesHaveTheTimeOfNow() {
    clock.arrived(NOW_NS + 3600 * S_NS, NOW_NS + 3600 * S_NS, NOW_NS + 3600 * S_NS);
    assertEquals(NOW_NS + 3600 * S_NS - MS_NS, clock.timeNs(NOW_NS + 3600 * S_NS - MS_NS));
    clock.arrived(NOW_NS, NOW_NS, NOW_NS);
    assertEquals(NOW_NS - MS_NS, clock.timeNs(NOW_NS - MS_NS));
    assertEquals(NOW_NS, clock.timeNs(NOW_NS + 3600 * S_NS));
  }
}
