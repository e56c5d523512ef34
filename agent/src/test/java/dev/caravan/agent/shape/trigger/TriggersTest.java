package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Part;
import dev.caravan.agent.signal.Quality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TriggersTest {
  private final Path folder;

  TriggersTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Rig brake(String more) throws IOException {
    return new Rig(
        folder, "triggers: [{name: brake, when: \"V.Accel < -6\", quiet: 0s" + more + "}]");
  }

  private static void accel(Rig rig, double... values) {
    for (int i = 0; i < values.length; i++) {
      rig.number(rig.accel, i * 100L, values[i]);
    }
  }

  @Test
  void firesOnceUntilTheConditionNoLongerHolds() throws IOException {
    Rig rig = brake("");
    accel(rig, 0, -7, -8, -5, -7, -7);
    assertEquals(List.of(100L, 400L), rig.times());
    assertEquals("trigger", rig.told.get(0).kind());
    assertEquals("brake", rig.told.get(0).trigger());
    assertEquals("V.Accel < -6: V.Accel = -7", rig.told.get(0).text());
    assertEquals(List.of("V.Accel"), rig.told.get(0).paths());
    assertEquals(List.of("V.Accel@100"), rig.samples(0));
  }

  @Test
  void firesAgainOnlyAfterUntil() throws IOException {
    Rig rig = brake(", until: \"V.Accel > -2\"");
    accel(rig, -7, -3, -7, -2, -7, -1, -7);
    assertEquals(List.of(0L, 600L), rig.times());
  }

  @Test
  void holdsForLongEnoughBeforeItFires() throws IOException {
    Rig rig = brake(", for: 200ms");
    accel(rig, -7, -7, 0, -7, -7, -7, -7);
    assertEquals(List.of(500L), rig.times());
  }

  @Test
  void valueHoldsUntilTheNextOneComes() throws IOException {
    Rig rig = brake(", for: 250ms");
    rig.number(rig.accel, 0, -7);
    rig.number(rig.other, 250, 0);
    assertEquals(List.of(), rig.times());
    rig.number(rig.other, 251, 0);
    assertEquals(List.of(250L), rig.times());
    rig.number(rig.accel, 260, 0);
    assertEquals(List.of(250L), rig.times());
  }

  @Test
  void valueHoldsNoLongerThanASampleThatSaysThereIsNone() throws IOException {
    for (Quality none : List.of(Quality.NOT_AVAILABLE, Quality.STALE, Quality.UNDECODABLE)) {
      Rig rig = brake(", for: 250ms");
      rig.number(rig.accel, 0, -7);
      rig.number(rig.accel, 200, none, 0);
      rig.number(rig.other, 600, 0);
      assertEquals(List.of(), rig.times());
      rig.number(rig.accel, 700, -7);
      rig.number(rig.other, 1_000, 0);
      assertEquals(List.of(950L), rig.times());
      // it did not cease to hold, so it does not fire again
      rig.number(rig.accel, 1_100, none, 0);
      rig.number(rig.accel, 1_200, -7);
      rig.number(rig.other, 2_000, 0);
      assertEquals(List.of(950L), rig.times());
    }
  }

  @Test
  void ticksPassTheTimeWhileNoSampleComes() throws IOException {
    Rig rig = brake(", for: 250ms, after: 1s");
    rig.number(rig.accel, 0, -7);
    for (long ms = 5; ms <= 1_250; ms += 50) {
      rig.tick(ms);
    }
    assertEquals(List.of(), rig.times());
    for (long ms = 1_255; ms <= 2_400; ms += 50) {
      rig.tick(ms);
    }
    assertEquals(List.of(250L), rig.times());
  }

  @Test
  void ticksAcrossAClockThatWasSetPassNoTime() throws IOException {
    Rig rig = brake(", for: 250ms");
    rig.number(rig.accel, 0, -7);
    rig.tick(10);
    rig.tick(20);
    rig.tick(3_600_020);
    rig.tick(3_600_070);
    assertEquals(List.of(), rig.times());
  }

  @Test
  void twoEventsAreNotNearerThanQuiet() throws IOException {
    Rig rig = new Rig(folder, "triggers: [{name: brake, when: \"V.Accel < -6\", quiet: 300ms}]");
    accel(rig, -7, 0, -7, 0, -7, -7, 0, 0);
    assertEquals(List.of(0L, 400L), rig.times());
  }

  @Test
  void conditionThatStillHoldsAfterQuietFiresThen() throws IOException {
    Rig rig = new Rig(folder, "triggers: [{name: brake, when: \"V.Accel < -6\", quiet: 250ms}]");
    accel(rig, -7, 0, -7, -7);
    assertEquals(List.of(0L, 250L), rig.times());
  }

  @Test
  void whatWasMeasuredBeforeAndAfterGoesWithIt() throws IOException {
    Rig rig = brake(", before: 200ms, after: 200ms, signals: [\"V.**\"]");
    for (int i = 0; i < 20; i++) {
      rig.number(rig.accel, i * 50L, i == 10 ? -7 : 0);
      rig.number(rig.other, i * 50L, i);
      rig.number(rig.speed, i * 50L + 25, i == 8 ? Quality.ERROR : Quality.OK, i);
    }
    assertEquals(List.of(500L), rig.times());
    assertEquals(
        List.of(
            "V.Accel@300",
            "V.Speed@325",
            "V.Accel@350",
            "V.Speed@375",
            "V.Accel@400",
            "V.Speed@425",
            "V.Accel@450",
            "V.Speed@475",
            "V.Accel@500",
            "V.Speed@525",
            "V.Accel@550",
            "V.Speed@575",
            "V.Accel@600",
            "V.Speed@625",
            "V.Accel@650",
            "V.Speed@675",
            "V.Accel@700"),
        rig.samples(0));
  }

  @Test
  void itDoesNotFireWhileItCollects() throws IOException {
    Rig rig = brake(", after: 300ms");
    accel(rig, -7, 0, -7, 0, 0, -7, 0, 0, 0, 0);
    assertEquals(List.of(0L, 500L), rig.times());
    assertEquals(List.of("V.Accel@0", "V.Accel@100", "V.Accel@200", "V.Accel@300"), rig.samples(0));
  }

  @Test
  void whatIsCollectedWhenTheAgentStopsIsGivenOut() throws IOException {
    Rig rig = brake(", after: 10s");
    accel(rig, -7, 0);
    assertEquals(List.of(), rig.told);
    rig.finish();
    assertEquals(List.of("V.Accel@0", "V.Accel@100"), rig.samples(0));
    assertTrue(
        rig.told.get(0).text().endsWith("; the end is missing, the agent was stopped"),
        rig.told.get(0).text());
  }

  @Test
  void startThatHadToGoIsTold() throws IOException {
    Rig rig = brake(", before: 10m");
    for (int i = 0; i < SampleRing.MOST_SAMPLES; i++) {
      rig.number(rig.accel, i, 0);
    }
    rig.number(rig.accel, SampleRing.MOST_SAMPLES, -7);
    assertEquals(SampleRing.MOST_SAMPLES, rig.samples(0).size());
    assertTrue(
        rig.told.get(0).text().contains("; the start is missing"),
        rig.told.get(0).text());
  }

  @Test
  void endThatIsTooMuchIsCutAndTold() throws IOException {
    Rig rig = brake(", after: 10m");
    rig.number(rig.accel, 0, -7);
    for (int i = 1; i < Allowance.MOST_SAMPLES + 10; i++) {
      rig.number(rig.accel, i, 0);
    }
    rig.number(rig.accel, 600_001, 0);
    assertEquals(Allowance.MOST_SAMPLES, rig.told.get(0).samples().size());
    assertTrue(
        rig.told.get(0).text().contains("; the end is missing"), rig.told.get(0).text());
  }

  /** Eight triggers that fire at the same sample, and one more of a signal of its own. */
  private Rig crash(String more) throws IOException {
    String brakes = IntStream.range(0, 8)
        .mapToObj(i -> "{name: b" + i + ", when: V.Accel < -6, signals: [\"**\"]" + more + "}, ")
        .collect(Collectors.joining());
    return new Rig(
        folder,
        "{trouble_codes: false, triggers: [" + brakes + "{name: w, when: W.Other > 0" + more
            + "}]}");
  }

  private static List<Integer> sizes(Rig rig) {
    return rig.told.stream().map(event -> event.samples().size()).toList();
  }

  private static void assertLacks(Rig rig, int event, boolean start, boolean end) {
    String text = rig.told.get(event).text();
    assertEquals(start, text.contains("; the start is missing"), text);
    assertEquals(end, text.contains("; the end is missing"), text);
  }

  @Test
  void eventsUnderWayShareOneBound() throws IOException {
    Rig rig = crash(", after: 60s");
    rig.number(rig.accel, 0, -7);
    for (int i = 1; i < 50_000; i++) {
      rig.number(rig.accel, i, 0);
    }
    rig.number(rig.accel, 60_001, 0);
    assertEquals(Collections.nCopies(8, 32_768), sizes(rig));
    assertLacks(rig, 0, false, true);
    assertLacks(rig, 7, false, true);
  }

  @Test
  void eventThatHasLeftGivesItsRoomBack() throws IOException {
    Rig rig = crash(", after: 60s");
    rig.number(rig.accel, 0, -7);
    for (int i = 1; i < 50_000; i++) {
      rig.number(rig.accel, i, 0);
    }
    for (int i = 70_000; i < 100_000; i++) {
      rig.number(rig.accel, i, -7);
    }
    rig.finish();
    assertEquals(Collections.nCopies(8, 30_000), sizes(rig).subList(8, 16));
    assertEquals(
        "V.Accel < -6: V.Accel = -7; the end is missing, the agent was stopped",
        rig.told.get(8).text());
  }

  @Test
  void eventsUnderWayShareOneBoundOfTexts() throws IOException {
    Rig rig = crash(", after: 60s");
    rig.number(rig.accel, 0, -7);
    for (int i = 1; i < 100; i++) {
      rig.text(rig.codes, i, "x".repeat(10_000 - 48));
    }
    rig.number(rig.accel, 60_001, 0);
    // 4 MiB are 419 texts, 52 or 53 of each
    assertEquals(List.of(54, 54, 54, 53, 53, 53, 53, 53), sizes(rig));
    assertLacks(rig, 7, false, true);
  }

  @Test
  void eventsUnderWayShareHalfOfTheBoundForWhatWasBefore() throws IOException {
    Rig rig = crash(", before: 60s, after: 60s");
    for (int i = 0; i < 200; i++) {
      rig.number(rig.other, i, 0);
    }
    rig.number(rig.other, 200, 1);
    for (int i = 201; i < 30_000; i++) {
      rig.number(rig.accel, i, 0);
    }
    rig.number(rig.accel, 30_000, -7);
    for (int i = 30_001; i < 60_000; i++) {
      rig.number(rig.accel, i, 0);
    }
    rig.finish();
    // an eighth of 131,072 - 201 before, and of 131,072 after; what is only 201 stays whole
    assertEquals(
        List.of(32_742, 32_743, 32_743, 32_743, 32_743, 32_743, 32_743, 32_743, 201), sizes(rig));
    assertLacks(rig, 0, true, true);
    assertLacks(rig, 8, false, true);
    assertEquals("V.Accel@13643", rig.samples(0).get(0));
    assertEquals("V.Accel@46384", rig.samples(0).get(32_741));
  }

  @Test
  void textsBeforeEventsUnderWayAreBounded() throws IOException {
    Rig rig = crash(", before: 60s, after: 60s");
    for (int i = 0; i < 100; i++) {
      rig.text(rig.codes, i, "x".repeat(10_000 - 48));
    }
    rig.number(rig.accel, 100, -7);
    rig.finish();
    // 2 MiB are 209 texts
    assertEquals(List.of(27, 27, 27, 27, 27, 27, 27, 28), sizes(rig));
    assertLacks(rig, 0, true, true);
    assertEquals("Truck.ActiveDtcs@74", rig.samples(0).get(0));
  }

  @Test
  void onlyGoodSamplesCount() throws IOException {
    Rig rig = brake("");
    rig.number(rig.accel, 0, 0);
    rig.number(rig.accel, 100, Quality.OUT_OF_RANGE, -7);
    rig.number(rig.accel, 200, Quality.NOT_AVAILABLE, -7);
    assertEquals(List.of(), rig.times());
    rig.number(rig.accel, 300, -7);
    rig.number(rig.accel, 400, Quality.ERROR, 0);
    rig.number(rig.accel, 500, -7);
    assertEquals(List.of(300L), rig.times());
  }

  @Test
  void nothingFiresBeforeEverySignalHadAValue() throws IOException {
    Rig rig = new Rig(folder, "triggers: [{name: a, when: \"not V.Speed > 5 and V.Gear == 'D'\"}]");
    rig.number(rig.gear, 0, 3);
    assertEquals(List.of(), rig.times());
    rig.number(rig.speed, 100, 5);
    assertEquals(List.of(100L), rig.times());
    assertEquals(List.of("V.Speed@100", "V.Gear@0"), rig.samples(0));
    assertEquals(
        "not V.Speed > 5 and V.Gear == 'D': V.Speed = 5, V.Gear = 3 (D)",
        rig.told.get(0).text());
  }

  @Test
  void everyChangeFires() throws IOException {
    Rig rig = new Rig(folder, "triggers: [{name: a, when: changed(V.Gear), quiet: 0s}]");
    int[] gears = {0, 0, 3, 4, 4, 0};
    for (int i = 0; i < gears.length; i++) {
      rig.number(rig.gear, i * 100L, gears[i]);
      rig.number(rig.speed, i * 100L + 50, i);
    }
    assertEquals(List.of(200L, 300L, 500L), rig.times());
  }

  @Test
  void clockThatIsSetBackEndsWhatIsCollected() throws IOException {
    Rig rig = brake(", before: 1s, after: 10s");
    accel(rig, 0, -7, 0);
    rig.number(rig.accel, -60_000, 0);
    assertTrue(
        rig.told.get(0).text().endsWith("; the end is missing, the clock was set"),
        rig.told.get(0).text());
    rig.number(rig.accel, -59_900, -7);
    rig.number(rig.accel, -40_000, 0);
    assertEquals(List.of(100L, -59_900L), rig.times());
    assertEquals(List.of("V.Accel@-60000", "V.Accel@-59900"), rig.samples(1));
  }

  @Test
  void troubleCodesThatCameAndWentAreTold() throws IOException {
    Rig rig = new Rig(folder, "{}");
    rig.text(rig.codes, 0, "");
    rig.text(rig.codes, 1_000, "P0301,P0420");
    rig.text(rig.codes, 2_000, "P0301,P0420");
    rig.text(rig.codes, 15_000, "P0420, U0100");
    rig.text(rig.codes, 30_000, "");
    assertEquals(List.of(1_000L, 15_000L, 30_000L), rig.times());
    assertEquals(
        List.of("came P0301, P0420", "came U0100; went P0301", "went P0420, U0100"),
        rig.told.stream().map(event -> event.text()).toList());
    assertEquals("trouble_codes", rig.told.get(0).kind());
    assertEquals(List.of("Truck.ActiveDtcs"), rig.told.get(0).paths());
    assertEquals(List.of("Truck.ActiveDtcs@1000"), rig.samples(0));
  }

  @Test
  void occurrencesOfATroubleCodeAreNoChange() throws IOException {
    Rig rig = new Rig(folder, "{}");
    rig.text(rig.codes, 0, "SPN 110 FMI 3 OC 5, SPN 3216 FMI 2");
    rig.text(rig.codes, 20_000, "SPN 110 FMI 3 OC 6, SPN 3216 FMI 2");
    rig.text(rig.codes, 40_000, "SPN 110 FMI 3 OC 6");
    assertEquals(
        List.of("came SPN 110 FMI 3 OC 5, SPN 3216 FMI 2", "went SPN 3216 FMI 2"),
        rig.told.stream().map(event -> event.text()).toList());
  }

  @Test
  void flickeringTroubleCodesAreToldEveryTenSeconds() throws IOException {
    Rig rig = new Rig(folder, "{}");
    for (int i = 0; i < 40; i++) {
      rig.text(rig.codes, i * 1_000L, i % 2 == 0 ? "P0301" : "");
    }
    assertEquals(List.of(0L, 11_000L, 22_000L, 33_000L), rig.times());
  }

  @Test
  void partsThatBecomeDegradedAndWellAreTold() throws IOException {
    Rig rig = new Rig(folder, "{}");
    Part can = rig.health.part("source", "can0");
    Part cloud = rig.health.part("route", "cloud");
    rig.health.part("route", "cloud.events").set(Part.State.DEGRADED, "not told");
    rig.health.part("store", "cloud").set(Part.State.DEGRADED, "not told");
    rig.tick(0);
    can.set(Part.State.OK, "");
    rig.tick(1_000);
    can.set(Part.State.DEGRADED, "port gone");
    cloud.set(Part.State.DEGRADED, "connect refused");
    rig.tick(2_000);
    rig.tick(3_000);
    can.set(Part.State.OK, "");
    rig.tick(63_000);
    cloud.set(Part.State.ENDED, "");
    rig.tick(70_000);
    assertEquals(
        List.of(
            "route.degraded cloud: connect refused",
            "source.degraded can0: port gone",
            "source.well can0"),
        rig.told.stream().map(event -> event.kind() + " " + event.text()).toList());
    assertEquals(List.of(2_000L, 2_000L, 63_000L), rig.times());
  }

  @Test
  void partThatFlapsIsToldOnceAMinute() throws IOException {
    Rig rig = new Rig(folder, "{}");
    Part can = rig.health.part("source", "can0");
    for (int i = 0; i < 180; i++) {
      can.set(i % 2 == 0 ? Part.State.DEGRADED : Part.State.OK, "");
      rig.tick(i * 1_000L);
    }
    assertEquals(List.of(0L, 61_000L, 122_000L), rig.times());
    assertEquals(
        "source.well can0; changes since the event before: 61",
        rig.told.get(1).kind() + " " + rig.told.get(1).text());
  }

  @Test
  void whatIsSwitchedOffIsNotTold() throws IOException {
    Rig rig = new Rig(folder, "{trouble_codes: false, states: false}");
    rig.health.part("source", "can0").set(Part.State.DEGRADED, "");
    rig.text(rig.codes, 0, "P0301");
    rig.tick(1_000);
    rig.finish();
    assertEquals(List.of(), rig.told);
  }
}
