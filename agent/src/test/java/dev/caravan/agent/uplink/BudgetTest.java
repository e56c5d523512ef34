package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.uplink.Budget.Limits;
import dev.caravan.agent.uplink.Budget.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long HOUR_NS = 3600 * SECOND_NS;

  /** 2025-11-30T22:30:00 UTC. */
  private static final long NOW_NS = 1_764_541_800L * SECOND_NS;

  private static final List<Use> USUAL = List.of(Use.BACKLOG, Use.LIVE);

  private final Path file;
  private final Health health = new Health();
  private FakeTimeline timeline = new FakeTimeline(NOW_NS);

  BudgetTest(@TempDir Path dir) {
    file = dir.resolve("budget");
  }

  private Budget budget(long hour, long day, long month) {
    return budget(hour, day, month, USUAL);
  }

  private Budget budget(long hour, long day, long month, List<Use> shaved) {
    return new Budget("cloud", new Limits(hour, day, month, shaved), file, timeline, health);
  }

  private static void assertFits(Budget budget, Use use, long bytes) {
    assertTrue(budget.fits(use, 1, bytes - 1), () -> use + " " + bytes);
    assertFalse(budget.fits(use, 1, bytes), () -> use + " " + (bytes + 1));
  }

  @Test
  void theBacklogStopsFirstThenWhatIsNewThenEvents() {
    Budget budget = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE);
    budget.spent(50_000);
    assertEquals(Optional.empty(), budget.waiting());
    assertFits(budget, Use.BACKLOG, 30_000);
    assertEquals(
        Optional.of("budget: 80 % of the 100000 B of this hour are used, the backlog waits"),
        budget.waiting());
    assertFits(budget, Use.LIVE, 45_000);
    assertFits(budget, Use.EVENTS, 50_000);
    budget.spent(30_000);
    assertFits(budget, Use.BACKLOG, 0);
    assertFits(budget, Use.LIVE, 15_000);
    budget.spent(15_000);
    assertFits(budget, Use.EVENTS, 5_000);
    budget.spent(5_000);
    assertFits(budget, Use.EVENTS, 0);
    assertTrue(budget.waiting().orElseThrow().endsWith("events wait"));
    timeline.advanceNs(HOUR_NS);
    assertEquals(Optional.empty(), budget.waiting());
  }

  @Test
  void whoStopsFirstCanBeChosen() {
    Budget budget = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of(Use.EVENTS));
    budget.spent(50_000);
    assertFits(budget, Use.EVENTS, 30_000);
    assertFits(budget, Use.LIVE, 50_000);
    assertFits(budget, Use.BACKLOG, 50_000);
  }

  @Test
  void theNarrowestOfTheLimitsHoldsAndEachBeginsAnewByItself() {
    Budget budget = budget(100_000, 150_000, 180_000, List.of());
    budget.spent(100_000);
    assertFits(budget, Use.LIVE, 0);
    timeline.advanceNs(HOUR_NS / 2 - 1);
    assertFits(budget, Use.LIVE, 0);
    timeline.advanceNs(1);
    assertFits(budget, Use.LIVE, 50_000);
    budget.spent(50_000);
    timeline.advanceNs(HOUR_NS);
    // midnight, and a new month: 2025-12-01T00:00:00
    assertFits(budget, Use.LIVE, 100_000);
    budget.spent(100_000);
    timeline.advanceNs(24 * HOUR_NS);
    assertFits(budget, Use.LIVE, 80_000);
    assertEquals(0, health.gauge(Declared.level("uplink.used_in_hour"), "cloud").value());
    assertEquals(
        100_000, health.gauge(Declared.level("uplink.used_in_month"), "cloud").value());
  }

  @Test
  void whatWasUsedIsKnownAfterARestartAndNoMoreThanAPercentTooMuchAfterACrash() {
    Budget first = budget(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    first.spent(300_000);
    first.close();
    Budget second = budget(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    assertFits(second, Use.LIVE, 700_000);
    for (int i = 0; i < 1000; i++) {
      second.spent(123);
      Budget afterCrash = budget(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
      long left = 700_000 - 123L * (i + 1);
      assertFalse(afterCrash.fits(Use.LIVE, 1, left), "never less than was used");
      assertTrue(afterCrash.fits(Use.LIVE, 1, left - 10_001), "a percent more at most");
    }
  }

  @Test
  void aClockThatWasNeverSetDoesNotBeginPeriodsAndWhatWasUsedIsNotForgotten() {
    Budget set = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    set.spent(60_000);
    set.close();
    timeline = new FakeTimeline(5 * SECOND_NS);
    Budget unset = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    assertFits(unset, Use.LIVE, 40_000);
    timeline.advanceNs(HOUR_NS - 1);
    assertFits(unset, Use.LIVE, 40_000);
    timeline.advanceNs(1);
    assertFits(unset, Use.LIVE, 100_000);
  }

  @Test
  void aClockThatIsSetBackKeepsWhatWasUsed() {
    Budget budget = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    budget.spent(60_000);
    budget.close();
    timeline = new FakeTimeline(NOW_NS - 365 * 24 * HOUR_NS);
    Budget back = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of());
    assertFits(back, Use.LIVE, 40_000);
    timeline.advanceNs(HOUR_NS);
    assertFits(back, Use.LIVE, 100_000);
  }

  @Test
  void whatIsLargerThanTheLimitLeavesWhenAPeriodBegins() {
    Budget budget = budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE);
    assertTrue(budget.fits(Use.LIVE, 0, 1_000_000));
    assertFalse(budget.fits(Use.LIVE, 1, 1_000_000), "but nothing else with it");
    budget.spent(30_000);
    assertFalse(budget.fits(Use.LIVE, 0, 1_000_000));
  }

  @Test
  void theFileIsOneCheckedLineForItsOwnerAlone() throws IOException {
    Budget budget = budget(100_000, 200_000, 300_000);
    budget.spent(60_000);
    budget.close();
    assertEquals(
        "1 490150 60000 20422 60000 24310 60000 %s\n".formatted(crc()), Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  private static String crc() {
    var crc = new java.util.zip.CRC32C();
    crc.update("1 490150 60000 20422 60000 24310 60000"
        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return Long.toHexString(crc.getValue());
  }

  @Test
  void aDamagedFileCountsAnew() throws IOException {
    for (String text :
        List.of("", "\n", "1 2 3\n", "1 490150 60000 20422 60000 24310 60000 0\n", "2 x")) {
      Files.writeString(file, text);
      assertFits(budget(100_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of()), Use.LIVE, 100_000);
    }
  }

  @Test
  void aLinkThatIsNotMeteredHasNoFileAndNoLimit() {
    Budget.UNLIMITED.spent(1L << 60);
    assertTrue(Budget.UNLIMITED.fits(Use.BACKLOG, 0, Long.MAX_VALUE));
    Budget budget = budget(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    budget.spent(1L << 60);
    assertTrue(budget.fits(Use.BACKLOG, 0, Long.MAX_VALUE));
    budget.close();
    assertFalse(Files.exists(file));
  }
}
