package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
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

class QualityTableTest {
  private static final String DBC = """
      BO_ 256 Engine: 8 A
       SG_ Speed : 0|12@1+ (0.5,0) [0|0] "km/h" A
       SG_ Temp : 16|8@1- (1,0) [0|0] "degC" A
       SG_ Gear : 24|8@1+ (1,0) [0|0] "" A
       SG_ Flow : 32|32@1- (1,0) [0|0] "" A
      BO_ 512 Wide: 8 A
       SG_ Big : 0|64@1+ (1,0) [0|0] "" A
      BO_ 513 Doubles: 8 A
       SG_ D : 0|64@1- (1,0) [0|0] "" A
      BO_ 2566844926 CCVS: 8 A
       SG_ WheelSpeed : 8|16@1+ (0.00390625,0) [0|250.996] "km/h" A
      VAL_ 256 Speed 4095 "SNA" 4094 "Signal_not_available " 4093 "ERROR" 4092 "Initializing" ;
      VAL_ 256 Temp -128 "Invalid" -127 "signal not  AVAILABLE" ;
      VAL_ 256 Gear 7 "Init" 8 "over-range" ;
      SIG_VALTYPE_ 256 Flow : 1;
      SIG_VALTYPE_ 513 D : 2;
      BA_DEF_ "ProtocolType" STRING ;
      BA_DEF_DEF_ "ProtocolType" "J1939";
      """;

  private static final String LABELS = """
      labels:
        not_available: [SNA, Signal Not Available, Init]
        error: [" error", Invalid]
        out_of_range: Over Range
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final Faults faults = new Faults();

  private DbcDecoder decoder(String table, DbcBus bus) throws IOException {
    Files.writeString(folder.resolve("a.dbc"), DBC);
    Files.writeString(folder.resolve("q.yaml"), table);
    Path yaml =
        Files.writeString(folder.resolve("agent.yaml"), "{dbc: a.dbc, qualities: q.yaml}\n");
    DbcSettings settings = DbcSettings.from(YamlFile.read(yaml, faults));
    SignalTable signals = new SignalTable(Naming.AS_DECODED);
    return DbcDecoder.of("can0", List.of(settings), bus, signals, new Health(), faults);
  }

  private String qualities(String table, int id, String hex) throws IOException {
    return qualities(decoder(table, DbcBus.USUAL), id, hex);
  }

  private static String qualities(DbcDecoder decoder, int id, String hex) {
    List<String> all = new ArrayList<>();
    int flags = id > 0x7FF ? CanFrame.EXTENDED : 0;
    decoder.accept(
        Dbc.frame(id, flags, hex),
        Groups.each(sample -> all.add(sample.quality().name())));
    return String.join(" ", all);
  }

  /** Speed, temperature, gear and flow in one payload; worked by hand. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FF0F 00 00 00000000 | NOT_AVAILABLE OK OK OK",
        "FE0F 00 00 00000000 | NOT_AVAILABLE OK OK OK",
        "FD0F 00 00 00000000 | ERROR OK OK OK",
        "FC0F 00 00 00000000 | OK OK OK OK",
        "0000 80 00 00000000 | OK ERROR OK OK",
        "0000 81 00 00000000 | OK NOT_AVAILABLE OK OK",
        "0000 00 07 00000000 | OK OK NOT_AVAILABLE OK",
        "0000 00 08 00000000 | OK OK OUT_OF_RANGE OK"
      })
  void labelGivesTheQuality(String hex, String wanted) throws IOException {
    assertEquals(wanted, qualities(LABELS, 0x100, hex));
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{match: Engine.Speed, not_available: [4090, 0xFF0..0xFF2]} | FA0F 00 00 00000000 | NOT_AVAILABLE OK OK OK",
        "{match: Engine.Speed, not_available: [4090, 0xFF0..0xFF2]} | F20F 00 00 00000000 | NOT_AVAILABLE OK OK OK",
        "{match: Engine.Speed, not_available: [4090, 0xFF0..0xFF2]} | F30F 00 00 00000000 | OK OK OK OK",
        "{match: Engine.Speed, not_available: -1} | FF0F 00 00 00000000 | NOT_AVAILABLE OK OK OK",
        "{match: Engine.Temp, error: [-3..-1]} | 0000 FD 00 00000000 | OK ERROR OK OK",
        "{match: Engine.Temp, error: [0xFD..0xFF]} | 0000 FD 00 00000000 | OK ERROR OK OK",
        "{match: Engine.Temp, error: [0xFD..0xFF]} | 0000 FC 00 00000000 | OK OK OK OK",
        "{match: '*.Gear', out_of_range: [200..255]} | 0000 00 C8 00000000 | OK OK OUT_OF_RANGE OK",
        "{match: '**', not_available: [0xFF]} | FF00 FF FF 00000000 | NOT_AVAILABLE NOT_AVAILABLE NOT_AVAILABLE OK",
        "{match: Engine.Flow, not_available: [-9999.9]} | 0000 00 00 9A3F1CC6 | OK OK OK NOT_AVAILABLE",
        "{match: Engine.Flow, error: [NaN, Infinity]} | 0000 00 00 0000C07F | OK OK OK ERROR",
        "{match: Engine.Flow, error: [.nan, .inf]} | 0000 00 00 0000807F | OK OK OK ERROR",
        "{match: Engine.Flow, error: [-1e38..-1e30]} | 0000 00 00 0000C0FD | OK OK OK ERROR",
        "{match: Engine.Flow, error: [0]} | 0000 00 00 00000080 | OK OK OK ERROR",
      })
  void rawValueGivesTheQuality(String entry, String hex, String wanted) throws IOException {
    assertEquals(wanted, qualities("signals: [" + entry + "]\n", 0x100, hex));
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
  }

  @Test
  void sixtyFourBitsAreUnsignedToTheEnd() throws IOException {
    String table = """
        signals: [{match: Wide.Big, not_available: [18446744073709551615], error: [0xFFFFFFFFFFFFFF00..0xFFFFFFFFFFFFFFFE]}]
        """;
    assertEquals("NOT_AVAILABLE", qualities(table, 0x200, "FFFFFFFFFFFFFFFF"));
    assertEquals("ERROR", qualities(table, 0x200, "00FFFFFFFFFFFFFF"));
    assertEquals("OK", qualities(table, 0x200, "FFFEFFFFFFFFFFFF"));
    assertEquals("OK", qualities(table, 0x200, "FFFFFFFFFFFFFF7F"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void rawValueWinsOverLabelAndFirstItemOverLater() throws IOException {
    String table = LABELS + """
        signals:
          - {match: Engine.Gear, ok: [7], error: [9]}
          - {match: Engine.*, not_available: [9]}
          - {match: Engine.Speed, error: [4095]}
        """;
    assertEquals("ERROR OK OK OK", qualities(table, 0x100, "FF0F 00 07 00000000"));
    assertEquals(
        "NOT_AVAILABLE NOT_AVAILABLE ERROR OK", qualities(table, 0x100, "0900 09 09 00000000"));
  }

  /** FE00 is "error" and FF00 "not available" by SAE J1939-71. */
  @Test
  void tableWinsOverTheUpperRangesOfJ1939() throws IOException {
    String table = "signals: [{match: CCVS.WheelSpeed, ok: [0xFE00], error: [0xFF00, 0x0100]}]\n";
    assertEquals("OK", qualities(table, 0x18FEF1FE, "FF00FEFFFFFFFFFF"));
    assertEquals("ERROR", qualities(table, 0x18FEF1FE, "FF00FFFFFFFFFFFF"));
    assertEquals("ERROR", qualities(table, 0x18FEF1FE, "FF0001FFFFFFFFFF"));
    assertEquals("NOT_AVAILABLE", qualities(table, 0x18FEF1FE, "FFFFFFFFFFFFFFFF"));
    DbcDecoder plain = decoder(table, new DbcBus(false, false, DbcOptions.Nmea2000.AUTO));
    assertEquals("ERROR", qualities(plain, 0x18FEF1FE, "FF00FFFFFFFFFFFF"));
    assertEquals("OK", qualities(plain, 0x18FEF1FE, "FFFFFFFFFFFFFFFF"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | q.yaml:1:1: want labels, signals or both",
        "labels: {sna: [SNA]} | q.yaml:1:10: labels.sna: unknown key",
        "labels: {error: [Init], not_available: [INIT]} | q.yaml:1:18: labels.error[0]: 'Init' has two qualities",
        "signals: [{match: Engine.Speed}] | q.yaml:1:11: signals[0]: want at least one of not_available, error, out_of_range, ok",
        "signals: [{match: Engine.Speed, error: [x]}] | q.yaml:1:41: signals[0].error[0]: want a raw value or a range",
        "signals: [{match: Engine.Speed, error: [1..2..3]}] | q.yaml:1:41: signals[0].error[0]: want a raw value or a range",
        "signals: [{match: Engine.Sp*, error: [1]}] | q.yaml:1:19: signals[0].match: path pattern: want * or ** alone",
        "signals: [{error: [1]}] | q.yaml:1:11: signals[0].match: missing",
        "signals: [{match: Engine.Speed, errors: [1]}] | q.yaml:1:33: signals[0].errors: unknown key; did you mean 'error'?",
        "signals: [{match: Engine.Speed, error: [4096]}] | q.yaml:1:41: signals[0].error[0]: 4096 is no raw value there: Engine.Speed has 12 bits",
        "signals: [{match: Engine.Speed, error: [1.5]}] | q.yaml:1:41: signals[0].error[0]: 1.5 is no raw value there: Engine.Speed has 12 bits",
        "signals: [{match: Engine.Speed, error: [9..8]}] | q.yaml:1:41: signals[0].error[0]: 9..8 is no raw value there: for Engine.Speed it runs backwards",
        "signals: [{match: Engine.Speed, error: [1..9], not_available: [5]}] | q.yaml:1:41: signals[0].error[0]: 1..9 is there twice for Engine.Speed",
        "signals: [{match: Engine.Temp, error: [-1, 0xFF]}] | q.yaml:1:44: signals[0].error[1]: 0xFF is there twice for Engine.Temp",
      })
  void whatIsWrongIsAFaultWithItsPlace(String table, String wanted) throws IOException {
    decoder(table + "\n", DbcBus.USUAL);
    List<String> found = faults.found().stream().map(Object::toString).toList();
    String place = folder.resolve(wanted).toString();
    assertEquals(1, found.stream().filter(one -> one.startsWith(place)).count(), found.toString());
  }

  @Test
  void itemThatMatchesNoSignalIsAWarning() throws IOException {
    decoder("signals: [{match: Engine.Sped, error: [1]}]\n", DbcBus.USUAL);
    assertEquals(List.of(), faults.found());
    assertEquals(
        "[" + folder.resolve("q.yaml") + ":1:11: signals[0]: matches no signal: Engine.Sped]",
        faults.warnings().toString());
  }

  @Test
  void theTableThatIsShippedIsGood() throws IOException {
    Path shipped =
        Path.of(System.getProperty("caravan.root", "..")).resolve("config/dbc/qualities.yaml");
    assertEquals(
        "NOT_AVAILABLE ERROR OK OK",
        qualities(Files.readString(shipped), 0x100, "FF0F 80 00 00000000"));
    assertEquals(
        "OK OK NOT_AVAILABLE OK",
        qualities(Files.readString(shipped), 0x100, "FC0F 00 07 00000000"));
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
  }
}
