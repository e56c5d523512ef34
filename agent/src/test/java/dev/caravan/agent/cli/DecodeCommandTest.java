package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DecodeCommandTest {
  private static final String DBC = resource("/cli/decode.dbc");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static String resource(String name) {
    try {
      return Path.of(
              Objects.requireNonNull(DecodeCommandTest.class.getResource(name)).toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static DecodeRun json(String log) {
    return DecodeRun.of(log, "--dbc", DBC, "-f", "json");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      (1398128223.803317) can0 166#70020000640102FF | {"t":1398128223.803317,"bus":"can0","id":"0x166","ext":false,"message":"EngineData","signals":{"Speed":{"raw":624,"value":62.400000000000006,"unit":"km/h"},"Gear":{"raw":0,"value":0,"unit":"","label":"neutral"},"Oil":{"raw":0,"value":-40,"unit":"°C"}}}
      (1398128223.8033179) can1 166#F4010F64        | {"t":1398128223.803317,"bus":"can1","id":"0x166","ext":false,"message":"EngineData","signals":{"Speed":{"raw":500,"value":50,"unit":"km/h"},"Gear":{"raw":-1,"value":-1,"unit":"","label":"reverse"},"Oil":{"raw":100,"value":60,"unit":"°C"}}}
      (1.5) can0 166#000001                         | {"t":1.500000,"bus":"can0","id":"0x166","ext":false,"message":"EngineData","signals":{"Speed":{"raw":0,"value":0,"unit":"km/h"},"Gear":{"raw":1,"value":1,"unit":"","label":"say \\"one\\""}}}
      (1.5) can0 166#                               | {"t":1.500000,"bus":"can0","id":"0x166","ext":false,"message":"EngineData","signals":{}}
      (1.5) can0 200#FFFFFFFFFFFFFFFF               | {"t":1.500000,"bus":"can0","id":"0x200","ext":false,"message":"Wide","signals":{"Count":{"raw":18446744073709551615,"value":18446744073709551615,"unit":""}}}
      (1.5) can0 201#8000000000000000               | {"t":1.500000,"bus":"can0","id":"0x201","ext":false,"message":"Deep","signals":{"Level":{"raw":-9223372036854775808,"value":-9223372036854775808,"unit":""}}}
      (1.5) can0 202#0000C07F0000803F               | {"t":1.500000,"bus":"can0","id":"0x202","ext":false,"message":"Floats","signals":{"Small":{"raw":"NaN","value":"NaN","unit":"V"},"Half":{"raw":1,"value":0.5,"unit":"V"}}}
      (1.5) can0 202#000080FFCDCCCC3D               | {"t":1.500000,"bus":"can0","id":"0x202","ext":false,"message":"Floats","signals":{"Small":{"raw":"-Infinity","value":"-Infinity","unit":"V"},"Half":{"raw":0.10000000149011612,"value":0.05000000074505806,"unit":"V"}}}
      (1.5) can0 203#0005060708                     | {"t":1.500000,"bus":"can0","id":"0x203","ext":false,"message":"Branches","signals":{"Which":{"raw":0,"value":0,"unit":""},"First":{"raw":5,"value":5,"unit":""}}}
      (1.5) can0 203#0105060708                     | {"t":1.500000,"bus":"can0","id":"0x203","ext":false,"message":"Branches","signals":{"Which":{"raw":1,"value":1,"unit":""},"Second":{"raw":1541,"value":1541,"unit":""}}}
      (1.5) can0 18FEE700#01000000                  | {"t":1.500000,"bus":"can0","id":"0x18FEE700","ext":true,"message":"Truck","signals":{"Odometer":{"raw":1,"value":0.125,"unit":"km"}}}
      166#F401                                      | {"t":0.000000,"bus":"","id":"0x166","ext":false,"message":"EngineData","signals":{"Speed":{"raw":500,"value":50,"unit":"km/h"}}}
      """)
  void frameBecomesOneObject(String line, String wanted) {
    assertEquals(new DecodeRun(0, List.of(wanted), ""), json(line + "\n"));
  }

  /** Products and sums by hand. */
  @Test
  void wholeValuesAreExactWhateverTheirSize() throws IOException {
    Path dbc = Files.writeString(folder.resolve("large.dbc"), """
        VERSION ""
        BU_: A
        BO_ 1 Large: 24 A
         SG_ Base : 0|8@1+ (1,9007199254740993) [0|0] "" A
         SG_ Steps : 8|8@1+ (1000000000000000003,1e23) [0|0] "" A
         SG_ Count : 16|64@1+ (2,1) [0|0] "" A
         SG_ Depth : 80|64@1- (-1,-1e3) [0|0] "" A
         SG_ Trip : 144|16@1+ (0.001,0) [0|0] "m" A
        """);
    String log =
        "(1.0) can0 001##105" + "07" + "FFFFFFFFFFFFFFFF" + "0000000000000080" + "F00E00000000\n";
    String json = DecodeRun.of(log, "--dbc", dbc.toString(), "-f", "json").out().get(0);
    List<String> wanted = List.of(
        "\"Base\":{\"raw\":5,\"value\":9007199254740998,",
        "\"Steps\":{\"raw\":7,\"value\":100007000000000000000021,",
        "\"Count\":{\"raw\":18446744073709551615,\"value\":36893488147419103231,",
        "\"Depth\":{\"raw\":-9223372036854775808,\"value\":9223372036854774808,",
        "\"Trip\":{\"raw\":3824,\"value\":3.8240000000000003,");
    wanted.forEach(each -> assertTrue(json.contains(each), () -> each + " in " + json));
    String text = DecodeRun.of(log, "--dbc", dbc.toString()).out().get(0);
    assertTrue(
        text.endsWith("  Base=9007199254740998  Steps=100007000000000000000021"
            + "  Count=36893488147419103231  Depth=9223372036854774808  Trip=3.824 m"),
        text);
  }

  @Test
  void tableHasARowForEachSignalAndOneForAFrameWithoutAny() throws IOException {
    Path dbc = Files.writeString(folder.resolve("cells.dbc"), """
        VERSION ""
        BU_: A
        BO_ 358 Engine: 8 A
         SG_ Speed : 0|16@1+ (0.1,0) [0|0] "km/h" A
         SG_ Gear : 16|8@1- (1,0) [0|0] "a,b" A
        BO_ 359 Float: 4 A
         SG_ Level : 0|32@1- (1,0) [0|0] "" A
        SIG_VALTYPE_ 359 Level : 1;
        VAL_ 358 Gear 1 "first; low" -1 "reverse" ;
        """);
    String log = """
        (1398128223.803317) can0 166#7002010000000000
        (2.0) can0 166#F401FF
        (2.5) can0 166#
        (3.0) can,1 167#0000C07F
        (4.0) can0 123#D032
        (5.0) can0 166#R4
        (6.0) can0 00000166#00
        """;
    assertEquals(
        List.of(
            "t,bus,id,ext,message,signal,raw,value,unit,label,quality,data",
            "1398128223.803317,can0,0x166,false,Engine,Speed,624,62.400000000000006,km/h,,ok,",
            "1398128223.803317,can0,0x166,false,Engine,Gear,1,1,\"a,b\",first; low,ok,",
            "2.000000,can0,0x166,false,Engine,Speed,500,50,km/h,,ok,",
            "2.000000,can0,0x166,false,Engine,Gear,-1,-1,\"a,b\",reverse,ok,",
            "2.500000,can0,0x166,false,Engine,,,,,,,",
            "3.000000,\"can,1\",0x167,false,Float,Level,NaN,NaN,,,ok,",
            "4.000000,can0,0x123,false,,,,,,,,D032",
            "5.000000,can0,0x166,false,,,,,,,,R4",
            "6.000000,can0,0x00000166,true,,,,,,,,00"),
        DecodeRun.of(log, "--dbc", dbc.toString(), "-f", "csv", "--all").out());
  }

  @Test
  void unknownRemoteAndErrorFramesArePrintedOnlyWithAll() {
    String log = """
        (1.0) can0 123#D032
        (2.0) can0 166#R4
        (3.0) can0 20000004#0010000000000000
        (4.0) can0 00000166#00
        """;
    assertEquals(
        new DecodeRun(
            0, List.of(), "standard input: frames 4, and no DBC file knows any of them\n"),
        json(log));
    assertEquals(
        List.of(
            "{\"t\":1.000000,\"bus\":\"can0\",\"id\":\"0x123\",\"ext\":false,\"message\":null,"
                + "\"data\":\"D032\"}",
            "{\"t\":2.000000,\"bus\":\"can0\",\"id\":\"0x166\",\"ext\":false,\"message\":null,"
                + "\"data\":\"\",\"remote\":true}",
            "{\"t\":3.000000,\"bus\":\"can0\",\"id\":\"0x20000004\",\"ext\":false,"
                + "\"message\":null,\"data\":\"0010000000000000\",\"error\":true}",
            "{\"t\":4.000000,\"bus\":\"can0\",\"id\":\"0x00000166\",\"ext\":true,"
                + "\"message\":null,\"data\":\"00\"}"),
        DecodeRun.of(log, "--dbc", DBC, "-f", "json", "--all").out());
  }

  @Test
  void textIsInColumns() {
    String log = """
        (1398128223.803317) can0 166#F4010F64
        (1398128223.803318) can0 18FEE700#01000000
        (1398128223.803319) can0 200#FFFFFFFFFFFFFFFF
        (1398128223.803320) vcan0 123#D032
        (1398128223.803321) can0 123#R2
        """;
    assertEquals(
        List.of(
            "1398128223.803317  can0       166  EngineData  Speed=50 km/h  Gear=-1 \"reverse\""
                + "  Oil=60 °C",
            "1398128223.803318  can0  18FEE700  Truck       Odometer=0.125 km",
            "1398128223.803319  can0       200  Wide        Count=18446744073709551615",
            "1398128223.803320  vcan0       123  -           D0 32",
            "1398128223.803321  can0        123  -           remote request, length 2"),
        DecodeRun.of(log, "--dbc", DBC, "--all", "-").out());
  }

  @Test
  void terminalGetsColours() throws IOException {
    Faults faults = new Faults();
    DbcPlan plan =
        DbcPlan.of(List.of(DbcFile.read(Path.of(DBC), DbcOptions.TOLERANT, faults)), faults);
    DbcReading reading = plan.newReading();
    CanFrame frame = new CanFrame().set(0, 0x166, 0, new byte[] {0, 0, 1}, 0, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineOutput out = new LineOutput(bytes);
    DecodedText text = new DecodedText(out, plan, true);
    assertTrue(plan.read(frame, reading));
    text.known(frame, reading);
    text.unknown(frame);
    out.flush();
    assertEquals("""
        0.000000             166  ^[36mEngineData^[0m  Speed=0 km/h  Gear=1 ^[33m"say "one""^[0m
        0.000000             166  ^[2m-           00 00 01^[0m
        """, bytes.toString(StandardCharsets.UTF_8).replace("\u001b", "^"));
  }

  @Test
  void linesThatCannotBeReadAreSummedUpByKind() {
    DecodeRun run = json("""
        nonsense
        (1.0) can0 166#F4010F6
        (1.5) can0 166#F401
        (2.0) can0 166#F4010F6
        """);
    assertEquals(0, run.exitCode());
    assertEquals(1, run.out().size());
    assertEquals(
        "standard input: lines that could not be read: 3; 1 of no known form (first: line 1), "
            + "2 payload not pairs of hex digits (first: line 2)\n",
        run.err());
  }

  @Test
  void logOfWhichNothingCanBeReadIsAFailure() {
    assertEquals(1, json("nonsense\nmore of it\n").exitCode());
    String none = "standard input: no frame in it\n";
    assertEquals(new DecodeRun(0, List.of(), none), json("; only a comment\n"));
    assertEquals(new DecodeRun(0, List.of(), none), json(""));
  }

  @Test
  void fileThatIsNoLogIsRefusedByName() {
    DecodeRun blf = json("LOGG\u0001\u0000\u0000\u0000");
    assertEquals(1, blf.exitCode());
    assertEquals(
        "standard input: a BLF log (Vector); write it as text first:"
            + " python3 -m can.logconvert in.blf out.log (python-can)\n",
        blf.err());
    DecodeRun table = json("Time;Value\n1;2\n");
    assertEquals(1, table.exitCode());
    assertTrue(
        table.err().startsWith("standard input: a table with the columns Time, Value: not known;"),
        table.err());
  }

  @Test
  void timeBeforeTheTriggerHasASignAndTimeThatFallsIsRemarked() {
    DecodeRun run = json("(-0.25) can0 166#F401\n(-0.5) can0 166#F401\n");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().get(0).startsWith("{\"t\":-0.250000,"), run.out().get(0));
    assertTrue(
        run.err().startsWith("standard input: line 2: time runs backwards, by 0.250000 s"),
        run.err());
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    String none = folder.resolve("none").toString();
    assertEquals(
        new DecodeRun(2, List.of(), none + ": no such file\n"),
        DecodeRun.of("", "--dbc", DBC, none));
    assertEquals(
        new DecodeRun(2, List.of(), folder + ": want a file, got a folder\n"),
        DecodeRun.of("", "--dbc", DBC, folder.toString()));
    DecodeRun noDbc = DecodeRun.of("", "--dbc", DBC, "--dbc", none);
    assertEquals(2, noDbc.exitCode());
    assertTrue(noDbc.err().startsWith(none + ": no such file"), noDbc.err());
  }

  @Test
  void wrongUsageIsExitCode2() {
    assertEquals(2, DecodeRun.of("").exitCode());
    assertEquals(2, DecodeRun.of("", "--dbc", DBC, "-f", "xml").exitCode());
    assertEquals(2, DecodeRun.of("", "--dbc", DBC, "a.log", "b.log").exitCode());
    assertTrue(
        DecodeRun.of("", "--dbc", DBC, "-f", "xml").err().contains("want text, json or csv"));
  }

  @Test
  void oddDbcIsWarnedOf() throws IOException {
    Path odd = Files.writeString(
        folder.resolve("odd.dbc"), Files.readString(Path.of(DBC)) + "VAL_ 358 Nowhere 1 \"x\";\n");
    DecodeRun run = DecodeRun.of("(1.5) can0 166#F401\n", "--dbc", odd.toString());
    assertEquals(0, run.exitCode());
    assertEquals(1, run.out().size());
    assertEquals(1, run.err().lines().count());
    assertTrue(run.err().startsWith(odd + ":"), run.err());
  }

  @Test
  void packedAscLogOfAFileIsDecoded() throws IOException {
    Path log = folder.resolve("drive.asc.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(log))) {
      out.write("""
          date Wed Nov 23 18:37:07.000 2016
          base hex  timestamps absolute
             0.250000 1  166             Rx   d 2 F4 01
          """.getBytes(StandardCharsets.UTF_8));
    }
    DecodeRun run = DecodeRun.of("", "--dbc", DBC, "-f", "json", log.toString());
    assertEquals(
        List.of("{\"t\":1479926227.250000,\"bus\":\"1\",\"id\":\"0x166\",\"ext\":false,"
            + "\"message\":\"EngineData\",\"signals\":{\"Speed\":{\"raw\":500,\"value\":50,"
            + "\"unit\":\"km/h\"}}}"),
        run.out());
  }

  @Test
  void readerThatGoesAwayEndsItQuietlyAndAFullDiskDoesNot() {
    byte[] log = "(1.5) can0 166#F401\n".repeat(5000).getBytes(StandardCharsets.UTF_8);
    assertEquals(new DecodeRun(0, List.of(), ""), failing("Broken pipe", log));
    assertEquals(
        new DecodeRun(1, List.of(), "cannot write: No space left on device\n"),
        failing("No space left on device", log));
  }

  private static DecodeRun failing(String why, byte[] log) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(
        new DecodeCommand(new ByteArrayInputStream(log), LineOutputTest.failing(why)));
    command.setErr(new PrintWriter(err, true));
    return new DecodeRun(command.execute("--dbc", DBC), List.of(), err.toString());
  }

  @Test
  void whatWasDecodedBeforeTheLogFailedIsPrinted() {
    InputStream log = new InputStream() {
      private final InputStream good =
          new ByteArrayInputStream("(1.5) can0 166#F401\n".getBytes(StandardCharsets.UTF_8));

      @Override
      public int read() throws IOException {
        return good.read();
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        int read = good.read(target, from, length);
        if (read < 0) {
          throw new IOException("input/output error");
        }
        return read;
      }
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new DecodeCommand(log, out));
    command.setErr(new PrintWriter(err, true));
    assertEquals(1, command.execute("--dbc", DBC));
    assertEquals(1, out.toString(StandardCharsets.UTF_8).lines().count());
    assertEquals("standard input: cannot be read on: input/output error\n", err.toString());
  }

  @Test
  void tableOfQualitiesSaysWhichValuesAreNone() throws IOException {
    Path dbc = Files.writeString(
        folder.resolve("a.dbc"),
        "BO_ 256 M: 8 A\n SG_ S : 0|12@1+ (0.5,0) [0|0] \"V\" A\nVAL_ 256 S 4095 \"SNA\" ;\n");
    Path table = Files.writeString(
        folder.resolve("q.yaml"),
        "{labels: {not_available: [sna]}, signals: [{match: M.S, error: [0xFFE]}]}\n");
    String log = "(1.5) can0 100#FF0F\n(1.5) can0 100#FE0F\n(1.5) can0 100#FD0F\n";
    DecodeRun run = DecodeRun.of(log, "--dbc", dbc.toString(), "--qualities", table.toString());
    assertEquals(
        List.of(
            "1.500000  can0       100  M  S=2047.5 V \"SNA\" (not available)",
            "1.500000  can0       100  M  S=2047 V (error)",
            "1.500000  can0       100  M  S=2046.5 V"),
        run.out());
    assertEquals(0, run.exitCode());
    Files.writeString(table, "{labels: {nothing: [sna]}}\n");
    DecodeRun wrong = DecodeRun.of(log, "--dbc", dbc.toString(), "--qualities", table.toString());
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.err().startsWith(table + ":1:11: labels.nothing: unknown key"), wrong.err());
  }

  @Test
  void encodingOfTheDbcFilesIsTold() throws IOException {
    String text = "BO_ 256 M: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"ソ\" A\n";
    Path dbc = Files.write(folder.resolve("a.dbc"), text.getBytes("windows-31j"));
    DecodeRun run =
        DecodeRun.of("(1.5) can0 100#05\n", "--dbc", dbc.toString(), "--encoding", "shift-jis");
    assertEquals(List.of("1.500000  can0       100  M  S=5 ソ"), run.out());
    assertEquals("", run.err());
    DecodeRun wrong = DecodeRun.of("", "--dbc", dbc.toString(), "--encoding", "sjis");
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.err().contains("--encoding: want one of auto, utf-8"), wrong.err());
  }
}
