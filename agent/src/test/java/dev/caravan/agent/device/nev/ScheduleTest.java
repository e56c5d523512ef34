package dev.caravan.agent.device.nev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.device.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int[] CYCLES_MS =
      VehicleModel.messages().stream().mapToInt(MessageLayout::cycleMs).toArray();

  @Test
  void fullRateIs2000FramesASecondAndLeavesRoomOnTheBus() {
    assertEquals(2000.0, Schedule.fullRateHz(CYCLES_MS), 1e-9);
    int worstFrameBits =
        135; // 8 bytes, 11-bit identifier, every bit stuffed that can be, and the gap
    assertTrue(2000 * worstFrameBits < 0.8 * 500_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 41, 300, 500, 1999, 2000, 2001, 8500})
  void aMinuteHasSixtyTimesTheRate(int rateHz) {
    int[] frames = {0};
    long[] last = {-1};
    new VehicleModel(rateHz, 1).runUntil(60_000_000_000L, (timeNs, id, flags, payload, length) -> {
      frames[0]++;
      assertTrue(timeNs >= last[0]);
      last[0] = timeNs;
    });
    assertEquals(60.0 * rateHz, frames[0], 41.0); // each message may have one more or less
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 2000, 8500})
  void framesAreSpreadEvenly(int rateHz) {
    long windowNs = 20_000_000;
    int[] inWindow = new int[500];
    new VehicleModel(rateHz, 1)
        .runUntil(
            500 * windowNs,
            (timeNs, id, flags, payload, length) -> inWindow[(int) (timeNs / windowNs)]++);
    double mean = rateHz * 0.02;
    for (int i = 0; i < inWindow.length; i++) {
      assertTrue(inWindow[i] <= 1.35 * mean + 4, i + ": " + inWindow[i]);
      assertTrue(inWindow[i] >= 0.65 * mean - 4, i + ": " + inWindow[i]);
    }
  }

  @Test
  void belowFullRateOnlyTheFastOnesAreThinnedOut() {
    // at 300 frames/s: 9 slower ones give 20/s, the other 32 have 280/s between them
    assertEquals(114_285_714, period(300, 10), 1);
    assertEquals(114_285_714, period(300, 100), 1);
    assertEquals(200_000_000, period(300, 200), 1);
    assertEquals(1_000_000_000, period(300, 1000), 1);
    assertEquals(10_000_000, period(2000, 10), 1);
    assertEquals(5_000_000, period(4000, 10), 1);
    assertEquals(500_000_000, period(4000, 1000), 1);
  }

  private static double period(int rateHz, int cycleMs) {
    Schedule schedule = new Schedule(CYCLES_MS, rateHz);
    int message = java.util.stream.IntStream.range(0, CYCLES_MS.length)
        .filter(i -> CYCLES_MS[i] == cycleMs)
        .findFirst()
        .orElseThrow();
    long first = schedule.dueNs(message);
    schedule.advance(message);
    return schedule.dueNs(message) - first;
  }
}
