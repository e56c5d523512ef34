package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.caravan.agent.config.KeyExample;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private final Path config = Path.of(System.getProperty("caravan.root", "..")).resolve("config");
  private final String schema;

  ConfigSchemaTest() throws IOException {
    this.schema = Files.readString(config.resolve("schema/agent.schema.json"));
  }

  private List<String> said(String yaml) {
    Validator.Result result =
        new ValidatorFactory().withJsonNodeFactory(PlainJson.FACTORY).validate(schema, yaml);
    return result.getErrors().stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getError())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent.yaml", "demo.yaml", "roadside.yaml"})
  void shippedFilesAreGood(String name) throws IOException {
    assertEquals(List.of(), said(Files.readString(config.resolve(name))));
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
  void otherFormsOfAValueAreGood(String change) {
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
  void slipsOfThePenAreSeen(String change) {
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
  void whatOnlySomeSourcesWantIsSeen(boolean isGood, String source) {
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
