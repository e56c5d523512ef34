package dev.caravan.agent.decode.vss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcBus;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTest {
  private static final String DBC = """
      BO_ 257 Eng: 8 X
       SG_ Spd : 0|16@1+ (0.01,0) [0|600] "km/h" X
       SG_ Tilt : 16|8@1+ (0.02,0) [0|5] "V" X
       SG_ Gear : 24|3@1+ (1,0) [0|7] "" X
       SG_ Belt : 27|2@1+ (1,0) [0|3] "" X
       SG_ BE : 39|16@0- (0.5,-10) [0|0] "Nm" X
      BO_ 2566844158 Ext: 8 X
       SG_ Fl : 0|32@1- (1,0) [0|0] "" X
       SG_ Spd : 32|16@1+ (1,0) [0|0] "km/h" X
      VAL_ 257 Gear 0 "P" 1 "R" 7 "SNA" ;
      VAL_ 257 Belt 0 "OFF" 1 "ON" 2 "SNA" ;
      SIG_VALTYPE_ 2566844158 Fl : 1;
      """;

  private final Path folder;
  private final Faults faults = new Faults();

  ForeignTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private VssMapping mapping(String text) throws IOException {
    return VssMapping.read(Files.writeString(folder.resolve("m"), text), faults);
  }

  private SignalTable signals(VssMapping mapping) throws IOException {
    SignalTable table = new SignalTable(mapping);
    Path dbc = Files.writeString(folder.resolve("a.dbc"), DBC);
    DbcDecoder unused = DbcDecoder.of(
        "can0",
        List.of(new DbcSettings(dbc, DbcOptions.STRICT, Optional.empty())),
        DbcBus.USUAL,
        table,
        new Health(),
        faults);
    return table;
  }

  private List<String> paths(String text) throws IOException {
    return signals(mapping(text)).signals().stream().map(Signal::path).toList();
  }

  private SignalSpec spec(SignalTable table, String path) {
    return table.signals().stream()
        .filter(signal -> signal.path().equals(path))
        .findFirst()
        .orElseThrow()
        .spec();
  }

  private static List<String> told(List<Fault> found) {
    return found.stream()
        .map(each -> each.where().replaceFirst(".*/", "") + " " + each.what())
        .toList();
  }

  private static String leaf(String path, String type, String rest) {
    return path + ": {type: sensor, datatype: " + type + ", dbc2vss: {interval_ms: 100, " + rest
        + "}}\n";
  }

  // KUKSA

  @Test
  void overlayNamesSignalsOfAnyMessage() throws IOException {
    assertEquals(
        List.of(
            "can0.Eng.Spd",
            "can0.Eng.Tilt",
            "Vehicle.Private.Gear",
            "can0.Eng.Belt",
            "Vehicle.Powertrain.ElectricMotor.Torque",
            "can0.Ext.Fl",
            "can0.Ext.Spd"),
        paths(leaf("Vehicle.Powertrain.ElectricMotor.Torque", "int16", "signal: BE")
            + leaf("Vehicle.Private.Gear", "uint8", "signal: Gear")));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void treeOfJsonIsReadLikeTheOverlay() throws IOException {
    assertTrue(paths("""
        {
        \t"Vehicle": {"type": "branch", "children": {"Private": {"type": "branch", "children": {
        \t\t"Gear": {"datatype": "uint8", "type": "sensor", "dbc": {"signal": "Gear", "on_change": true}}}}}}
        }
        """).contains("Vehicle.Private.Gear"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void formulaBecomesFactorAndOffset() throws IOException {
    SignalTable table = signals(mapping(leaf(
        "Vehicle.Body.Mirrors.DriverSide.Tilt",
        "int8",
        "signal: Tilt, transform: {math: \"floor((x*40)-100)\"}")));
    SignalSpec tilt = spec(table, "Vehicle.Body.Mirrors.DriverSide.Tilt");
    // 2 V is raw 100, and -20 percent
    assertEquals(-20, tilt.scale().physical(100));
    assertEquals("percent", tilt.unit());
    assertEquals(-100, tilt.min());
    assertEquals(100, tilt.max());
    assertTrue(told(faults.warnings())
        .toString()
        .contains("'floor((x*40)-100)': the rounding is left out, values keep their fractions"));
  }

  @Test
  void labelsBecomeLabels() throws IOException {
    SignalTable table = signals(
        mapping(
            leaf(
                "Vehicle.Private.Gear",
                "string",
                "signal: Gear, transform: {mapping: [{from: P, to: PARK}, {from: R, to: \"BACK \\\"1\\\"\"}, {from: 5, to: five}, {from: X, to: x}]}")));
    assertEquals(
        Map.of(0L, "PARK", 1L, "BACK \"1\"", 5L, "five"),
        spec(table, "Vehicle.Private.Gear").labels());
  }

  @Test
  void numbersOfLabelsMustBeThoseOfTheBus() throws IOException {
    String belt =
        "signal: Belt, transform: {mapping: [{from: OFF, to: false}, {from: ON, to: true}]}";
    assertTrue(
        paths(leaf("Vehicle.Private.Belt", "boolean", belt)).contains("Vehicle.Private.Belt"));
    assertTrue(paths(leaf("Vehicle.Private.Belt", "boolean", belt.replace("ON", "SNA")))
        .contains("can0.Eng.Belt"));
    assertTrue(told(faults.warnings())
        .toString()
        .contains(
            "Vehicle.Private.Belt.dbc2vss: is left out: Vehicle.Private.Belt of can0.Eng.Belt: its label SNA is to become 1, and is 2; the"
                + " signal keeps its decoder's name"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      signal: Gear, transform: {math: "x^2"}                | .transform.math: is left out: 'x^2' is more than a factor and an offset of x; the signal keeps its decoder's name
      signal: Gear, transform: {mapping: [{from: 1, to: 2}]} | .transform.mapping: is left out: it makes other numbers of numbers; the signal keeps its decoder's name
      signal: Gear, transform: {mapping: [{from: P, to: 0}, {from: R, to: r}]} | .transform.mapping: is left out: it makes texts and numbers of one signal; the signal keeps its decoder's name
      signal: Gear, multiplexer: [{signal: Belt, value: 1}] | .multiplexer: is left out: the DBC file itself must say which multiplexor Gear hangs on; the signal keeps its decoder's name
      """)
  void whatDoesNotCarryOverIsSaidByName(String rest, String wanted) throws IOException {
    assertTrue(paths(leaf("Vehicle.Private.Gear", "uint8", rest)).contains("can0.Eng.Gear"));
    assertTrue(
        told(faults.warnings()).toString().contains("Vehicle.Private.Gear.dbc2vss" + wanted));
  }

  @Test
  void partsThatHaveNoPlaceAreSaidByName() throws IOException {
    VssMapping mapping = mapping(
        "Vehicle.Private.A: {datatype: uint8, type: actuator, dbc2vss: {signal: Gear, speed: 5}, vss2dbc: {signal: G}}\n"
            + leaf("Vehicle.Private.B", "uint8", "signal: Gear"));
    assertEquals(1, mapping.size());
    assertEquals(
        List.of(
            "m:1:85 Vehicle.Private.A.dbc2vss.speed: is left out: not known here",
            "m:1:98 Vehicle.Private.A.vss2dbc: is left out: nothing is written to a bus",
            "m:2:61 Vehicle.Private.B.dbc2vss: is left out: Vehicle.Private.B is of the signal *.*.Gear, which is"
                + " Vehicle.Private.A already; a signal has one name"),
        told(faults.warnings()).stream()
            .filter(each -> each.contains("is left out"))
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      interval_ms: 1                                 | .signal: missing
      signal: [a]                                    | .signal: want a text, got a list
      signal: a b                                    | .signal: want the name of a DBC signal, got 'a b'
      signal: a, on_change: 1                        | .on_change: want true or false, got '1'
      signal: a, interval_ms: -1                     | .interval_ms: want 0..604800000, got -1
      signal: a, transform: 5                        | .transform: want {math: FORMULA} or {mapping: [{from: .., to: ..}]}
      signal: a, transform: {}                       | .transform: want {math: FORMULA} or {mapping: [{from: .., to: ..}]}
      signal: a, transform: {math: x, mapping: []}   | .transform: want {math: FORMULA} or {mapping: [{from: .., to: ..}]}
      signal: a, transform: {mapping: []}            | .transform.mapping: want a list of {from: .., to: ..}
      signal: a, transform: {mapping: [{from: 1}]}   | .transform.mapping[0]: want {from: .., to: ..}
      """)
  void faultOfAnOverlaySaysWhatIsWanted(String rest, String wanted) throws IOException {
    VssMapping unused =
        mapping("Vehicle.Private.Gear: {datatype: uint8, dbc2vss: {" + rest + "}}\n");
    assertEquals("Vehicle.Private.Gear.dbc2vss" + wanted, faults.found().get(0).what());
  }

  @Test
  void treeWithoutSuchALeafIsAFault() throws IOException {
    VssMapping unused = mapping("Vehicle.Speed: {datatype: float, type: sensor}\nSignals: []\n");
    assertEquals(
        "no leaf has dbc2vss; want one that does, or a mapping, signals: [{from, to, unit}]",
        faults.found().get(0).what());
  }

  @Test
  void overlayOfTheToolItselfIsRead() throws IOException {
    Path file = ReferenceData.require("vss/dbc_overlay.vspec");
    List<String> lines = VssTemplate.of(file, faults);
    assertEquals(List.of(), faults.found());
    String all = String.join("\n", lines);
    // each leaf that has one is a line, or is said to be left out
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("Vehicle.")) {
        assertTrue(all.contains(line.replace(":", "").strip()), line);
      }
    }
    assertTrue(all.contains("#   - {match: Vehicle.Speed, period: 100ms}"));
  }

  // FleetWise

  private static String can(String name, String rest) {
    return "{\"fullyQualifiedName\": \"" + name
        + "\", \"interfaceId\": \"1\", \"type\": \"CAN_SIGNAL\", \"canSignal\": {" + rest + "}}";
  }

  private static final String SPEED =
      "\"messageId\": 257, \"isBigEndian\": false, \"isSigned\": false, \"startBit\": 0, \"length\": 16,"
          + " \"factor\": 0.01, \"offset\": 0";

  // big-endian: 39|16@0 begins at bit 7 of byte 4 and ends with bit 0 of byte 5, which is 40
  private static final String TORQUE =
      "\"messageId\": 257, \"isBigEndian\": true, \"isSigned\": true, \"startBit\": 40, \"length\": 16,"
          + " \"factor\": 0.5, \"offset\": -10.0, \"name\": \"other\"";

  private static final String FLOAT =
      "\"messageId\": 419360510, \"isBigEndian\": false, \"isSigned\": true, \"startBit\": 0, \"length\": 32,"
          + " \"factor\": 1, \"offset\": 0, \"signalValueType\": \"FLOATING_POINT\"";

  @Test
  void decodersNameWhatStandsAtTheirPlace() throws IOException {
    assertEquals(
        List.of(
            "Vehicle.Eng.Spd",
            "can0.Eng.Tilt",
            "can0.Eng.Gear",
            "can0.Eng.Belt",
            "Vehicle.Eng.BE_x",
            "Vehicle.ext.fl",
            "can0.Ext.Spd"),
        paths("[" + can("Vehicle.Eng.Spd", SPEED) + "," + can("Vehicle.Eng.BE_x", TORQUE) + ","
            + can("Vehicle.ext.fl", FLOAT) + "]"));
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), told(faults.warnings()));
  }

  @Test
  void decodersOfCloudFormationAreReadToo() throws IOException {
    String lower = "{\"signalDecoders\": ["
        + can("Vehicle.Eng.Spd", SPEED.replaceAll(": ([^,]+)", ": \"$1\"")) + "]}";
    String upper = lower;
    for (String key : List.of(
        "signalDecoders",
        "fullyQualifiedName",
        "interfaceId",
        "type",
        "canSignal",
        "messageId",
        "isBigEndian",
        "isSigned",
        "startBit",
        "length",
        "factor",
        "offset")) {
      upper = upper.replace(
          "\"" + key + "\"",
          "\"" + key.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + key.substring(1) + "\"");
    }
    assertTrue(paths(upper).contains("Vehicle.Eng.Spd"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void decoderThatSaysOtherwiseThanTheFileIsNamed() throws IOException {
    assertTrue(paths("[" + can("Vehicle.Eng.Spd", SPEED.replace("0.01", "0.1")) + ","
            + can("Vehicle.Eng.Tq", TORQUE.replace("\"isSigned\": true", "\"isSigned\": false"))
            + "," + can("Vehicle.Ext.Fl", FLOAT.replace("FLOATING_POINT", "INTEGER")) + "]")
        .containsAll(List.of("Vehicle.Eng.Spd", "Vehicle.Eng.Tq", "Vehicle.Ext.Fl")));
    String told = told(faults.warnings()).toString();
    assertTrue(
        told.contains(
            "Vehicle.Eng.Spd of can0.Eng.Spd is raw * 0.1 + 0.0 here, and raw * 0.01 + 0.0 to the decoder, which counts"),
        told);
    assertTrue(
        told.contains(
            "Vehicle.Eng.Tq of can0.Eng.BE is an unsigned number here, and a signed one to the decoder, which counts"),
        told);
    assertTrue(
        told.contains(
            "Vehicle.Ext.Fl of can0.Ext.Fl is a whole number here, and a floating-point one to the decoder, which counts"),
        told);
  }

  @Test
  void decodersOfOtherBusesAreSaidByName() throws IOException {
    VssMapping mapping = mapping("""
        {"networkInterfaces": [{"interfaceId": "1", "type": "CAN_INTERFACE"}, {"interfaceId": "0", "type": "OBD_INTERFACE"}],
         "defaultForUnmappedSignals": "CUSTOM_DECODING",
         "signalDecoders": [
        {"fullyQualifiedName": "Vehicle.OBD.Speed", "type": "OBD_SIGNAL", "interfaceId": "0", "obdSignal": {"serviceMode": 1, "pid": 13}},
        {"fullyQualifiedName": "Vehicle.A.B", "type": "CUSTOM_DECODING_SIGNAL", "customDecodingSignal": {"id": "x"}},
        {"fullyQualifiedName": "Vehicle.A.C", "type": "MESSAGE_SIGNAL", "messageSignal": {"topicName": "t"}},
        {"fullyQualifiedName": "signal", "type": "CAN_SIGNAL"}
        ]}
        """);
    assertEquals(0, mapping.size());
    assertEquals(List.of(), faults.found());
    assertEquals(
        List.of(
            "m:1:71 networkInterfaces[1]: is left out: interface 0 is OBD_INTERFACE; want a source of its own for it",
            "m:2:31 defaultForUnmappedSignals: is left out: a signal that no decoder is given for has none here",
            "m:4:100 signalDecoders[0].obdSignal: is left out: Vehicle.OBD.Speed is service 01 PID 0D of OBD; want it polled, and named by a mapping as vss/obd.yaml",
            "m:5:1 signalDecoders[1]: is left out: Vehicle.A.B is CUSTOM_DECODING_SIGNAL, which no decoder here reads",
            "m:6:1 signalDecoders[2]: is left out: Vehicle.A.C is MESSAGE_SIGNAL, which no decoder here reads",
            "m:7:24 signalDecoders[3].fullyQualifiedName: is left out: 'signal' is no path of 2 to 16 parts of letters, digits and _, the first in upper case"),
        told(faults.warnings()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      "messageId": 257     | "messageId": -1         | .messageId: want 0..2684354559, got -1
      "messageId": 257     | "messageId": 536870912  | .messageId: want an identifier of 11 or 29 bits, got 536870912
      "messageId": 257,    |                         | .messageId: missing; want 0..2684354559
      "isBigEndian": false | "isBigEndian": 1        | .isBigEndian: want one of false, true, got '1'
      "length": 16         | "length": 65            | .length: want 1..64, got 65
      "length": 16         | "length": 2.5           | .length: want a whole number, 1..64, got '2.5'
      "startBit": 0        | "startBit": 512         | .startBit: want 0..511, got 512
      "isBigEndian": false | "isBigEndian": true     | .startBit: a big-endian signal of 16 bits whose lowest is bit 0 begins before the message; want the number of its lowest bit
      "factor": 0.01       | "factor": "x"           | .factor: want a number, -1e300..1e300, got 'x'
      """)
  void faultOfADecoderSaysWhatIsWanted(String from, String to, String wanted) throws IOException {
    VssMapping unused =
        mapping("[" + can("Vehicle.A.B", SPEED.replace(from, to == null ? "" : to)) + "]");
    assertEquals("[0].canSignal" + wanted, faults.found().get(0).what());
  }

  @Test
  void nameOfTwoDecodersIsAFault() throws IOException {
    VssMapping unused = mapping("[" + can("Vehicle.A.B", SPEED) + ",\n" + can("Vehicle.A.B", TORQUE)
        + ",\n" + can("Vehicle.A.C", SPEED).replace("\"1\"", "\"2\"") + "]");
    assertEquals(
        "m:2:1 [1]: Vehicle.A.B is given twice; first at m:1:2",
        told(faults.found()).get(0).replace(folder + "/", ""));
    String told = told(faults.warnings()).toString();
    assertTrue(told.contains("CAN interfaces are not told apart here: 1, 2;"), told);
    assertTrue(
        told.contains(
            "[2]: is left out: Vehicle.A.C is of the signal 101:0|16@1, which is Vehicle.A.B already"),
        told);
  }

  // as a mapping

  @Test
  void templateIsReadAsAMappingOfTheSame() throws IOException {
    String overlay = leaf(
                "Vehicle.Private.Tilt",
                "int8",
                "signal: Tilt, on_change: true, transform: {math: x*-40+100}")
            .replace("{type:", "{unit: percent, type:")
        + leaf(
            "Vehicle.Private.Gear",
            "string",
            "signal: Gear, transform: {mapping: [{from: P, to: \"a: {b}\"}]}");
    List<Signal> direct = signals(mapping(overlay)).signals();
    List<String> lines =
        VssTemplate.of(Files.writeString(folder.resolve("o"), overlay), new Faults());
    assertTrue(
        lines.contains("#   - {match: Vehicle.Private.Tilt, period: 100ms, on_change: true}"),
        lines.toString());
    assertEquals(
        direct.stream().map(Signal::spec).toList(),
        signals(mapping(String.join("\n", lines))).signals().stream()
            .map(Signal::spec)
            .toList());
    List<String> places = VssTemplate.of(
        Files.writeString(folder.resolve("o"), "[" + can("Vehicle.Eng.BE_x", TORQUE) + "]"),
        new Faults());
    assertEquals(List.of("signals:", "  - {from: \"101:39|16@0\", to: Vehicle.Eng.BE_x}"), places);
    assertTrue(paths(String.join("\n", places)).contains("Vehicle.Eng.BE_x"));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void templateOfSomethingElseIsAFault() throws IOException {
    assertEquals(
        List.of(), VssTemplate.of(Files.writeString(folder.resolve("o"), "signals: []\n"), faults));
    assertEquals(
        "want leaves of VSS with dbc2vss, or signalDecoders; there are none",
        faults.found().get(0).what());
  }

  @Test
  void numbersThatTheLabelsMayNotStandForAreARemark() throws IOException {
    List<String> lines = VssTemplate.of(
        Files.writeString(
            folder.resolve("o"),
            leaf(
                "Vehicle.Private.Belt",
                "boolean",
                "signal: Belt, transform: {mapping: [{from: ON, to: true}]}")),
        faults);
    assertEquals(
        List.of(
            "signals:",
            "  # - {from: \"*.*.Belt\", to: Vehicle.Private.Belt}  # right if labels of the signal stand for these numbers: \"ON\" 1"),
        lines);
  }
}
