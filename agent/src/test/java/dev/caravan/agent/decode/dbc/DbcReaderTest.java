package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.signal.Kind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DbcReaderTest {
  private static final String HEAD = "VERSION \"\"\n\nBU_: A B\n\n";
  private final Faults faults = new Faults();

  private DbcFile features() throws IOException {
    return Dbc.read(Dbc.resource("features.dbc"), DbcOptions.STRICT, faults);
  }

  @Test
  void goodFileHasNeitherFaultsNorWarnings() throws IOException {
    DbcFile file = features();
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
    assertEquals("caravan test 1", file.version());
    assertEquals(List.of("Motor", "Gateway", "Display"), file.nodes());
    assertEquals(
        List.of(
            "EngineData",
            "CCVS",
            "Muxed",
            "Wide",
            "StatusOfTheSecondBatteryModuleInTheRear",
            "VeryLong"),
        file.messages().stream().map(DbcMessage::name).toList());
    assertEquals("The network; with a semicolon and\na second line, \"quoted\".", file.comment());
  }

  @Test
  void messageHasIdLengthSendersCycleTimeAndFrameFormat() throws IOException {
    DbcFile file = features();
    DbcMessage engine = Dbc.message(file, "EngineData");
    assertEquals(0x1F0, engine.id());
    assertFalse(engine.extended());
    assertEquals(8, engine.lengthBytes());
    assertEquals(20, engine.cycleTimeMs());
    assertEquals(List.of("Motor", "Gateway"), engine.senders());
    assertEquals("What the engine says.", engine.comment());
    assertFalse(engine.j1939());
    DbcMessage ccvs = Dbc.message(file, "CCVS");
    assertEquals(0x18FEF1FE, ccvs.id());
    assertTrue(ccvs.extended());
    assertTrue(ccvs.j1939());
    assertEquals(65265, ccvs.pgn());
    assertEquals(100, ccvs.cycleTimeMs());
    assertTrue(Dbc.message(file, "Wide").fd());
    assertEquals(200, Dbc.message(file, "VeryLong").lengthBytes());
  }

  @Test
  void signalHasLayoutScaleLimitsUnitAndTexts() throws IOException {
    DbcFile file = features();
    DbcSignal torque = Dbc.signal(file, "EngineData", "Torque");
    assertEquals(23, torque.startBit());
    assertEquals(12, torque.lengthBits());
    assertTrue(torque.bigEndian());
    assertEquals(Kind.SIGNED, torque.kind());
    assertEquals(0.5, torque.factor());
    assertEquals(-10, torque.offset());
    assertEquals(-1000, torque.min());
    assertEquals(1000, torque.max());
    assertEquals("Nm", torque.unit());
    DbcSignal speed = Dbc.signal(file, "EngineData", "Speed");
    assertEquals(List.of("Gateway", "Display"), speed.receivers());
    assertEquals("Over ground.\nBO_ 1 is no message here.", speed.comment());
    DbcSignal level = Dbc.signal(file, "EngineData", "Level");
    assertTrue(Double.isNaN(level.min()) && Double.isNaN(level.max()));
    assertEquals(
        Map.of(-4L, "Lowest", -1L, "Low", 0L, "Middle", 3L, "High; \"top\""), level.labels());
    assertEquals(
        Map.of(1L, "On", 0L, "Off"), Dbc.signal(file, "EngineData", "Running").labels());
    assertEquals(84, Dbc.signal(file, "CCVS", "WheelSpeed").spn());
    DbcSignal renamed = Dbc.signal(
        file,
        "StatusOfTheSecondBatteryModuleInTheRear",
        "VoltageOfTheSecondBatteryModuleInTheRear");
    assertEquals(0.001, renamed.factor());
    assertEquals(-150, renamed.offset());
    assertEquals(-100, renamed.min());
    assertEquals(127, renamed.max());
  }

  @Test
  void rangesOfExtendedMultiplexingReplaceTheMarker() throws IOException {
    DbcFile file = features();
    assertEquals(
        new DbcBranch("Page", List.of(new DbcBranch.Range(1, 1))),
        Dbc.signal(file, "Muxed", "Inner").branch().orElseThrow());
    assertEquals(
        new DbcBranch("Inner", List.of(new DbcBranch.Range(7, 7), new DbcBranch.Range(20, 30))),
        Dbc.signal(file, "Muxed", "Deep").branch().orElseThrow());
    assertTrue(Dbc.signal(file, "Muxed", "Inner").multiplexor());
    assertTrue(Dbc.signal(file, "Muxed", "Always").branch().isEmpty());
  }

  @Test
  void everyKnownBrokenFormIsToleratedWithAWarningAtItsLine() throws IOException {
    DbcFile file = Dbc.read(Dbc.resource("broken.dbc"), DbcOptions.STRICT, faults);
    DbcPlan.of(List.of(file), faults);
    assertEquals(List.of(), faults.found());
    List<String> told = faults.warnings().stream().map(Fault::toString).sorted().toList();
    List<String> wanted = List.of(
        "5:5: id 2048 of message OverElevenBits does not fit into 11 bits",
        "7:5: id 1075054137 of message Bit30 has bits 29 or 30 set",
        "12:2: signal Outside needs 3 bytes, message 0_COUNTER has 2: left out",
        "13:20: multiplex marker 'V0': taken as 'm0'",
        "13:2: signal CapitalMarker has no multiplexor: taken as always there",
        "14:2: message 0_COUNTER has two signals Overlaps: this one is called Overlaps#2",
        "17:1: messages Twice and Twice have one id 101: the last one is decoded",
        "21:19: no (factor,offset): taken as (1,0)",
        "22:20: no sign behind the byte order: taken as unsigned",
        "23:33: limits of signal OddLimits are not [number|number]",
        "25:17: no ':' behind the name of message NoColon",
        "26:2: factor 0 of signal Zero",
        "27:13: CM_ SG_ without a signal",
        "28:5: CM_ without BO_ before the id",
        "29:13: quotes inside a text",
        "30:19: a text without closing quote",
        "31:27: no ';' behind 'Zero'",
        "33:10: VAL_ names signal Missing, which message Hex does not have",
        "34:6: VAL_ names id 999, which no message has",
        "35:15: VAL_ cannot be understood: got 'NoTable'",
        "36:31: no ';' behind '50'",
        "38:26: signal Tight is called a float and has 8 bits",
        "39:23: SG_MUL_VAL_ cannot be understood: got 'Nowhere'");
    for (String one : wanted) {
      assertTrue(
          told.stream().anyMatch(line -> line.startsWith("x.dbc:" + one)), one + " in " + told);
    }
    assertEquals(wanted.size(), told.size(), String.join("\n", told));
  }

  @Test
  void brokenFormsStillMeanWhatTheyWereMeantTo() throws IOException {
    DbcFile file = Dbc.read(Dbc.resource("broken.dbc"), DbcOptions.STRICT, faults);
    assertEquals(0x800, Dbc.message(file, "OverElevenBits").id());
    assertTrue(Dbc.message(file, "OverElevenBits").extended());
    assertEquals(0x140639, Dbc.message(file, "Bit30").id());
    assertTrue(Dbc.message(file, "Bit30").extended());
    assertEquals(0.25, Dbc.signal(file, "Bit30", "Plain").factor());
    assertEquals(-0.5, Dbc.signal(file, "Bit30", "Plain").offset());
    assertEquals(0x66, Dbc.message(file, "Hex").id());
    assertEquals(50, Dbc.message(file, "Hex").cycleTimeMs());
    assertEquals(10, Dbc.message(file, "0_COUNTER").cycleTimeMs());
    assertEquals("No signal named.", Dbc.message(file, "0_COUNTER").comment());
    assertEquals("An \"inner\" quote; and more.", Dbc.message(file, "Hex").comment());
    assertEquals("Never closed", Dbc.signal(file, "Hex", "Tight").comment());
    assertEquals(
        Map.of(1L, "One", 0L, "Zero"), Dbc.signal(file, "0_COUNTER", "2017_5").labels());
    assertEquals(Map.of(1L, "Yes", 0L, "No"), Dbc.signal(file, "Hex", "Tight").labels());
    DbcSignal spaced = Dbc.signal(file, "Hex", "Spaced");
    assertEquals("km / h", spaced.unit());
    assertEquals(List.of("A", "B", "C"), spaced.receivers());
    DbcPlan plan = DbcPlan.of(List.of(file), faults);
    assertEquals(
        List.of(
            "2017_5=165=165.0=One".replace("=One", ""),
            "Overlaps=202=202.0",
            "CapitalMarker=165=165.0",
            "Overlaps#2=12=12.0"),
        Dbc.decoded(plan, Dbc.frame(100, 0, "a53c")).stream()
            .map(one -> one.replace("Overlaps=202=202.0", "Overlaps=202=202.0"))
            .toList());
    assertEquals(List.of("New=2=2.0"), Dbc.decoded(plan, Dbc.frame(101, 0, "0102")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "BO_ x Name: 8 A ~ 5:5: message cannot be understood: got 'x'; want a message id",
        "BO_ 4294967296 Name: 8 A ~ 5:5: message cannot be understood: got '4294967296'",
        "BO_ 1 Name: eight A ~ 5:13: message cannot be understood: got 'eight'; want a length",
        "BO_ 1 ~ 5:6: message cannot be understood: got the end of the line; want a name",
        "BO 1 Name: 8 A ~ 5:1: no known statement: 'BO'; want BO_",
        "SG 1 ~ 5:1: no known statement: 'SG'; want SG_",
        "SG_ S : 0|8@1+ (1,0) [0|0] \"\" A ~ 5:1: signal cannot be understood: got 'SG_'",
      })
  void badMessageLineIsAFaultWithItsPlaceOrLeftOut(String line, String wanted) {
    String text = HEAD + line + "\nBO_ 7 Good: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n";
    checkBadLine(text, wanted, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "SG_ Bad Name : 0|8@1+ (1,0) [0|0] \"\" A ~ 6:10: signal cannot be understood: got 'Name'",
        "SG_ Bad : x|8@1+ (1,0) [0|0] \"\" A ~ 6:12: signal cannot be understood: got 'x'; want a start",
        "SG_ Bad : 0,8@1+ (1,0) [0|0] \"\" A ~ 6:13: signal cannot be understood: got ','; want '|'",
        "SG_ Bad : 0|-1@1+ (1,0) [0|0] \"\" A ~ 6:14: signal cannot be understood: got '-1'; want a len",
        "SG_ Bad : 0|8 (1,0) [0|0] \"\" A ~ 6:16: signal cannot be understood: got '('; want '@'",
        "SG_ Bad : 0|8@7+ (1,0) [0|0] \"\" A ~ 6:16: signal cannot be understood: got '7+'; want byte",
        "SG_ Bad : 0|8@1+ (1,5,0) [0|0] \"\" A ~ 6:23: signal cannot be understood: got ','; want ')'",
        "SG_ Bad : 0|8@1+ (1e999,0) [0|0] \"\" A ~ 6:20: signal cannot be understood: got '1e999'; want a fac",
        "SG_ Bad : 0|8@1+ (0,5,-40,0) [0|0] \"\" A ~ 6:23: signal cannot be understood: got ','; want ')'",
        "SG_ Bad : 0|8@1+ (one,0) [0|0] \"\" A ~ 6:20: signal cannot be understood: got 'one'; want a fac",
        "SG_ Bad x0 : 0|8@1+ (1,0) [0|0] \"\" A ~ 6:10: signal cannot be understood: got 'x0'; want ':'",
        "SG_ ~ 6:5: signal cannot be understood: got the end of the line; want a name",
      })
  void badSignalLineIsAFaultWithItsPlaceOrLeftOut(String line, String wanted) {
    String text = HEAD + "BO_ 7 Good: 8 A\n " + line + "\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n";
    checkBadLine(text, wanted, 1);
  }

  private void checkBadLine(String text, String wanted, int signals) {
    Dbc.read(text, DbcOptions.STRICT, faults);
    assertEquals(1, faults.found().size(), faults.found().toString());
    String told = faults.found().get(0).toString();
    assertTrue(told.startsWith("x.dbc:" + wanted), told);
    Faults tolerated = new Faults();
    DbcFile file = Dbc.read(text, DbcOptions.TOLERANT, tolerated);
    assertEquals(List.of(), tolerated.found());
    assertEquals(1, tolerated.warnings().size());
    assertEquals(told + "; left out", tolerated.warnings().get(0).toString());
    assertEquals(signals, Dbc.message(file, "Good").signals().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r", "\n\n"})
  void anyLineEndWillDo(String end) throws IOException {
    String text = new String(Dbc.resource("features.dbc"), StandardCharsets.UTF_8);
    DbcFile usual = features();
    DbcFile other = Dbc.read(text.replace("\n", end), DbcOptions.STRICT, faults);
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
    assertEquals(
        usual.messages().stream().map(DbcMessage::hexId).toList(),
        other.messages().stream().map(DbcMessage::hexId).toList());
    assertEquals(
        Dbc.signal(usual, "EngineData", "Level").labels(),
        Dbc.signal(other, "EngineData", "Level").labels());
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, °C, false",
    "windows-1252, °C, false",
    "GB18030, 转速, true",
    "UTF-8, 转速, false",
    "windows-1252, Öl-Temperatur für Größe, false",
    "UTF-16, °C, true"
  })
  void encodingIsFoundOut(String charset, String text, boolean warns) {
    // A byte order mark of UTF-8 is in the next test.
    String file = HEAD + "BO_ 7 M: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"" + text + "\" A\n";
    byte[] content = file.getBytes(Charset.forName(charset));
    assertEquals(
        text, Dbc.signal(Dbc.read(content, DbcOptions.STRICT, faults), "M", "S").unit());
    assertEquals(warns, !faults.warnings().isEmpty(), faults.warnings().toString());
  }

  @Test
  void byteOrderMarkAndNulBytesAreSkipped() {
    String text = "\uFEFFVERSION \"\"\nBO_ 7 M: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n\0\u001A";
    DbcFile file = Dbc.read(text, DbcOptions.STRICT, faults);
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
    assertEquals(1, file.messages().size());
  }

  @Test
  void encodingThatIsToldWins() {
    byte[] content = (HEAD + "BO_ 7 M: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"转速\" A\n")
        .getBytes(Charset.forName("GB18030"));
    DbcOptions told = new DbcOptions(DbcOptions.Encoding.GB18030, true, DbcOptions.J1939.AUTO);
    assertEquals("转速", Dbc.signal(Dbc.read(content, told, faults), "M", "S").unit());
    assertEquals(List.of(), faults.warnings());
    DbcOptions wrong = new DbcOptions(DbcOptions.Encoding.UTF_8, true, DbcOptions.J1939.AUTO);
    Dbc.read(content, wrong, faults);
    assertEquals(
        "not all of the text is UTF-8: what is not reads as U+FFFD",
        faults.warnings().get(0).what());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "{\"a\": 1}", "\0\0\0", "\"", "//", "PK\3\4"})
  void whatIsNoDbcFileIsAFault(String text) {
    Dbc.read(text, DbcOptions.TOLERANT, faults);
    assertEquals(
        "x.dbc:1:1: not a dbc file: no statement found; want a line that begins with BO_",
        faults.found().get(0).toString());
  }

  @Test
  void fileThatIsNotThereIsAFault() {
    Path path = Path.of("nowhere.dbc");
    DbcFile file = DbcFile.read(path, DbcOptions.TOLERANT, faults);
    assertEquals(
        "nowhere.dbc: no such file; want a dbc file", faults.found().get(0).toString());
    assertEquals(List.of(), file.messages());
  }

  @Test
  void circleOfMultiplexorsIsCut() {
    String text = HEAD + "BO_ 7 M: 8 A\n"
        + " SG_ S m1M : 0|8@1+ (1,0) [0|0] \"\" A\n SG_ T m1M : 8|8@1+ (1,0) [0|0] \"\" A\n"
        + "SG_MUL_VAL_ 7 S T 1-1;\nSG_MUL_VAL_ 7 T S 1-1;\n";
    DbcFile file = Dbc.read(text, DbcOptions.STRICT, faults);
    assertTrue(faults.warnings().toString().contains("hangs on itself"));
    DbcPlan plan = DbcPlan.of(List.of(file), faults);
    assertEquals(List.of("S=1=1.0", "T=1=1.0"), Dbc.decoded(plan, Dbc.frame(7, 0, "0101")));
  }
}
