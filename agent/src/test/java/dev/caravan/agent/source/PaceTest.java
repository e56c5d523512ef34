package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MS = 1_000_000;

  /** A port of which the kernel keeps 4095 bytes. */
  private final Pace pace = new Pace(2048);

  private long pauseUs(long nowMs, long mostMs) {
    return pace.pauseNs(nowMs * MS, mostMs * MS) / 1000;
  }

  @Test
  void nothingIsWaitedForBeforeTheFirstRead() {
    assertEquals(0, pauseUs(0, 15));
    assertEquals(0, pauseUs(1_000_000, 15));
  }

  @Test
  void aWireThatBringsLittleIsLeftAloneForAsLongAsTheReaderAllows() {
    pace.read(27, 5_000 * MS);
    assertEquals(15_000, pauseUs(5_000, 15));
    assertEquals(11_000, pauseUs(5_004, 15));
    assertEquals(1_000, pauseUs(5_004, 5));
  }

  @Test
  void afterSilenceTheNextReadBeginsAtOnce() {
    pace.read(27, 5_000 * MS);
    assertEquals(0, pauseUs(5_016, 15));
    assertEquals(0, pauseUs(86_400_000, 15));
  }

  @Test
  void noMoreThanAPortionGathersAtTheRateOfTheReadBefore() {
    pace.read(27, 5_000 * MS);
    // 230 bytes a millisecond: slcan of a bus with 1 Mbit/s
    pace.read(2300, 5_010 * MS);
    // 2048 / 230
    assertEquals(8_904, pauseUs(5_010, 15));
    // more has to come before it is left alone for so long again
    pace.read(1150, 5_020 * MS);
    assertEquals(15_000, pauseUs(5_020, 15));
  }

  @Test
  void aReadThatBringsMoreThanAPortionLeftAQueueBehind() {
    pace.read(27, 5_000 * MS);
    pace.read(3071, 5_015 * MS);
    // 15 ms * 2048 / 3071
    assertEquals(10_003, pauseUs(5_015, 15));
    pace.read(3072, 5_030 * MS);
    assertEquals(0, pauseUs(5_030, 15));
  }

  @Test
  void oneFrameAfterADayIsNoReasonToWaitLonger() {
    Pace ofFrames = new Pace(1);
    ofFrames.read(1, 86_400_000 * MS);
    assertEquals(15_000, ofFrames.pauseNs(86_400_000 * MS, 15 * MS) / 1000);
  }
}
