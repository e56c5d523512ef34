package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.KeyExample;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an editor says of configurations, which knows nothing but the schema: told by a validator of somebody else. */
class ConfigSchemaTest {
  private static final String GOOD = """
      device: {id: car-1, fleet: f}
      sources: [{name: can0, type: slcan, port: /dev/a, bitrate: 500k, decode: [{dbc: a.dbc}]}]
      routes: [{name: cloud, store: {dir: s}, uplink: {type: mqtt, url: "ssl://b"}}]
      """;

  private static final Pattern NAMED =
      Pattern.compile("(?m)^# yaml-language-server: \\$schema=(\\S*/([a-z-]+)\\.schema\\.json)$");

  private final Path config = Path.of(System.getProperty("caravan.root", "..")).resolve("config");

  private List<String> said(String yaml) throws IOException {
    return said("agent", yaml);
  }

  private List<String> said(String of, String yaml) throws IOException {
    String schema = Files.readString(config.resolve("schema/" + of + ".schema.json"));
    Validator.Result result =
        new ValidatorFactory().withJsonNodeFactory(PlainJson.FACTORY).validate(schema, yaml);
    return result.getErrors().stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getError())
        .toList();
  }

  /** Which schema each is of, an editor reads in the file itself. */
  @Test
  void shippedFilesAreGood() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (Path file : shipped()) {
      String text = Files.readString(file);
      Matcher named = NAMED.matcher(text);
      assertTrue(named.find(), file + " names no schema");
      Path schema = file.resolveSibling(named.group(1)).normalize();
      assertTrue(Files.exists(schema), file + " names " + schema);
      String of = named.group(2);
      assertEquals(List.of(), said(of, text), file.toString());
      seen.add(of);
    }
    assertEquals(ConfigTree.schemas().keySet(), seen);
  }

  private List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.walk(config)) {
      return files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void examplesOfTablesInTheReadmeAreGood() throws IOException {
    assertEquals(List.of(), said("modbus", ConfigTree.example(config, "function: 3")));
    assertEquals(List.of(), said("line", ConfigTree.example(config, "message: Weather")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "line | {format: binary, begins: AA 55, fields: [{name: A.B, at: 4, type: u16, order: little, error: [0xFFFF]}]}",
        "line | {format: pattern, pattern: 'T=(?<t>.*)', thousands: ' ', fields: [{name: t, from: t, labels: {0: DRY}}]}",
        "line | {format: csv, fields: [{name: A, from: 1, factor: 1e-3, suffix: C, not_available: ['--', -999, NaN]}]}",
        "modbus | {function: 1, signals: [{name: A, address: 0, type: bit}]}",
        "modbus | {signals: [{path: Road.A-b, address: 0x64, type: string, bytes: 8, encoding: gb18030, period: 1s}]}",
        "modbus | {order: DCBA, signals: [{name: A, address: 1, type: s64, error: [-9223372036854775808], factor: 1e-300}]}",
        "obd | {responses: [{request: 01 0C, name: Rpm, bytes: 2, factor: 100/255, unit: rpm}]}",
        "obd | {responses: [{request: '03', name: Codes, form: dtcs}, {request: 22F190, name: A.B, bytes: [6, 11], signals: [{name: C, byte: 4, if: AA7}]}]}",
        "obd | {responses: [], scalings: [{id: 0x07, factor: 0.25, offset: -40, unit: rpm}]}",
        "qualities | {labels: {not_available: SNA}, signals: [{match: '*.Gear', ok: [3], error: 0xFE00..0xFEFF}]}",
        "vss | {own: [Vehicle.Fleet], signals: [{from: a.b, to: Vehicle.Speed, labels: {0: PARK}}]}",
      })
  void otherFormsOfTablesAreGood(String of, String table) throws IOException {
    assertEquals(List.of(), said(of, table));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "line | {fields: [{name: A, from: 1}]}",
        "line | {format: tsv, fields: [{name: A, from: 1}]}",
        "line | {format: csv}",
        "line | {format: csv, fields: [{name: 1A, from: 1}]}",
        "line | {format: csv, fields: [{from: 1}]}",
        "line | {format: csv, fields: [{name: A, from: 1, units: m}]}",
        "line | {format: csv, fields: [{name: A, from: 1, factor: tenth}]}",
        "line | {format: binary, fields: [{name: A, at: 65536, type: u8}]}",
        "line | {format: csv, fields: [{name: A}]}",
        "modbus | {signals: [{address: 1}]}",
        "qualities | {}",
        "modbus | {function: 5, signals: []}",
        "modbus | {order: BCDA, signals: []}",
        "modbus | {signals: [{name: A, address: 65536}]}",
        "modbus | {signals: [{name: A}]}",
        "modbus | {signals: [{name: A, address: 1, type: int16}]}",
        "modbus | {signals: [{name: A, address: 1, period: 10}]}",
        "obd | {responses: [{request: 1 0C, name: A, bytes: 2}]}",
        "obd | {responses: [{request: 01 0C, name: A.B.C, bytes: 2}]}",
        "obd | {responses: [{request: 01 0C, name: A, bytes: 4096}]}",
        "obd | {responses: [{request: 01 0C, name: A, bytes: 2, factor: 1/4/4}]}",
        "obd | {responses: [{request: 01 0C, name: A, bytes: 2, if: A8}]}",
        "obd | {scalings: [{id: 7}]}",
        "obd | {responses: [], scalings: [{id: 256}]}",
        "qualities | {labels: {sna: [A]}}",
        "qualities | {signals: [{error: [1]}]}",
        "vss | {signals: [{from: a, to: Vehicle.Speed}]}",
        "vss | {signals: [{from: a.b, to: speed}]}",
      })
  void slipsOfThePenInTablesAreSeen(String of, String table) throws IOException {
    assertFalse(said(of, table).isEmpty());
  }

  @Test
  void everyKeyOfTheExampleIsGood() throws IOException {
    assertEquals(
        List.of(), said(KeyExample.uncommented(Files.readAllLines(config.resolve("agent.yaml")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "car-1 -> \"${ID:-car}\"",
        "car-1 -> 4711",
        "500k -> 83333",
        "port: -> listen_only: \"${LISTEN}\", port:",
        "port: -> status_period: 0, port:",
        "port: -> allow_transmit: [714, 7E0, \"18DA10F1\"], listen_only: false, port:",
        "dbc: a.dbc -> j1939: on, ranges: dbc",
        "\"ssl://b\" -> [ssl://a, 'wss://b/mqtt?x=1']",
        "{dir: s} -> {dir: s, sync: each}",
      })
  void otherFormsOfAValueAreGood(String change) throws IOException {
    assertEquals(List.of(), said(changed(change)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "car-1 -> car/1",
        "fleet: -> fleets:",
        "500k -> quick",
        ", bitrate: 500k -> ",
        "slcan -> slcam",
        "port: -> parity: odd number, port:",
        "port: -> data_bits: 9, port:",
        "port: -> dialekt: auto, port:",
        "port: -> status_period: 1, port:",
        "port: -> allow_transmit: [7EX], port:",
        "port: -> accept: {code: 0}, port:",
        "dbc: a.dbc -> dbc: a.dbc, strict: perhaps",
        "dbc: a.dbc -> lin: a.ldf",
        "{dir: s} -> {dir: s, max_bytes: 64MB}",
        "{dir: s} -> {dir: s, sync: never}",
        "{dir: s} -> {dir: s}, batch: {quantum: 2us}",
        "\"ssl://b\" -> http://b",
        "type: mqtt, -> type: mqtt, password: secret,",
        "type: mqtt, -> type: mqtt, window: 1001,",
        "type: mqtt, -> type: mqtt, budget: {shave: [all]},",
        "type: mqtt, -> type: mqtt, tls: {pin: sha1/AAAA},",
      })
  void slipsOfThePenAreSeen(String change) throws IOException {
    assertFalse(said(changed(change)).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true  | {name: a, type: modbus, port: p, data_bits: 8, poll: [{name: b, unit: 1, function: 3, address: 0}]}",
        "true  | {name: a, type: modbus, port: p, slaves: [{unit: 1, map: m.yaml}]}",
        "false | {name: a, type: modbus, port: p, data_bits: 7, slaves: [{unit: 1, map: m.yaml}]}",
        "false | {name: a, type: modbus, port: p}",
        "true  | {name: a, type: line, port: p, ask: [{hex: AA 55}]}",
        "false | {name: a, type: line, port: p, ask: [{period: 1s}]}",
      })
  void whatOnlySomeSourcesWantIsSeen(boolean isGood, String source) throws IOException {
    String text = "{device: {id: a, fleet: b}, sources: [" + source + "]}";
    assertEquals(isGood, said(text).isEmpty(), said(text).toString());
  }

  private static String changed(String change) {
    String from = change.substring(0, change.indexOf(" -> "));
    String to = change.substring(from.length() + 4);
    String changed = GOOD.replace(from, to);
    assertFalse(changed.equals(GOOD), change);
    return changed;
  }
}
