package dev.caravan.agent.decode.j1939;

import static dev.caravan.agent.decode.j1939.Packets.broadcast;
import static dev.caravan.agent.decode.j1939.Packets.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcBus;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class J1939DecoderTest {
  /** Engine configuration, 39 bytes, and a message of one frame; the senders are any and the engine. */
  private static final String DBC = """
      VERSION ""
      BU_: E
      BO_ 2566841342 EC1: 39 E
       SG_ SpeedAtIdle : 0|16@1+ (0.125,0) [0|8031.875] "rpm" E
       SG_ ReferenceTorque : 152|16@1+ (1,0) [0|64255] "Nm" E
       SG_ Last : 304|8@1+ (1,0) [0|250] "" E
       SG_ LastBig : 295|16@0+ (1,0) [0|64255] "" E
      BO_ 2566844672 CCVS1: 8 E
       SG_ ParkingBrake : 2|2@1+ (1,0) [0|3] "" E
       SG_ WheelSpeed : 8|16@1+ (0.00390625,0) [0|250.996] "km/h" E
      BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
      BA_DEF_DEF_ "VFrameFormat" "J1939PG";
      BA_ "VFrameFormat" BO_ 2566841342 3;
      BA_ "VFrameFormat" BO_ 2566844672 3;
      """;

  private final Path dbcFile;
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Map<String, String> samples = new LinkedHashMap<>();

  J1939DecoderTest(@TempDir Path folder) throws IOException {
    dbcFile = Files.writeString(folder.resolve("truck.dbc"), DBC);
  }

  private J1939Decoder alone() {
    return new J1939Decoder("can0", List.of(), table, health);
  }

  private DbcDecoder dbc(DbcBus bus) {
    Faults faults = new Faults();
    DbcFile file = DbcFile.read(dbcFile, DbcOptions.STRICT, faults);
    DbcPlan plan = DbcPlan.of(List.of(file), faults);
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
    return new DbcDecoder("can0", plan, bus, table, health);
  }

  private void take(J1939Decoder decoder, CanFrame frame) {
    decoder.accept(frame, Groups.each(this::keep));
  }

  private void keep(Sample sample) {
    String value = sample.signal().kind() == Kind.TEXT ? sample.text() : "" + sample.value();
    samples.put(sample.signal().path(), value + " " + sample.quality());
  }

  private long count(String name) {
    return health.counter(Declared.count("j1939." + name), "can0").value();
  }

  @Test
  void oneTroubleCodeInOneFrame() {
    J1939Decoder decoder = alone();
    // SPN 110 = 6E 00, FMI 3, 5 times; amber on, the others off; no flash
    take(decoder, frame(1, 0x18FECA00, "04 ff 6e 00 03 05 ff ff"));
    assertTrue(decoder.knewLast());
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("can0.J1939.00.DM1.MalfunctionIndicatorLamp", "0.0 OK");
    wanted.put("can0.J1939.00.DM1.MalfunctionIndicatorLampFlash", "3.0 OK");
    wanted.put("can0.J1939.00.DM1.RedStopLamp", "0.0 OK");
    wanted.put("can0.J1939.00.DM1.RedStopLampFlash", "3.0 OK");
    wanted.put("can0.J1939.00.DM1.AmberWarningLamp", "1.0 OK");
    wanted.put("can0.J1939.00.DM1.AmberWarningLampFlash", "3.0 OK");
    wanted.put("can0.J1939.00.DM1.ProtectLamp", "0.0 OK");
    wanted.put("can0.J1939.00.DM1.ProtectLampFlash", "3.0 OK");
    wanted.put("can0.J1939.00.DM1.ActiveDtcs", "SPN 110 FMI 3 OC 5 OK");
    wanted.put("can0.J1939.00.DM1.ActiveDtcCount", "1.0 OK");
    assertEquals(wanted, samples);
    Signal lamp = table.signals().get(0);
    assertEquals(
        Map.of(0L, "Off", 1L, "On", 2L, "Error", 3L, "NotAvailable"),
        lamp.spec().labels());
    assertEquals("can0.J1939.00.DM1", lamp.spec().group());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00 ff 00 00 00 00 ff ff | '' | 0",
        "00 ff ff ff ff ff ff ff | '' | 0",
        "00 ff 6e 00 03 7f ff ff | SPN 110 FMI 3 | 1", // count not available
        "00 ff 6e 00 03 85 ff ff | SPN 110 FMI 3 OC 5 CM 1 | 1", // another layout of the SPN
        "00 ff ff ff ff 01 ff ff | SPN 524287 FMI 31 OC 1 | 1",
        "00 ff 00 00 e1 02 ff ff | SPN 458752 FMI 1 OC 2 | 1",
        "00 ff 90 0c 02 00 | SPN 3216 FMI 2 OC 0 | 1"
      })
  void codeIsReadAsTheStandardLaysItOut(String hex, String text, int codes) {
    take(alone(), frame(1, 0x18FECA3D, hex));
    assertEquals(text + " OK", samples.get("can0.J1939.3D.DM1.ActiveDtcs"));
    assertEquals(codes + ".0 OK", samples.get("can0.J1939.3D.DM1.ActiveDtcCount"));
  }

  @Test
  void severalCodesComeInPacketsAndGoAgain() {
    J1939Decoder decoder = alone();
    byte[] two = Bytes.ofHex("40ff6e000305900c0201").toArray();
    broadcast(0x00, 0xFECA, two).forEach(frame -> take(decoder, frame));
    assertEquals(
        "SPN 110 FMI 3 OC 5, SPN 3216 FMI 2 OC 1 OK", samples.get("can0.J1939.00.DM1.ActiveDtcs"));
    assertEquals("1.0 OK", samples.get("can0.J1939.00.DM1.MalfunctionIndicatorLamp"));
    take(decoder, frame(2000, 0x18FECA00, "00 ff 00 00 00 00 ff ff"));
    assertEquals(" OK", samples.get("can0.J1939.00.DM1.ActiveDtcs"));
    assertEquals(10, table.signals().size());
  }

  @Test
  void lampsInErrorOrNotThereSaySo() {
    take(alone(), frame(1, 0x18FECB00, "bf 2f 00 00 00 00 ff ff"));
    assertEquals("2.0 ERROR", samples.get("can0.J1939.00.DM2.MalfunctionIndicatorLamp"));
    assertEquals("3.0 NOT_AVAILABLE", samples.get("can0.J1939.00.DM2.RedStopLamp"));
    assertEquals("0.0 OK", samples.get("can0.J1939.00.DM2.MalfunctionIndicatorLampFlash"));
    assertEquals("2.0 OUT_OF_RANGE", samples.get("can0.J1939.00.DM2.RedStopLampFlash"));
    assertEquals(" OK", samples.get("can0.J1939.00.DM2.PreviouslyActiveDtcs"));
  }

  @ParameterizedTest
  @CsvSource({
    "0x18FECF00, DM6.PendingDtcs",
    "0x18FED400, DM12.EmissionActiveDtcs",
    "0x18FDB500, DM23.EmissionPreviouslyActiveDtcs"
  })
  void otherListsHaveTheSameForm(String id, String signal) {
    take(alone(), frame(1, Long.decode(id), "00 ff 6e 00 03 05 ff ff"));
    assertEquals("SPN 110 FMI 3 OC 5 OK", samples.get("can0.J1939.00." + signal));
  }

  @Test
  void everyReferenceListIsRead() throws IOException {
    List<String> lamps = List.of(
        "mil MalfunctionIndicatorLamp",
        "redStop RedStopLamp",
        "amberWarning AmberWarningLamp",
        "protect ProtectLamp");
    J1939Decoder decoder = alone();
    for (String line : Files.readAllLines(ReferenceData.require("j1939/dm1.jsonl"))) {
      Map<String, @Nullable Object> wanted = Json.object(line);
      take(decoder, frame(1, number(wanted.get("id")), String.valueOf(wanted.get("data"))));
      for (String lamp : lamps) {
        String[] names = lamp.split(" ", -1);
        String path = "can0.J1939.00.DM1." + names[1];
        assertEquals(number(Json.object(wanted.get("lamps")).get(names[0])), raw(path), line);
        assertEquals(
            number(Json.object(wanted.get("flash")).get(names[0])), raw(path + "Flash"), line);
      }
      String codes = Json.array(wanted.get("dtcs")).stream()
          .map(Json::object)
          .map(code -> "SPN " + number(code.get("spn")) + " FMI " + number(code.get("fmi")) + " OC "
              + number(code.get("oc")))
          .collect(Collectors.joining(", "));
      assertEquals(codes + " OK", samples.get("can0.J1939.00.DM1.ActiveDtcs"), line);
    }
  }

  private int raw(String path) {
    return (int) Double.parseDouble(samples.getOrDefault(path, "-1 ").split(" ", -1)[0]);
  }

  private static int number(@Nullable Object value) {
    return value instanceof Number number ? number.intValue() : -1;
  }

  @Test
  void listThatIsTooShortIsCounted() {
    J1939Decoder decoder = alone();
    take(decoder, frame(1, 0x18FECA00, "00 ff 00 00 00"));
    assertEquals(Map.of(), samples);
    assertEquals(1, count("malformed"));
  }

  @Test
  void vehicleIdentificationIsText() {
    J1939Decoder decoder = alone();
    byte[] vin = "LZZ5CLSB8NC123456*".getBytes(StandardCharsets.US_ASCII);
    broadcast(0x00, 0xFEEC, vin).forEach(frame -> take(decoder, frame));
    assertEquals(
        Map.of("can0.J1939.00.VI.VehicleIdentificationNumber", "LZZ5CLSB8NC123456 OK"), samples);
  }

  @Test
  void componentIdentificationHasFourTexts() {
    J1939Decoder decoder = alone();
    byte[] component = "MAKER*Model 7*\u00ff\u00ff*".getBytes(StandardCharsets.ISO_8859_1);
    broadcast(0x03, 0xFEEB, component).forEach(frame -> take(decoder, frame));
    assertEquals(
        Map.of(
            "can0.J1939.03.CI.Make", "MAKER OK",
            "can0.J1939.03.CI.Model", "Model 7 OK",
            "can0.J1939.03.CI.SerialNumber", " NOT_AVAILABLE"),
        samples);
  }

  @Test
  void joinedMessageIsDecodedByTheDbcFiles() {
    J1939Decoder decoder = new J1939Decoder("can0", List.of(dbc(DbcBus.USUAL)), table, health);
    byte[] payload = new byte[39];
    payload[0] = (byte) 0x80;
    payload[1] = 0x11; // 4480 / 8 = 560 rpm
    payload[19] = (byte) 0x60;
    payload[20] = 0x09; // 2400 Nm
    payload[36] = 0x12;
    payload[37] = 0x34;
    payload[38] = (byte) 0xFF;
    Packets.connection(0x00, 0x03, 0xFEE3, payload).forEach(frame -> take(decoder, frame));
    assertEquals(
        Map.of(
            "can0.EC1.SpeedAtIdle", "560.0 OK",
            "can0.EC1.ReferenceTorque", "2400.0 OK",
            "can0.EC1.Last", "255.0 NOT_AVAILABLE",
            "can0.EC1.LastBig", "4660.0 OK"),
        samples);
    assertEquals(0, count("unknown"));
    assertEquals(0, health.counter(Declared.count("decode.short"), "can0").value());
  }

  @Test
  void joinedMessageThatNobodyKnowsIsCounted() {
    J1939Decoder decoder = new J1939Decoder("can0", List.of(dbc(DbcBus.USUAL)), table, health);
    broadcast(0x00, 0xFF01, new byte[20]).forEach(frame -> take(decoder, frame));
    assertEquals(1, count("unknown"));
    assertTrue(decoder.knewLast());
    take(decoder, frame(1, 0x18FEF100, "00 00 00 00 00 00 00 00"));
    assertFalse(decoder.knewLast());
  }

  @Test
  void sendersAreToldApartWhereThatIsWanted() {
    DbcDecoder dbc = dbc(new DbcBus(true, true, DbcOptions.Nmea2000.AUTO));
    assertEquals(
        List.of("can0.SA00.CCVS1.ParkingBrake", "can0.SA00.CCVS1.WheelSpeed"),
        table.signals().stream().map(Signal::path).toList());
    dbc.accept(frame(1, 0x18FEF100, "f3 00 0a ff ff ff ff ff"), Groups.each(this::keep));
    dbc.accept(frame(1, 0x18FEF127, "f7 00 14 ff ff ff ff ff"), Groups.each(this::keep));
    dbc.accept(frame(2, 0x18FEF127, "f7 00 15 ff ff ff ff ff"), Groups.each(this::keep));
    assertEquals(
        Map.of(
            "can0.SA00.CCVS1.ParkingBrake", "0.0 OK",
            "can0.SA00.CCVS1.WheelSpeed", "10.0 OK",
            "can0.SA27.CCVS1.ParkingBrake", "1.0 OK",
            "can0.SA27.CCVS1.WheelSpeed", "21.0 OK"),
        samples);
    assertEquals(4, table.signals().size());
  }

  @Test
  void everyValueCountsWhereTheFilesSaySo() {
    dbc(new DbcBus(false, false, DbcOptions.Nmea2000.AUTO))
        .accept(frame(1, 0x18FEF100, "ff ff ff ff ff ff ff ff"), Groups.each(this::keep));
    assertEquals("3.0 OK", samples.get("can0.CCVS1.ParkingBrake"));
    assertEquals("255.99609375 OK", samples.get("can0.CCVS1.WheelSpeed"));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void whateverComesNothingIsThrown(long seed) {
    J1939Decoder decoder = new J1939Decoder(
        "can0", List.of(dbc(new DbcBus(true, true, DbcOptions.Nmea2000.AUTO))), table, health);
    Random random = new Random(seed);
    int[] groups = {0xEC, 0xEB, 0xFE, 0xFD, 0xEF};
    byte[] bytes = new byte[64];
    for (int i = 0; i < 100_000; i++) {
      random.nextBytes(bytes);
      int low = random.nextBoolean() ? 0xCA : random.nextInt(256);
      int id =
          0x18000000 | groups[random.nextInt(groups.length)] << 16 | low << 8 | random.nextInt(256);
      int flags = random.nextInt(10) == 0 ? random.nextInt(64) : CanFrame.EXTENDED;
      int length = (flags & CanFrame.FD) != 0 ? random.nextInt(65) : random.nextInt(9);
      CanFrame in = new CanFrame().set(i * 1_000_000L, id, flags, bytes, 0, length);
      decoder.accept(in, Groups.each(this::keep));
    }
    assertTrue(table.signals().size() <= 4 + 256 * (5 * 10 + 1 + 4));
  }

  /** A list of codes has ten signals: two of each of four lamps, the codes and their number. */
  @Test
  void sendersBeyondTheRoomAreLeftOutAndCounted() {
    SignalTable room = new SignalTable(Naming.AS_DECODED, 25);
    J1939Decoder decoder = new J1939Decoder("can0", List.of(), room, health);
    for (int sender = 0; sender < 200; sender++) {
      for (int times = 0; times < 2; times++) {
        samples.clear();
        take(decoder, frame(1, 0x18FECA00 | sender, "04 ff 6e 00 03 05 ff ff"));
        assertEquals(sender < 2 ? 10 : 0, samples.size());
        assertEquals(sender < 2, decoder.knewLast(), "what is left out is unknown to the ledger");
      }
    }
    assertEquals(20, room.signals().size());
    assertEquals(396, health.total(Declared.count("decode.left_out")));
    Part part = health.part("source", "can0");
    part.set(Part.State.OK, "");
    assertEquals(Part.State.DEGRADED, part.state());
    assertEquals(
        "no room for more signals that are only heard, most=25: what others send is left out, first"
            + " that of can0.J1939.02; want a larger heap (-Xmx), or fewer senders",
        part.why());
  }

  @Test
  void sendersOfMessagesBeyondTheRoomAreLeftOutAndCounted() throws IOException {
    Faults faults = new Faults();
    DbcPlan plan = DbcPlan.of(List.of(DbcFile.read(dbcFile, DbcOptions.STRICT, faults)), faults);
    SignalTable room = new SignalTable(Naming.AS_DECODED, 5);
    DbcDecoder dbc = new DbcDecoder(
        "can0", plan, new DbcBus(true, true, DbcOptions.Nmea2000.AUTO), room, health);
    for (int sender = 0; sender < 254; sender++) {
      samples.clear();
      dbc.accept(frame(1, 0x18FEF100 | sender, "f3 00 0a ff ff ff ff ff"), Groups.each(this::keep));
      // the sender of the file, and two whose two signals fit
      assertEquals(sender < 3 ? 2 : 0, samples.size());
      assertEquals(sender < 3, dbc.knewLast());
    }
    assertEquals(251, health.total(Declared.count("decode.left_out")));
  }
}
