package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClockReadingTest {
  private final HeldUpTimeline board = new HeldUpTimeline(1_764_000_000_000_000_000L, 80_000_000L);

  @Test
  void whoIsHeldUpBetweenTheTwoClocksReadsThemAgain() {
    long apartUs = ClockReading.of(board).apartUs();
    board.holdUp(1);
    assertEquals(apartUs, ClockReading.of(board).apartUs());
    board.holdUp(4);
    assertEquals(apartUs, ClockReading.of(board).apartUs());
  }
}
