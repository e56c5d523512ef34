package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the list {@code decode} of a source makes of frames. */
class DecoderTypesTest {
  /** PGN 129029 of 43 bytes, and PGN 129026 of 8; the sender is any. */
  private static final String GNSS = """
      VERSION ""
      BU_: A
      BO_ 2381841918 GNSS_Position: 43 A
       SG_ SID : 0|8@1+ (1,0) [0|252] "" A
       SG_ Date : 8|16@1+ (1,0) [0|65532] "d" A
       SG_ Altitude : 184|64@1- (1E-6,0) [0|0] "m" A
       SG_ Last : 336|8@1+ (1,0) [0|0] "" A
      BO_ 2314732286 COG_SOG: 8 A
       SG_ Ref : 8|2@1+ (1,0) [0|0] "" A
       SG_ COG : 16|16@1+ (0.0001,0) [0|0] "rad" A
      """;

  private static final String PROTOCOL = """
      BA_DEF_ "ProtocolType" STRING ;
      BA_DEF_DEF_ "ProtocolType" "";
      BA_ "ProtocolType" "%s";
      """;

  /** The altitude is 8 bytes from 23 on, 12.345678 m = BC614E; the last byte 2A. */
  private static final List<String> POSITION = List.of(
      "A02B07174915CD5B", // 43 bytes; SID 7, 4917h = 18711 days
      "A100000000000000",
      "A200000000000000",
      "A30000004E61BC00",
      "A400000000000000",
      "A500000000000000",
      "A6002AFFFFFFFFFF");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final Health health = new Health();
  private final Faults faults = new Faults();
  private final List<String> samples = new ArrayList<>();
  private long timeMs = 1_000;

  private List<Decoder> decoders(String dbc, String list) throws IOException {
    Files.writeString(folder.resolve("bus.dbc"), dbc);
    Path yaml = Files.writeString(folder.resolve("agent.yaml"), "decode: " + list + "\n");
    return DecoderTypes.read(YamlFile.read(yaml, faults).at("decode"), "can0")
        .make(new SignalTable(Naming.AS_DECODED), health);
  }

  /** Gives all decoders a frame; whether one of them knew it. */
  private boolean take(List<Decoder> decoders, int id, String hex) {
    byte[] data = Bytes.ofHex(hex).toArray();
    timeMs += 10;
    CanFrame frame =
        new CanFrame().set(timeMs * 1_000_000, id, CanFrame.EXTENDED, data, 0, data.length);
    boolean known = false;
    for (Decoder decoder : decoders) {
      decoder.accept(
          frame,
          Groups.each(sample ->
              samples.add(sample.signal().path() + " " + sample.value() + " " + sample.quality())));
      known |= decoder.knewLast();
    }
    return known;
  }

  private long count(String name) {
    return health.counter(Declared.count(name), "can0").value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NMEA 2000", "NMEA2000", "nmea2000", "N2K", "NMEA-2000"})
  void fastPacketsAreJoinedWhereTheFileSaysNmea2000(String protocol) throws IOException {
    assertPosition(decoders(GNSS + String.format(PROTOCOL, protocol), "[{dbc: bus.dbc}]"), "");
  }

  @Test
  void fastPacketsAreJoinedWhereTheConfigurationSaysNmea2000() throws IOException {
    assertPosition(decoders(GNSS, "[{dbc: bus.dbc}, {nmea2000: on}]"), "");
    samples.clear();
    assertPosition(
        decoders(GNSS, "[{nmea2000: on, source_address: true}, {dbc: bus.dbc}]"), "SA1B.");
    samples.clear();
    String j1939 = GNSS + String.format(PROTOCOL, "J1939");
    assertPosition(
        decoders(j1939, "[{dbc: bus.dbc}, {nmea2000: on}, {j1939: auto, source_address: true}]"),
        "SA1B.");
  }

  private void assertPosition(List<Decoder> decoders, String sender) {
    for (String hex : POSITION) {
      assertTrue(take(decoders, 0x0DF8051B, hex));
    }
    assertEquals(
        List.of(
            "can0." + sender + "GNSS_Position.SID 7.0 OK",
            "can0." + sender + "GNSS_Position.Date 18711.0 OK",
            "can0." + sender + "GNSS_Position.Altitude 12.345678 OK",
            "can0." + sender + "GNSS_Position.Last 42.0 OK"),
        samples);
    samples.clear();
    // another priority and sender; all ones are not available
    take(decoders, 0x09F80223, "07FDFFFFFFFFFFFF");
    String other = sender.isEmpty() ? "" : "SA23.";
    assertEquals(
        List.of(
            "can0." + other + "COG_SOG.Ref 1.0 OK",
            "can0." + other + "COG_SOG.COG 6.5535000000000005 NOT_AVAILABLE"),
        samples);
    assertEquals(0, count("decode.parts"));
    assertEquals(0, count("decode.short"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void broadcastOfTheTransportIsJoinedOnNmea2000Too() throws IOException {
    List<Decoder> decoders = decoders(GNSS, "[{dbc: bus.dbc}, {nmea2000: on}]");
    take(decoders, 0x1CECFF1B, "20090002FF05F801");
    take(decoders, 0x1CEBFF1B, "0107174915CD5B00");
    take(decoders, 0x1CEBFF1B, "020000FFFFFFFFFF");
    assertEquals(
        List.of("can0.GNSS_Position.SID 7.0 OK", "can0.GNSS_Position.Date 18711.0 OK"), samples);
  }

  @Test
  void messageInFastPacketsThatIsShorterThanAFrameIsNoPart() throws IOException {
    List<Decoder> decoders = decoders(GNSS, "[{dbc: bus.dbc}, {nmea2000: on}]");
    take(decoders, 0x0DF8051B, "200307174915CD5B");
    assertEquals(
        List.of("can0.GNSS_Position.SID 7.0 OK", "can0.GNSS_Position.Date 18711.0 OK"), samples);
  }

  /** One frame is a part of 43 bytes: no value of it can be right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "J1939 | [{dbc: bus.dbc}]",
        "'' | '[{dbc: bus.dbc, j1939: on}]'",
        "J1939 | '[{dbc: bus.dbc, j1939: on}, {nmea2000: off}]'",
        "NMEA 2000 | '[{dbc: bus.dbc, j1939: on}, {nmea2000: off}]'",
        "'' | '[{dbc: bus.dbc, id_mask: \"03FFFF00\"}]'",
      })
  void frameThatIsAPartGivesNoValuesAndIsCounted(String protocol, String list) throws IOException {
    List<Decoder> decoders = decoders(GNSS + String.format(PROTOCOL, protocol), list);
    assertTrue(take(decoders, 0x0DF8051B, "A02B07174915CD5B"));
    assertEquals(List.of(), samples);
    assertEquals(1, count("decode.parts"));
    assertEquals(0, count("decode.short"));
  }

  @Test
  void rangesAreThoseOfTheDbcFileWhereThatIsSaid() throws IOException {
    List<Decoder> decoders = decoders(GNSS, "[{dbc: bus.dbc}, {nmea2000: on, ranges: dbc}]");
    take(decoders, 0x09F80223, "07FFFFFFFFFFFFFF");
    assertEquals(
        List.of("can0.COG_SOG.Ref 3.0 OK", "can0.COG_SOG.COG 6.5535000000000005 OK"), samples);
  }

  @Test
  void transportIsNotJoinedWhereJ1939IsOff() throws IOException {
    List<Decoder> decoders = decoders(GNSS, "[{dbc: bus.dbc}, {nmea2000: on}, {j1939: off}]");
    take(decoders, 0x1CECFF1B, "20090002FF05F801");
    assertEquals(0, count("j1939.sessions"));
    POSITION.forEach(hex -> take(decoders, 0x0DF8051B, hex));
    assertEquals(4, samples.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{nmea2000: on}, {nmea2000: on}] | a bus has one item nmea2000; the first is at ",
        "[{nmea2000: maybe}] | want one of auto, on, off",
        "[{nmea2000: on, ranges: j1939}] | want one of nmea2000, dbc",
        "[{dbc: bus.dbc, id_mask: zz}] | want hex digits in quotes, 1..1FFFFFFF",
        "[{dbc: bus.dbc, id_mask: \"0\"}] | want hex digits in quotes, 1..1FFFFFFF",
        "[{dbc: bus.dbc, id_mask: \"20000000\"}] | want hex digits in quotes, 1..1FFFFFFF",
        "[{dbc: bus.dbc, id_mask: \"\"}] | want hex digits in quotes, 1..1FFFFFFF",
        "[{dbc: bus.dbc, id_mask: [3]}] | want a text, got a list",
      })
  void wrongSettingsAreFaults(String list, String wanted) throws IOException {
    decoders(GNSS, list);
    assertEquals(1, faults.found().size(), faults.found().toString());
    Fault fault = faults.found().get(0);
    assertTrue(fault.toString().contains("agent.yaml:1:"), fault.toString());
    assertTrue(fault.what().contains(wanted), fault.what());
  }

  @Test
  void fastPacketsThatNoFileDescribesAreWarnedOf() throws IOException {
    decoders(GNSS, "[{nmea2000: on}]");
    assertEquals(List.of(), faults.found());
    assertEquals(1, faults.warnings().size());
    assertTrue(
        faults.warnings().get(0).toString().contains("nmea2000: on joins no fast packets without"),
        faults.warnings()::toString);
    decoders(GNSS, "[{nmea2000: on}, {dbc: bus.dbc}]");
    assertEquals(1, faults.warnings().size());
  }
}
