package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.serial.PortAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The source against adapters that print what clones were seen to print, on real pseudo terminals. */
@Timeout(60)
class CloneIT {
  private static final long MS = 1_000_000;

  private final Health health = new Health();
  private final List<AutoCloseable> open = new ArrayList<>();

  private Elm327Source plug(TranscriptAdapter adapter, boolean discover, String... requests)
      throws Exception {
    SerialDevice device = new SerialDevice("obd0", adapter, new SystemTimeline());
    var port = new PortAddress.DeviceFile(device.open());
    Stop stop = new Stop();
    Thread thread = new Thread(() -> device.run(stop), "device-obd0");
    thread.start();
    open.add(() -> {
      stop.request();
      thread.join();
      device.close();
    });
    List<PollSettings.Asked> asked = new ArrayList<>();
    for (String request : requests) {
      var all = new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex(request));
      asked.add(new PollSettings.Asked(all, 200 * MS));
    }
    PollSettings poll = new PollSettings(asked, discover, true, 0, 0, false, 0);
    Elm327Source source = new Elm327Source(
        new Elm327Settings(
            "obd0", port, List.of(38_400), '0', 100 * MS, 60_000 * MS, 0, 1000 * MS, 0, poll),
        new SystemTimeline(),
        health);
    open.add(0, source);
    source.open();
    return source;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private static String text(DiagnosticReply reply) {
    return String.format("%02X", reply.ecu()) + " " + reply.outcome() + " " + reply.payload()
        + (reply.isBare() ? " bare" : "");
  }

  /** Reads until there is such a reply, and gives all up to it; the test's timeout ends it. */
  private static List<String> read(Elm327Source source, Predicate<String> wanted) throws Exception {
    FrameChunk chunk = new FrameChunk("obd0", 32);
    List<String> found = new ArrayList<>();
    while (true) {
      chunk.clear();
      source.read(chunk);
      for (int i = 0; i < chunk.size(); i++) {
        if (chunk.frame(i) instanceof DiagnosticReply reply) {
          found.add(text(reply));
          if (wanted.test(text(reply))) {
            return found;
          }
        }
      }
    }
  }

  @Test
  void vehicleWhoseChecksumsAreLeftOffIsFoundAndRead() throws Exception {
    TranscriptAdapter adapter =
        new TranscriptAdapter("A5").says("0100", "86F1104100BE3FA812").says("0105", "83F110410586");
    read(plug(adapter, true, "0105"), "10 POSITIVE 410586"::equals);
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  /** In 40 s there would be no more than eight with a wait of 5 s each. */
  @Test
  void unitThatHasItsAnswerPendingForEverDoesNotHoldUpTheOther() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A6")
        .says("0100", "7E8064100BE3FA813")
        .says("010C", "7E804410C1AF8/7E9037F0178");
    AtomicInteger answers = new AtomicInteger();
    Elm327Source source = plug(adapter, false, "010c");
    read(source, text -> text.equals("7E8 POSITIVE 410c1af8") && answers.incrementAndGet() == 10);
    assertEquals(
        "'response pending' without an answer: unit 7e9",
        health.part("source", "obd0").why());
    assertTrue(adapter.asked.size() < 10 + 5 * 26, "asked=" + adapter.asked.size());
  }

  /** Each 78 that comes before the chip's timeout begins that anew, so that it never comes to its prompt. */
  @Test
  void unitThatRepeatsPendingFasterThanTheChipGivesUpCostsNoneOfTheOthersValues() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A6")
        .says("0100", "7E8064100BE3FA813")
        .says("010C", "7E804410C1AF8/7E9037F0178")
        .repeats("010C", "7E9037F0178");
    AtomicInteger answers = new AtomicInteger();
    Elm327Source source = plug(adapter, false, "010c");
    read(source, text -> text.equals("7E8 POSITIVE 410c1af8") && answers.incrementAndGet() == 5);
    assertEquals(
        "'response pending' without an answer: unit 7e9",
        health.part("source", "obd0").why());
    assertEquals(0, health.total(Declared.count("source.malformed")));
    assertTrue(health.total(Declared.count("diagnostic.unkept")) >= 4);
  }

  @Test
  void withoutLengthInTheHeaderASecondAnswerProvesIt() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A3")
        .says("0100", "486B104100BE3FA812")
        .says("010C", "486B10410C0FA0");
    read(plug(adapter, false, "010c"), "10 POSITIVE 410c0fa0"::equals);
    assertEquals(List.of("0100", "0100", "010C"), adapter.asked.subList(0, 3));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void checksumThatGetsLostNowAndThenIsNoValue() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A5")
        .says("0100", "86F1104100BE3FA8127F")
        .says("0105", "83F110410586", "83F11041058751");
    List<String> found = read(plug(adapter, false, "0105"), "10 POSITIVE 410587"::equals);
    assertFalse(found.contains("10 POSITIVE 410586"), found::toString);
  }

  @Test
  void paddedAnswersWithoutHeadersOnCan() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A6")
        .says("0100", "41001018000000")
        .says("03", "43010103")
        .says("010C", "410C1AF8000000");
    Elm327Source source = plug(adapter, true, "010c", "03");
    List<String> wanted = List.of("00 POSITIVE 410c1af8000000 bare", "00 POSITIVE 43010103 bare");
    List<String> found = new ArrayList<>();
    read(source, reply -> found.add(reply) && found.containsAll(wanted));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void twoUnitsWithoutHeadersAreFoundAndWhereTheyDifferNoneIsBelieved() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A6")
        .says("0100", "410010180000/410000080000")
        .says("010C", "410C1AF8")
        .says("010D", "410D3C/410D3D");
    Elm327Source source = plug(adapter, true, "010d", "010c");
    List<String> found = read(source, "00 POSITIVE 410c1af8 bare"::equals);
    assertFalse(found.stream().anyMatch(reply -> reply.contains("410d")), found::toString);
    read(source, "00 GARBLED  bare"::equals);
  }

  /** It says OK to every bus; on K-line this is P0143, on CAN it would be C0300. */
  @Test
  void onABusThatNobodyTellsAListThatCanBeReadInTwoWaysIsNot() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("OK")
        .says("0100", "4100BE3FA812")
        .says("0105", "410586")
        .says("03", "43014300000000", "43010143");
    Elm327Source source = plug(adapter, false, "03", "0105");
    List<String> found = new ArrayList<>();
    read(source, reply -> found.add(reply) && reply.contains("POSITIVE 43"));
    assertEquals("00 POSITIVE 43010143 bare", found.get(found.size() - 1));
    assertTrue(found.contains("00 POSITIVE 410586 bare"), found::toString);
  }

  @Test
  void vehicleInformationOffCanIsCountedFirst() throws Exception {
    String first = "87F1104904010000333740/87F1104904023830352DA1/87F1104904035242422DDB/"
        + "87F1104904044A353330BB";
    TranscriptAdapter adapter = new TranscriptAdapter("A5")
        .says("0100", "86F1104100BE3FA8127F")
        .says("0903", "83F110490308D8")
        .says(
            "0904",
            first,
            first
                + "/87F11049040500000000DA/87F1104904060000544372/87F110490407552D422DCD/87F11049040830303432A3");
    Elm327Source source = plug(adapter, false, "0904");
    List<String> found = read(source, reply -> reply.contains("POSITIVE"));
    assertEquals(
        List.of(
            "10 GARBLED ",
            "10 POSITIVE 4904000033373830352d5242422d4a353330"
                + "0000000000005443552d422d30303432"),
        found);
    assertEquals(1, adapter.asked.stream().filter("0903"::equals).count());
  }

  /** ISO 14229-1, table A.1: sub-function not supported, not supported in this session, busy. */
  @ParameterizedTest
  @CsvSource({
    "A6, 7E8037F0112, 7E804410C1AF8, 7E8",
    "A3, 486B107F011255, 486B10410C1AF822, 10",
    "A5, 83F1107F017E82, 84F110410C1AF8E4, 10",
    "A6, 7F0121, 410C1AF8, 00"
  })
  void unitThatRefusesTheFirstListIsAVehicle(String bus, String refusal, String speed, String unit)
      throws Exception {
    TranscriptAdapter adapter =
        new TranscriptAdapter(bus).says("0100", refusal).says("010C", speed);
    read(plug(adapter, true, "010c"), reply -> reply.startsWith(unit + " POSITIVE 410c1af8"));
  }

  @ParameterizedTest
  @CsvSource({"ATTP", "ATSP"})
  void eitherCommandThatSetsTheBusIsEnough(String unknown) throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("?")
        .refuses(unknown)
        .refuses("ATH1")
        .says("0100", "4100BE3FA812")
        .says("010C", "410C1AF8");
    read(plug(adapter, false, "010c"), "00 POSITIVE 410c1af8 bare"::equals);
  }

  /** The prompt of a late answer ends that answer, not the next one. */
  @Test
  void lateAnswerIsNotTakenForTheNextOne() throws Exception {
    TranscriptAdapter adapter = new TranscriptAdapter("A6")
        .says("0100", "7E8064100BE3FA812")
        .says("010C", "7E804410C1AF8")
        .says("010D", "7E803410D3C")
        .takes("010C", 3200);
    Elm327Source source = plug(adapter, false, "010c", "010d");
    read(source, "7E8 POSITIVE 410d3c"::equals);
    List<String> after = read(source, "7E8 POSITIVE 410d3c"::equals);
    assertFalse(after.contains("7E8 POSITIVE 410c1af8"), after::toString);
    assertTrue(health.total(Declared.count("source.resyncs")) > 0);
  }
}
