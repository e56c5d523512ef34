package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemTimelineTest {
  private static final long S = 1_000_000_000L;
  private static final long YEAR = 365 * 86_400 * S;
  private static final long START = 1_764_000_000L * S;

  private long wallNs = START;
  private long monotonicNs = 12_345;
  private long uptimeNs = 90 * S;
  private final Path synced;
  private final SystemTimeline timeline;

  SystemTimelineTest(@TempDir Path dir) {
    synced = dir.resolve("synchronized");
    timeline = new SystemTimeline(
        () -> wallNs,
        () -> monotonicNs,
        () -> uptimeNs,
        new ClockKeeper(List.of(synced), dir.resolve("rtc")));
  }

  private long after(long ns) {
    wallNs += ns;
    monotonicNs += ns;
    uptimeNs += ns;
    return timeline.nowNs();
  }

  @Test
  void timeIsThatOfTheWallClock() {
    assertEquals(START, timeline.nowNs());
    assertEquals(START + 1, after(1));
    assertEquals(START + 1 + YEAR, after(YEAR));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, S / 2, 2 * S, 86_400 * S, 55 * YEAR})
  void clockSetForwardIsFollowedAtOnce(long stepNs) {
    timeline.nowNs();
    wallNs += stepNs;
    assertEquals(START + stepNs, timeline.nowNs());
    assertEquals(START + stepNs + S, after(S));
  }

  @ParameterizedTest
  @ValueSource(longs = {S + 1, 2 * S, 3600 * S, 86_400 * S, 55 * YEAR})
  void clockSetBackByMoreThanASecondIsFollowedAtOnce(long stepNs) {
    timeline.nowNs();
    wallNs -= stepNs;
    assertEquals(START - stepNs, timeline.nowNs());
    assertEquals(START - stepNs + S, after(S));
  }

  @ParameterizedTest
  @ValueSource(longs = {S + 1, 60 * S, 3600 * S, 20 * YEAR, 55 * YEAR})
  void clockSetForwardAndThenRightAgainIsRightAgain(long stepNs) {
    timeline.nowNs();
    wallNs += stepNs;
    assertEquals(START + stepNs + S, after(S));
    wallNs -= stepNs;
    assertEquals(START + S, timeline.nowNs());
    assertEquals(START + 2 * S, after(S));
  }

  @Test
  void smallStepsBackThatComeToMoreThanASecondAreFollowed() {
    timeline.nowNs();
    wallNs -= 600_000_000;
    assertEquals(START, timeline.nowNs());
    wallNs -= 600_000_000;
    assertEquals(START - 1_200_000_000, timeline.nowNs());
  }

  @Test
  void correctionOfASecondIsMadeUpInAboutTwoMinutes() {
    timeline.nowNs();
    wallNs -= S;
    long seconds = 0;
    while (timeline.nowNs() != wallNs) {
      after(S);
      seconds++;
    }
    assertEquals(128, seconds);
    assertEquals(wallNs + S, after(S));
  }

  @Test
  void clockSetBackByYearsAndThenRightIsFollowedAgain() {
    timeline.nowNs();
    wallNs -= 20 * YEAR;
    after(10 * S);
    wallNs += 20 * YEAR;
    assertEquals(wallNs, timeline.nowNs());
    assertEquals(START + 10 * S, timeline.nowNs());
  }

  @Test
  void clockOfABoardWithoutABatteryIsFollowedFrom1970() {
    wallNs = 3 * S;
    assertEquals(3 * S, timeline.nowNs());
    wallNs = START;
    assertEquals(START, timeline.nowNs());
  }

  @Test
  void timeIsNeverBehindTheWallClockNorMoreThanASecondAheadAndRunsBackByMoreThanThatOnly() {
    Random random = new Random(20261123);
    long before = timeline.nowNs();
    for (int i = 0; i < 100_000; i++) {
      monotonicNs += random.nextInt(1000);
      wallNs += switch (random.nextInt(20)) {
        case 0 -> random.nextLong(-YEAR, YEAR);
        case 1 -> random.nextLong(-S, S);
        default -> random.nextInt(1000);
      };
      long now = timeline.nowNs();
      assertTrue(now >= wallNs && now - wallNs <= S, "step " + i);
      assertTrue(now >= before || before - now > S - 1000, "step " + i);
      before = now;
    }
  }

  @Test
  void sleepOfTheBoardCountsSinceBootAndNotByTheMonotonicClock() {
    after(10 * S);
    wallNs += 3600 * S;
    uptimeNs += 3600 * S;
    assertEquals(12_345 + 3610 * S, timeline.sinceBootNs());
    assertEquals(12_345 + 10 * S, timeline.monotonicNs());
    assertEquals(START + 3610 * S, timeline.nowNs());
    after(5 * S);
    wallNs += 60 * S;
    uptimeNs += 60 * S;
    after(0);
    assertEquals(12_345 + 3675 * S, timeline.sinceBootNs());
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * S, 55 * YEAR, -2 * S, -55 * YEAR})
  void clockThatIsSetIsNoSleep(long stepNs) {
    after(10 * S);
    wallNs += stepNs;
    after(10 * S);
    assertEquals(12_345 + 20 * S, timeline.sinceBootNs());
  }

  @Test
  void whoIsHeldUpWhileTheUptimeIsReadTakesThatForNoSleep() {
    AtomicInteger holds = new AtomicInteger();
    SystemTimeline own = new SystemTimeline(
        () -> wallNs,
        () -> monotonicNs,
        () -> {
          if (holds.getAndDecrement() > 0) {
            after(2 * S);
          }
          return uptimeNs;
        },
        new ClockKeeper(List.of(synced), synced));
    wallNs += YEAR;
    holds.set(1);
    own.nowNs();
    assertEquals(own.monotonicNs(), own.sinceBootNs());
  }

  @Test
  void withoutAnUptimeNoSleepIsKnown() {
    uptimeNs = -1;
    SystemTimeline own = new SystemTimeline(
        () -> wallNs, () -> monotonicNs, () -> uptimeNs, new ClockKeeper(List.of(synced), synced));
    wallNs += 3600 * S;
    assertEquals(12_345, own.sinceBootNs());
  }

  @Test
  void theMachinesOwnClocksAgreeWithJavas() {
    SystemTimeline own = new SystemTimeline();
    long beforeMs = System.currentTimeMillis();
    long nowMs = own.nowNs() / 1_000_000;
    long afterMs = System.currentTimeMillis();
    assertTrue(nowMs >= beforeMs && nowMs <= afterMs, "nowMs=" + nowMs);
    long monotonic = own.monotonicNs();
    assertTrue(own.monotonicNs() >= monotonic);
    assertTrue(own.sinceBootNs() - own.monotonicNs() < S);
    assertTrue(own.errorNs() > 0);
  }

  @Test
  void theErrorIsTheKeepersAndHowFarTimeIsAhead() throws IOException {
    assertEquals(TimeOrigin.NONE, timeline.origin());
    assertEquals(Long.MAX_VALUE, timeline.errorNs());
    after(S);
    wallNs -= S / 2;
    Files.write(synced, new byte[0]);
    Files.setLastModifiedTime(synced, FileTime.from(wallNs, TimeUnit.NANOSECONDS));
    timeline.nowNs();
    after(S);
    assertEquals(TimeOrigin.NTP, timeline.origin());
    assertEquals(5 * S + S / 10_000 + S / 2 - S / 128, timeline.errorNs());
  }
}
