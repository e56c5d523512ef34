package dev.caravan.agent.source.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of a simulated vehicle, and when. */
class DiagnosticPollerTest {
  private static final long SECOND = 1_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000L * SECOND);
  private final SimulatedVehicle vehicle = new SimulatedVehicle(timeline);
  private final Health health = new Health();
  private final List<String> replies = new ArrayList<>();
  private final Path folder;

  DiagnosticPollerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private DiagnosticPoller poller(String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("poll.yaml"), yaml);
    Faults faults = new Faults();
    PollSettings settings = PollSettings.from(YamlFile.read(file, faults), UnitIds.BY_RULE);
    assertEquals(List.of(), faults.found());
    return new DiagnosticPoller("obd0", settings, timeline, health);
  }

  /** Polls for so long, waiting as the poller says. */
  private void run(DiagnosticPoller poller, long forNs) throws IOException {
    long endNs = timeline.monotonicNs() + forNs;
    while (timeline.monotonicNs() < endNs) {
      FrameChunk chunk = new FrameChunk("obd0", 64);
      long dueNs = poller.askDue(vehicle, chunk);
      for (int i = 0; i < chunk.size(); i++) {
        replies.add(text((DiagnosticReply) chunk.frame(i)));
      }
      long waitNs = Math.min(dueNs, endNs) - timeline.monotonicNs();
      if (waitNs > 0) {
        timeline.advanceNs(waitNs);
      }
    }
  }

  private static String text(DiagnosticReply reply) {
    return String.format("%03X", reply.ecu()) + " " + reply.request() + " "
        + (reply.payload().length() == 0
            ? reply.outcome().name().toLowerCase(java.util.Locale.ROOT)
            : reply.payload().toString())
        + (reply.outcome() == DiagnosticReply.Outcome.GARBLED ? "!" : "");
  }

  private long times(String asked) {
    return vehicle.asked.stream().filter(asked::equals).count();
  }

  private static final String BARE = "{vehicle_info: 0s, trouble_codes: 0s, ";

  @Test
  void onlyWhatAUnitSupportsIsAsked() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 5C", "50");
    DiagnosticPoller poller = poller(BARE + "batch: false, pids: [01 0C 0D 5C]}");
    run(poller, 2 * SECOND);
    assertEquals(
        List.of("all 0100", "all 010c", "all 0120", "all 0140", "all 015c", "all 010c", "all 015c"),
        vehicle.asked);
    assertEquals(
        List.of(
            "7E8 0100 410000100001",
            "7E8 010c 410c1af8",
            "7E8 0120 412000000001",
            "7E8 0140 414000000010",
            "7E8 015c 415c50",
            "7E8 010c 410c1af8",
            "7E8 015c 415c50"),
        replies);
  }

  @Test
  void beginForgetsWhatWasSupported() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C 0D]}");
    run(poller, SECOND);
    assertEquals(0, times("all 010d"));
    vehicle.ecu(0x7E8).has("01 0D", "3C");
    poller.begin();
    run(poller, SECOND);
    assertEquals(1, times("all 010d"));
  }

  @Test
  void pidsThatAreDueTogetherShareARequestOnceTheirLengthsAreKnown() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 0D", "3C").has("01 2F", "80");
    vehicle.ecu(0x7E9).has("01 0D", "3D");
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C 0D 2F]}");
    run(poller, SECOND);
    vehicle.asked.clear();
    replies.clear();
    run(poller, SECOND);
    assertEquals(List.of("all 010c0d2f"), vehicle.asked);
    assertEquals(
        List.of("7E8 010c 410c1af8", "7E8 010d 410d3c", "7E8 012f 412f80", "7E9 010d 410d3d"),
        replies);
  }

  @Test
  void eachRequestKeepsItsOwnPeriod() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 05", "64");
    DiagnosticPoller poller = poller(
        BARE
            + "discover: false, batch: false, pids: [{request: 01 0C, period: 100ms}, {request: 01 05, period: 1s}]}");
    run(poller, 10 * SECOND);
    assertEquals(100, times("all 010c"));
    assertEquals(10, times("all 0105"));
  }

  @Test
  void whatSharesNoAnswerIsAskedAlone() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 0D", "3C");
    vehicle.answersFirstOnly = true;
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C 0D]}");
    run(poller, 10 * SECOND);
    replies.clear();
    vehicle.asked.clear();
    run(poller, 2 * SECOND);
    assertEquals(List.of("7E8 010c 410c1af8", "7E8 010d 410d3c"), replies.subList(0, 2));
    assertEquals(4, replies.size());
    assertEquals(0, times("all 010c0d"));
  }

  @Test
  void unitsThatIgnoreSeveralAreAskedAlone() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 0D", "3C");
    vehicle.ignoresSeveral = true;
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C 0D]}");
    run(poller, 20 * SECOND);
    vehicle.asked.clear();
    run(poller, 2 * SECOND);
    assertEquals(List.of("all 010c", "all 010d", "all 010c", "all 010d"), vehicle.asked);
  }

  @Test
  void refusedRequestIsAQualityAndIsAskedLessAndLess() throws Exception {
    vehicle.ecu(0x7E8).refuses("22 F190", 0x31);
    DiagnosticPoller poller = poller(BARE + "pids: [{request: 22 F190, target: 7E0}]}");
    run(poller, 60 * SECOND);
    assertEquals("7E8 22f190 7f2231", replies.get(0));
    assertTrue(replies.stream().allMatch(reply -> reply.equals("7E8 22f190 7f2231")));
    assertTrue(times("7e0 22f190") <= 7, () -> "asked " + times("7e0 22f190"));
  }

  @Test
  void silentVehicleIsAskedSeldomAndAtOnceWhenItIsBack() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C]}");
    run(poller, 3 * SECOND);
    vehicle.isOff = true;
    replies.clear();
    run(poller, 20 * SECOND);
    vehicle.asked.clear();
    run(poller, 60 * SECOND);
    assertTrue(vehicle.asked.size() <= 13, () -> "asked " + vehicle.asked.size());
    assertTrue(replies.stream().allMatch(reply -> reply.equals("7E8 010c silence")));
    vehicle.isOff = false;
    replies.clear();
    run(poller, 8 * SECOND);
    assertTrue(replies.contains("7E8 010c 410c1af8"), () -> String.join(",", replies));
  }

  @Test
  void answerToSomethingElseIsGarbledAndNeverAValue() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    DiagnosticPoller poller = poller(BARE + "discover: false, pids: [01 0C]}");
    vehicle.nextAnswer = "410D3C";
    run(poller, SECOND / 2);
    assertEquals(1, replies.size());
    assertTrue(replies.get(0).endsWith("!"), replies.get(0));
    assertEquals(1, health.total(Declared.count("diagnostic.garbled")));
  }

  @Test
  void newTroubleCodesBringTheFreezeFrameAndDelayNothing() throws Exception {
    SimulatedVehicle.Ecu ecu = vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("03", "020143 0196");
    for (int parameter = 1; parameter <= 30; parameter++) {
      ecu.has(String.format("02 %02X", parameter), "00");
    }
    DiagnosticPoller poller =
        poller("{vehicle_info: 0s, discover: false, batch: false, pids: [01 0C]}");
    run(poller, 40 * SECOND);
    assertEquals(40, times("all 010c"));
    assertEquals(1, times("all 020c00"));
    assertTrue(replies.contains("7E8 020c00 420c0000"), () -> String.join(",", replies));
  }

  /** ISO 14229-1, table A.1: no such service, sub-function or parameter, or not in this session. */
  @ParameterizedTest
  @CsvSource({"11", "12", "31", "7E", "7F"})
  void listThatIsRefusedForGoodHoldsNothingUpAndIsNotAskedAgain(String code) throws Exception {
    SimulatedVehicle.Ecu ecu = vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 0D", "3C");
    ecu.has("01 5C", "50").refuses("01 40", Integer.parseInt(code, 16));
    DiagnosticPoller poller = poller(BARE + "batch: false, pids: [01 0C 0D 5C]}");
    run(poller, SECOND / 2);
    assertEquals(
        List.of("all 0100", "all 010c", "all 010d", "all 0120", "all 0140"), vehicle.asked);
    run(poller, 3600 * SECOND);
    assertEquals(1, times("all 0140"));
    assertEquals(0, times("all 015c"), "no list has it");
    assertTrue(times("all 010c") >= 3600, () -> "asked " + times("all 010c"));
    poller.begin();
    run(poller, SECOND);
    assertEquals(2, times("all 0140"), "another vehicle may know more");
  }

  @Test
  void whatOneListNamesIsAskedBeforeOtherListsAndInformation() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 5C", "50");
    DiagnosticPoller poller = poller("{batch: false, pids: [01 0C 5C]}");
    run(poller, SECOND / 2);
    assertEquals(List.of("all 0100", "all 0900", "all 010c"), vehicle.asked.subList(0, 3));
  }

  @Test
  void silentListIsAskedAgainSeldomAndThenTakenIn() throws Exception {
    SimulatedVehicle.Ecu ecu = vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 5C", "50");
    ecu.ignores("01 40");
    DiagnosticPoller poller = poller(BARE + "batch: false, pids: [01 0C 5C]}");
    run(poller, SECOND);
    assertEquals(List.of("all 0100", "all 010c", "all 0120", "all 0140"), vehicle.asked);
    run(poller, 600 * SECOND);
    long tries = times("all 0140");
    assertTrue(tries > 3 && tries <= 9, () -> "asked " + tries);
    assertEquals(0, times("all 015c"));
    assertTrue(times("all 010c") >= 599, () -> "asked " + times("all 010c"));
    ecu.accepts("01 40");
    run(poller, 301 * SECOND);
    assertTrue(replies.contains("7E8 015c 415c50"), () -> String.join(",", replies));
  }

  @ParameterizedTest
  @CsvSource({"12, 1", "21, 3", "22, 3", "0, 3"})
  void oneUnitThatGivesNoListDelaysNoOther(String code, int most) throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("01 2F", "80");
    SimulatedVehicle.Ecu other = vehicle.ecu(0x7E9).has("01 0D", "3D").has("01 31", "0001");
    if (code.equals("0")) {
      other.ignores("01 20");
    } else {
      other.refuses("01 20", Integer.parseInt(code, 16));
    }
    DiagnosticPoller poller = poller(BARE + "batch: false, pids: [01 0C 0D 2F 31]}");
    run(poller, SECOND / 2);
    assertEquals(
        List.of("all 0100", "all 010c", "all 010d", "all 0120", "all 012f"), vehicle.asked);
    run(poller, 25 * SECOND);
    assertEquals(most, times("all 0120"));
    other.accepts("01 20");
    run(poller, 60 * SECOND);
    assertEquals(most > 1, replies.contains("7E9 0131 41310001"));
  }

  @Test
  void unitThatIsBusyWithItsFirstListIsAskedForItAgain() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").refuses("01 00", 0x21);
    vehicle.ecu(0x7E9).has("01 0D", "3D");
    DiagnosticPoller poller = poller(BARE + "batch: false, pids: [01 0C 0D]}");
    run(poller, SECOND);
    vehicle.ecu(0x7E8).accepts("01 00");
    run(poller, 12 * SECOND);
    assertTrue(replies.contains("7E8 010c 410c1af8"), () -> String.join(",", replies));
  }

  @ParameterizedTest
  @CsvSource({"12", "11", "0"})
  void whereNoFirstListIsGivenWhatIsWantedIsAskedAtOnce(String code) throws Exception {
    SimulatedVehicle.Ecu ecu = vehicle.ecu(0x7E8).has("01 0C", "1AF8").has("09 02", "0141");
    for (String list : List.of("01 00", "09 00")) {
      if (code.equals("0")) {
        ecu.ignores(list);
      } else {
        ecu.refuses(list, Integer.parseInt(code, 16));
      }
    }
    DiagnosticPoller poller = poller("{trouble_codes: 0s, batch: false, pids: [01 0C]}");
    run(poller, 3 * SECOND);
    assertTrue(replies.contains("7E8 010c 410c1af8"), () -> String.join(",", replies));
    assertTrue(replies.contains("7E8 0902 49020141"), () -> String.join(",", replies));
    run(poller, 60 * SECOND);
    assertTrue(times("all 0100") <= (code.equals("0") ? 5 : 1));
  }

  @Test
  void silentVehicleIsNotAskedBlindly() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    vehicle.isOff = true;
    DiagnosticPoller poller = poller("{batch: false, pids: [01 0C 0D 0E 0F 10 11]}");
    run(poller, 120 * SECOND);
    assertEquals(0, times("all 010d"));
    vehicle.isOff = false;
    run(poller, 30 * SECOND);
    assertTrue(replies.contains("7E8 010c 410c1af8"), () -> String.join(",", replies));
    assertEquals(0, times("all 010d"), "the list is asked for before");
  }

  @Test
  void parametersThatNobodyHasPutNobodyToSleep() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    DiagnosticPoller poller =
        poller(BARE + "discover: false, batch: false, pids: [01 0C 0D 0E 0F 10 11]}");
    run(poller, 100 * SECOND);
    assertTrue(times("all 010c") >= 95, () -> "asked " + times("all 010c"));
    assertTrue(times("all 010d") <= 7, () -> "asked " + times("all 010d"));
  }

  @Test
  void requestThatIsRefusedForGoodWaitsForMinutes() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8").refuses("01 0D", 0x12);
    DiagnosticPoller poller = poller(BARE + "discover: false, batch: false, pids: [01 0C 0D]}");
    run(poller, 299 * SECOND);
    assertEquals(1, times("all 010d"));
    run(poller, 10 * SECOND);
    assertEquals(2, times("all 010d"));
  }

  /** 7F 01 12 does not say of what: behind a silence it may be the answer to the request before. */
  @Test
  void refusalThatMayBeLateIsNotFinal() throws Exception {
    vehicle.ecu(0x7E8).has("01 0D", "3C").ignores("01 0C").refuses("01 0D", 0x12);
    DiagnosticPoller poller = poller(BARE + "discover: false, batch: false, pids: [01 0C 0D]}");
    run(poller, SECOND / 2);
    assertEquals(List.of("all 010c", "all 010d"), vehicle.asked);
    vehicle.ecu(0x7E8).accepts("01 0D");
    run(poller, 3 * SECOND);
    assertTrue(replies.contains("7E8 010d 410d3c"), () -> String.join(",", replies));
  }

  @Test
  void rareRequestThatOneUnitWasTooBusyForIsAskedAgainSoon() throws Exception {
    vehicle.ecu(0x7E8).has("09 02", "0141");
    vehicle.ecu(0x7E9).has("09 02", "0142").refuses("09 02", 0x21);
    DiagnosticPoller poller = poller("{trouble_codes: 0s}");
    run(poller, SECOND);
    vehicle.ecu(0x7E9).accepts("09 02");
    run(poller, 5 * SECOND);
    assertTrue(replies.contains("7E9 0902 49020142"), () -> String.join(",", replies));
    long asked = times("all 0902");
    run(poller, 3600 * SECOND);
    assertEquals(asked, times("all 0902"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "04                               | want",
        "{request: 2E F190 00, target: 7E0} | want",
        "{request: 11 01, target: 7E0}      | want",
        "{request: 14 FFFFFF, target: 7E0}  | want",
        "{request: 31 01 0203, target: 7E0} | want",
        "{request: 27 01, target: 7E0}      | want",
        "22 F190                          | services 19, 21 and 22 are asked of one unit",
        "01 XY                            | a service that reads",
        "01                               | a service that reads",
        "{request: 22 F1, target: 7E0}      | parameters of 2 bytes",
        "{request: 22 F190, target: 8E0}    | a CAN identifier of 3 or 8 hex digits",
        "{request: 01 0C, priod: 1s}        | priod",
      })
  void whatCannotBeAskedIsAFault(String item, String wanted) throws Exception {
    Path file = Files.writeString(folder.resolve("poll.yaml"), "{pids: [" + item + "]}");
    Faults faults = new Faults();
    PollSettings.from(YamlFile.read(file, faults), UnitIds.BY_RULE);
    assertEquals(1, faults.found().size(), () -> faults.found().toString());
    String fault = faults.found().get(0).toString();
    assertTrue(fault.contains(wanted), fault);
  }

  @Test
  void lostWireIsTheCallersToMend() throws Exception {
    vehicle.ecu(0x7E8).has("01 0C", "1AF8");
    DiagnosticPoller poller = poller(BARE + "pids: [01 0C]}");
    vehicle.isBroken = true;
    assertThrows(IOException.class, () -> poller.askDue(vehicle, new FrameChunk("obd0", 64)));
    run(poller, SECOND);
    assertTrue(replies.contains("7E8 010c 410c1af8"));
    assertFalse(vehicle.isBroken);
  }

  @Test
  void unitsBeyondThirtyTwoAreLeftOutAndCounted() throws Exception {
    for (int i = 0; i < 40; i++) {
      vehicle.ecu(0x18DAF100 + i).has("01 0C", "1AF8");
    }
    run(poller(BARE + "batch: false, pids: [01 0C]}"), SECOND / 2);
    assertEquals(
        32, replies.stream().map(reply -> reply.split(" ", 2)[0]).distinct().count());
    // of each of three requests: which PIDs there are, and the speed twice
    assertEquals(8L * vehicle.asked.size(), health.total(Declared.count("diagnostic.left_out")));
  }
}
