package dev.caravan.agent.shape.deadband;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeSettingsTest {
  private final Path folder;

  ShapeSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private final Faults faults = new Faults();

  /** The settings of a route with these rules; without any, those of a route without the key. */
  static ShapeSettings shape(Path folder, String... rules) throws Exception {
    Faults faults = new Faults();
    Node route = route(
        folder,
        faults,
        rules.length == 0 ? "name: x" : "shape: [" + String.join(", ", rules) + "]");
    ShapeSettings settings = ShapeSettings.from(route.at("shape"));
    faults.throwIfAny();
    return settings;
  }

  private static Node route(Path folder, Faults faults, String yaml) throws IOException {
    return YamlFile.read(Files.writeString(folder.resolve("agent.yaml"), yaml), faults);
  }

  private List<String> faultsOf(String yaml) throws IOException {
    ShapeSettings.from(route(folder, faults, yaml).at("shape"));
    return faults.found().stream().map(Fault::what).toList();
  }

  @Test
  void everyKeyIsRead() throws Exception {
    ShapeSettings settings = shape(
        folder,
        "{match: \"Vehicle.**\", period: 100ms, on_change: true, deadband: 0.5,"
            + " deadband_percent: 2, max_silence: 60s}",
        "{match: can0.A.b, drop: true}");
    Rule first = settings.rules().get(0);
    assertEquals("Vehicle.**", first.match().toString());
    assertEquals(100_000_000L, first.periodNs());
    assertTrue(first.onChange());
    assertEquals(0.5, first.deadband());
    assertEquals(0.02, first.deadbandShare());
    assertEquals(60_000_000_000L, first.maxSilenceNs());
    assertTrue(settings.rules().get(1).drop());
  }

  @Test
  void deadbandAloneMeansOnChange() throws Exception {
    assertTrue(shape(folder, "{match: a, deadband: 1}").rules().get(0).onChange());
    assertTrue(shape(folder, "{match: a, deadband_percent: 1}").rules().get(0).onChange());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shape: []                                  | shape: want at least one rule; leave the key"
            + " out to send every sample",
        "shape: Vehicle.Speed                       | shape: want a list, got 'Vehicle.Speed'",
        "shape: [Vehicle.Speed]                     | shape[0]: want a rule such as {match:"
            + " \"Vehicle.**\", period: 100ms}",
        "shape: [{period: 1s}]                      | shape[0].match: missing",
        "shape: [{match: \"a..b\"}]                 | shape[0].match: want words between the dots,"
            + " got 'a..b'",
        "shape: [{match: \"\"}]                     | shape[0].match: want a signal path or pattern,"
            + " got nothing",
        "shape: [{match: [a]}]                      | shape[0].match: want a text, got a list",
        "shape: [{match: a, period: 0}]             | shape[0].period: want 1ms..7d, got 0",
        "shape: [{match: a, period: 100}]           | shape[0].period: want a duration such as"
            + " 250ms, 10s, 5m, 2h or 7d, 1ms..7d, got '100'",
        "shape: [{match: a, deadband: -1}]          | shape[0].deadband: want 0..1e300, got -1",
        "shape: [{match: a, on_change: yes}]        | shape[0].on_change: want true or false, got"
            + " 'yes'",
        "shape: [{match: a, perod: 1s}]             | shape[0].perod: unknown key; did you mean"
            + " 'period'?",
        "shape: [{match: a, drop: true, period: 1s}]| shape[0].drop: true, so nothing is sent;"
            + " remove the other keys of the rule",
        "shape: [{match: a, on_change: false, deadband: 1}]| shape[0].on_change: false, but a"
            + " deadband sends on change only; remove one of them",
        "shape: [{match: a, on_change: true, period: 2s, max_silence: 1s}]| shape[0].max_silence:"
            + " want no less than the period",
      })
  void wrongRuleIsAFault(String yaml, String wanted) throws IOException {
    assertEquals(List.of(wanted), faultsOf(yaml));
  }

  @Test
  void silenceWithoutAConditionOfChangeIsAWarning() throws IOException {
    assertEquals(List.of(), faultsOf("shape: [{match: a, max_silence: 1s}]"));
    assertEquals(
        "shape[0].max_silence: has no effect without on_change or a deadband",
        faults.warnings().get(0).what());
  }

  @Test
  void rulesOfNoUseAreNamedWithTheirPlace() throws Exception {
    SignalTable table = new SignalTable(Naming.AS_DECODED);
    List<Signal> signals = List.of(
        table.define(SignalSpec.of("Vehicle.Speed", "g", "", Kind.SIGNED)),
        table.define(SignalSpec.of("can0.A.b", "g", "", Kind.SIGNED)));
    ShapeSettings settings = shape(
        folder,
        "{match: \"Vehicle.*\"}",
        "{match: Vehicle.Speed}",
        "{match: \"**.b\"}",
        "{match: vehicle.Speed}");
    String file = folder.resolve("agent.yaml").toString();
    assertEquals(
        List.of(
            new Fault(
                file + ":1:39",
                "shape[1].match: an earlier rule takes every signal that matches 'Vehicle.Speed'"),
            new Fault(
                file + ":1:80",
                "shape[3].match: no signal matches 'vehicle.Speed';"
                    + " did you mean 'Vehicle.Speed'?")),
        settings.unmatchedRules(signals, name -> false));
  }
}
