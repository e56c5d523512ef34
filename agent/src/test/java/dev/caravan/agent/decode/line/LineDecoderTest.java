package dev.caravan.agent.decode.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Told;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.DecoderPlan;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Telegram;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineDecoderTest {
  private final Path folder;
  private final Faults faults = new Faults();

  LineDecoderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private LineDecoder decoder(String table) throws IOException, ConfigException {
    Path file = Files.writeString(folder.resolve("msg.yaml"), table);
    var decoder = LineDecoder.of("s", List.of(file), faults);
    faults.throwIfAny();
    return of(decoder);
  }

  private static LineDecoder of(Optional<DecoderPlan> read) {
    return (LineDecoder)
        read.orElseThrow().decoder(new SignalTable(Naming.AS_DECODED), new Health());
  }

  private static String show(Sample sample) {
    String value = switch (sample.signal().kind()) {
      case TEXT, BYTES -> sample.text();
      default -> Double.toString(sample.value());
    };
    return sample.signal().path() + "=" + value
        + switch (sample.quality()) {
          case OK -> "";
          default -> " " + sample.quality();
        };
  }

  private static List<String> read(LineDecoder decoder, Bytes content) {
    List<String> found = new ArrayList<>();
    decoder.accept(new Telegram(5, content), Groups.each(sample -> {
      assertEquals(5, sample.timeNs());
      found.add(show(sample));
    }));
    return found;
  }

  private static List<String> read(LineDecoder decoder, String text) {
    return read(decoder, Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void columnsAreReadWithScaleAndWordsForNoValue() throws Exception {
    LineDecoder decoder = decoder("""
        message: Weather
        format: csv
        begins: "WS"
        fields:
          - {name: Temperature, from: 2, unit: celsius, min: -60, max: 80}
          - {name: Pressure, from: 3, unit: hPa, factor: 10}
          - {name: State, from: 4, kind: integer, labels: {0: DRY, 1: WET}, error: ["9"]}
          - {name: Comment, from: 5, kind: text, not_available: ["--"]}
        """);
    assertEquals(
        List.of(
            "s.Weather.Temperature=-3.5",
            "s.Weather.Pressure=1013.0",
            "s.Weather.State=1.0",
            "s.Weather.Comment=fine"),
        read(decoder, "WS, -3.5, 101.3, 1, fine"));
    assertEquals(
        List.of(
            "s.Weather.Temperature=99.0 OUT_OF_RANGE",
            "s.Weather.Pressure=0.0 NOT_AVAILABLE",
            "s.Weather.State=0.0 ERROR",
            "s.Weather.Comment= NOT_AVAILABLE"),
        read(decoder, "WS,99,,9,--"));
    assertEquals(
        List.of(
            "s.Weather.Temperature=0.0 UNDECODABLE",
            "s.Weather.Pressure=0.0 UNDECODABLE",
            "s.Weather.State=0.0 UNDECODABLE",
            "s.Weather.Comment= UNDECODABLE"),
        read(decoder, "WS,1d,NaN,0x1"));
    assertEquals(List.of(), read(decoder, "XX,1,2,3,4"));
    assertFalse(decoder.knewLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // decimal | thousands | text | value
        ". | '' | +12.5 | 12.5",
        ". | '' | -.5 | -0.5",
        ". | '' | 5. | 5.0",
        ". | '' | 1.5e-2 | 0.015",
        ". | '' | 2E3 | 2000.0",
        ". | '' | '-   5.0' | -5.0",
        ". | '' | '12,5' | 0.0 UNDECODABLE",
        ". | '' | . | 0.0 UNDECODABLE",
        ". | '' | 1e | 0.0 UNDECODABLE",
        ". | '' | 1 2 | 0.0 UNDECODABLE",
        ". | '' | --1 | 0.0 UNDECODABLE",
        ". | '' | 12.5V | 0.0 UNDECODABLE",
        ". | '' | \u0661\u0662 | 0.0 UNDECODABLE",
        ". | '' | 1e999 | 0.0 UNDECODABLE",
        "',' | '' | '1234,56' | 1234.56",
        "',' | '' | '-0,5' | -0.5",
        "',' | '' | 1234 | 1234.0",
        "',' | '' | 1234.56 | 0.0 UNDECODABLE",
        "',' | '' | '1,234,5' | 0.0 UNDECODABLE",
        "',' | . | '1.234.567,8' | 1234567.8",
        "',' | . | '1234567,8' | 1234567.8",
        "',' | . | 1.234 | 1234.0",
        "',' | . | '12.34,5' | 0.0 UNDECODABLE",
        "',' | . | '1.2345,6' | 0.0 UNDECODABLE",
        "',' | . | '1234.567,8' | 0.0 UNDECODABLE",
        "',' | . | '.234,5' | 0.0 UNDECODABLE",
        "',' | . | '1,234.567' | 0.0 UNDECODABLE",
        "',' | . | 0.123 | 0.0 UNDECODABLE",
        "',' | . | -012.345 | 0.0 UNDECODABLE",
        "',' | . | '0012,5' | 12.5",
        ". | ',' | '12,345.5' | 12345.5",
        ". | ' ' | '12 345.5' | 12345.5",
      })
  void numbersHaveTheFormThatTheTableSays(
      String decimal, String thousands, String text, String value) throws Exception {
    LineDecoder decoder = decoder("""
        format: csv
        separator: ";"
        decimal: "%s"
        thousands: "%s"
        fields: [{name: A, from: 1}]
        """.formatted(decimal, thousands));
    assertEquals(List.of("s.msg.A=" + value), read(decoder, text + ";"));
  }

  @Test
  void wholeNumbersMayHaveGroupsAndNothingElse() throws Exception {
    LineDecoder decoder = decoder("""
        format: csv
        separator: ";"
        decimal: ","
        thousands: "."
        fields: [{name: A, from: 1, kind: integer}, {name: B, from: 2, kind: integer}]
        """);
    assertEquals(List.of("s.msg.A=1234567.0", "s.msg.B=7.0"), read(decoder, "1.234.567;+7"));
    assertEquals(
        List.of("s.msg.A=0.0 UNDECODABLE", "s.msg.B=0.0 UNDECODABLE"), read(decoder, "1,0;1e2"));
  }

  @Test
  void unitBehindANumberMustBeTheOneThatIsNamed() throws Exception {
    LineDecoder decoder = decoder("""
        format: csv
        fields:
          - {name: U, from: 1, unit: V, suffix: "V", not_available: ["--"], error: ["ERR"]}
          - {name: H, from: 2, kind: integer, unit: percent, suffix: "%"}
        """);
    assertEquals(List.of("s.msg.U=12.3", "s.msg.H=40.0"), read(decoder, "12.3V,40 %"));
    assertEquals(
        List.of("s.msg.U=0.0 UNDECODABLE", "s.msg.H=0.0 UNDECODABLE"), read(decoder, "12.3mV,40"));
    assertEquals(
        List.of("s.msg.U=0.0 NOT_AVAILABLE", "s.msg.H=0.0 UNDECODABLE"), read(decoder, "--V,%"));
    assertEquals(List.of("s.msg.U=0.0 ERROR", "s.msg.H=0.0 NOT_AVAILABLE"), read(decoder, "ERR,"));
  }

  @Test
  void numberThatMeansNoValueIsKnownHoweverItIsWritten() throws Exception {
    LineDecoder decoder = decoder("""
        format: csv
        fields:
          - {name: A, from: 1, not_available: [-999], error: ["9.9e3"]}
          - {name: B, from: 2, kind: integer, not_available: ["99"]}
        """);
    assertEquals(
        List.of("s.msg.A=-999.0 NOT_AVAILABLE", "s.msg.B=99.0 NOT_AVAILABLE"),
        read(decoder, "-999.00,+099"));
    assertEquals(List.of("s.msg.A=9900.0 ERROR", "s.msg.B=9.0"), read(decoder, "9900,9"));
    LineDecoder binary = decoder("""
        format: binary
        fields:
          - {name: C, at: 0, type: f32, not_available: ["-9999.9"]}
          - {name: D, at: 4, type: f64, error: ["1e9"]}
          - {name: E, at: 12, type: text, bytes: 2, not_available: ["--"]}
        """);
    // IEEE 754: -9999.9 as a single is C61C3F9A, 1e9 as a double is 41CDCD6500000000
    assertEquals(
        List.of(
            "s.msg.C=" + (double) -9999.9f + " NOT_AVAILABLE",
            "s.msg.D=1.0E9 ERROR",
            "s.msg.E= NOT_AVAILABLE"),
        read(binary, Bytes.ofHex("C61C3F9A41CDCD65000000002D2D")));
  }

  @Test
  void messageThatFitsNoTableIsShownOnce() throws Exception {
    Path one = Files.writeString(
        folder.resolve("one.yaml"), "{format: csv, begins: A, fields: [{name: X, from: 2}]}");
    Path two = Files.writeString(
        folder.resolve("two.yaml"), "{format: csv, begins: B, fields: [{name: X, from: 2}]}");
    LineDecoder decoder = of(LineDecoder.of("s", List.of(one, two), faults));
    List<String> told = Told.by(() -> {
      assertEquals(List.of("s.one.X=1.0"), read(decoder, "A,1"));
      assertEquals(List.of("s.two.X=2.0"), read(decoder, "B,2"));
      assertTrue(decoder.knewLast());
      assertEquals(List.of(), read(decoder, "C,\t\"3\u0002é" + "x".repeat(200)));
      assertFalse(decoder.knewLast());
      assertEquals(List.of(), read(decoder, "D,4"));
    });
    assertEquals(1, told.size(), told.toString());
    assertTrue(
        told.get(0)
            .endsWith("first: \"C,\\t\\\"3\\x02\\xC3\\xA9" + "x".repeat(112) + "\"... 208 bytes"),
        told.get(0));
  }

  @Test
  void keysGiveSamplesForThoseThatAreThere() throws Exception {
    LineDecoder decoder = decoder("""
        format: key_value
        separator: ";"
        equals: ":"
        fields:
          - {name: Visibility, from: VIS, unit: m}
          - {name: Rain, from: R, unit: mm/h}
        """);
    assertEquals(List.of("s.msg.Visibility=2000.0"), read(decoder, "VIS: 2000; X:1"));
    assertEquals(List.of(), read(decoder, "nothing"));
    assertFalse(decoder.knewLast());
  }

  @Test
  void jsonIsReadByPaths() throws Exception {
    LineDecoder decoder = decoder("""
        format: json
        fields:
          - {name: Wind, from: wind.speed, unit: m/s}
          - {name: First, from: "list[0].v", kind: integer}
          - {name: Flag, from: ok, kind: integer}
          - {name: Name, from: name, kind: text}
        """);
    assertEquals(
        List.of("s.msg.Wind=1.25", "s.msg.First=-7.0", "s.msg.Flag=1.0", "s.msg.Name=a\"é"),
        read(
            decoder,
            "{\"wind\": {\"speed\": 1.25e0}, \"list\":[{\"v\":-7}], \"ok\":true, \"name\":\"a\\\"\\u00e9\"}"));
    assertEquals(
        List.of("s.msg.Wind=0.0 NOT_AVAILABLE"), read(decoder, "{\"wind\":{\"speed\":null}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"a\":}",
        "[1,]",
        "{\"a\":1}x",
        "nul",
        "01",
        "\"\\x\"",
        "\"\\u12\"",
        "{a:1}",
        "{\"a\" 1}"
      })
  void brokenJsonIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> JsonText.values(text));
    assertThrows(IllegalArgumentException.class, () -> JsonText.values("[".repeat(5000)));
  }

  @Test
  void jsonPathsAreFlat() {
    assertEquals(
        Map.of("a.b[0]", "1", "a.b[1].c", "x", "d", ""),
        JsonText.values("{\"a\":{\"b\":[1,{\"c\":\"x\"}]},\"d\":null,\"e\":{},\"f\":[]}"));
  }

  @Test
  void groupsOfAPatternAreFields() throws Exception {
    LineDecoder decoder = decoder("""
        format: pattern
        pattern: "T=(?<t>[-+0-9.]+)C( H=(?<h>[0-9]+)%)?"
        fields:
          - {name: Temperature, from: t, unit: celsius}
          - {name: Humidity, from: h, kind: integer, unit: "%"}
        """);
    assertEquals(
        List.of("s.msg.Temperature=21.5", "s.msg.Humidity=40.0"), read(decoder, "T=21.5C H=40%"));
    assertEquals(List.of("s.msg.Temperature=-1.0"), read(decoder, "T=-1C"));
    assertEquals(List.of(), read(decoder, "T=21.5C H=40% more"));
  }

  @Test
  void binaryFieldsAreReadInBothOrdersWithBits() throws Exception {
    LineDecoder decoder = decoder("""
        format: binary
        begins: AA 55
        fields:
          - {name: A, at: 2, type: s16, factor: 0.1, unit: celsius, not_available: ["-32768"]}
          - {name: B, at: 4, type: u32, order: little}
          - {name: C, at: 8, type: f32}
          - {name: D, at: 12, type: u8, bit: 4, bits: 3}
          - {name: E, at: 12, type: s8, bit: 0, bits: 4}
          - {name: F, at: 13, type: text, bytes: 3, encoding_is_of_the_table: 1}
        """.replace(", encoding_is_of_the_table: 1", ""));
    assertEquals(
        List.of(
            "s.msg.A=-1.0",
            "s.msg.B=4.294967295E9",
            "s.msg.C=1.5",
            "s.msg.D=5.0",
            "s.msg.E=-1.0",
            "s.msg.F=ok"),
        read(decoder, Bytes.ofHex("AA55FFF6FFFFFFFF3FC000005F6F6B00")));
    assertEquals(
        List.of(
            "s.msg.A=-3276.8 NOT_AVAILABLE",
            "s.msg.B=0.0 UNDECODABLE",
            "s.msg.C=0.0 UNDECODABLE",
            "s.msg.D=0.0 UNDECODABLE",
            "s.msg.E=0.0 UNDECODABLE",
            "s.msg.F= UNDECODABLE"),
        read(decoder, Bytes.ofHex("AA558000")));
    assertEquals(List.of(), read(decoder, Bytes.ofHex("AB558000")));
  }

  @Test
  void chineseTextIsReadInItsEncoding() throws Exception {
    LineDecoder decoder = decoder("""
        format: key_value
        encoding: gb18030
        fields: [{name: State, from: 状态, kind: text}]
        """);
    assertEquals(
        List.of("s.msg.State=正常"),
        read(decoder, Bytes.of("状态=正常".getBytes(Charset.forName("GB18030")))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "format: csv; fields: missing",
        "{format: csv, fields: [{name: A, from: x}]}; from: want a column, 1..9999, got 'x'",
        "{format: pattern, pattern: '(', fields: [{name: A, from: x}]}; pattern: not a regular expression",
        "{format: pattern, pattern: '(?<y>.)', fields: [{name: A, from: x}]}; the pattern has no group (?<x>...)",
        "{format: binary, fields: [{name: A, at: 0, type: u8, bit: 4, bits: 8}]}; want bit + bits within the 8 bits",
        "{format: json, fields: [{name: A, from: x}, {name: A, from: y}]}; A is the name of two fields",
        "{format: csv, decimal: ',', fields: [{name: A, from: 1}]}; decimal: is the separator too",
        "{format: key_value, thousands: ' ', fields: [{name: A, from: x}]}; thousands: is the separator too",
        "{format: pattern, pattern: '(?<x>.)', decimal: ',', thousands: ',', fields: [{name: A, from: x}]}; thousands: is the decimal sign too",
        "{format: json, decimal: ',', fields: [{name: A, from: x}]}; decimal and thousands are for text",
        "{format: csv, decimal: x, fields: [{name: A, from: 1}]}; decimal: want one of",
        "{format: xml, fields: []}; format: want one of"
      })
  void wrongTablesAreFaults(String table, String fault) throws IOException {
    ConfigException wrong = assertThrows(ConfigException.class, () -> decoder(table));
    assertTrue(String.valueOf(wrong.getMessage()).contains(fault), wrong.getMessage());
  }
}
