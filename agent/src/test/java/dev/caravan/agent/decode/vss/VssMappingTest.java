package dev.caravan.agent.decode.vss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VssMappingTest {
  private final Path folder;
  private final Faults faults = new Faults();

  VssMappingTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private VssMapping mapping(String... lines) throws IOException {
    Path file = folder.resolve("vss.yaml");
    Files.writeString(file, "signals:\n  - " + String.join("\n  - ", lines) + "\n");
    return VssMapping.read(file, faults);
  }

  private static SignalSpec spec(String path, String unit, double factor, double offset) {
    return new SignalSpec(
        path,
        path.substring(0, path.lastIndexOf('.')),
        unit,
        Kind.UNSIGNED,
        factor,
        offset,
        0,
        250,
        Map.of(3L, "SNA"));
  }

  private String told() {
    return faults.found().toString().replace(folder + "/", "");
  }

  private String warned() {
    return faults.warnings().toString().replace(folder + "/", "");
  }

  @ParameterizedTest
  @CsvSource({
    "can0.EngineData.Speed, can0.EngineData.Speed",
    "EngineData.Speed, can0.EngineData.Speed",
    "'*.EngineData.Speed', can7.EngineData.Speed",
    "gnss.speed, gnss.speed",
  })
  void nameWithOrWithoutSourceIsFound(String from, String decoded) throws IOException {
    VssMapping mapping = mapping("{from: \"" + from + "\", to: Vehicle.Speed}");
    assertEquals("Vehicle.Speed", mapping.named(spec(decoded, "km/h", 0.1, 0)).path());
    assertEquals(List.of(), mapping.unmatched(name -> false));
    assertEquals(List.of(), faults.found());
  }

  @Test
  void nameWithItsSourceGoesFirst() throws IOException {
    VssMapping mapping =
        mapping("{from: M.S, to: Vehicle.Any}", "{from: can1.M.S, to: Vehicle.One}");
    assertEquals("Vehicle.One", mapping.named(spec("can1.M.S", "", 1, 0)).path());
    assertEquals("Vehicle.Any", mapping.named(spec("can0.M.S", "", 1, 0)).path());
  }

  @Test
  void sameUnitKeepsFactorAndOffsetBitForBit() throws IOException {
    VssMapping mapping = mapping("{from: M.S, to: Vehicle.Speed, unit: km/h}");
    double factor = 0.1 + 0.2; // 0.30000000000000004
    SignalSpec named = mapping.named(spec("can0.M.S", "kph", factor, 1e-17));
    assertEquals(
        new SignalSpec(
            "Vehicle.Speed",
            "can0.M",
            "km/h",
            Kind.UNSIGNED,
            0.30000000000000004,
            1e-17,
            0,
            250,
            Map.of(3L, "SNA")),
        named);
  }

  @Test
  void otherUnitIsConvertedInFactorOffsetAndLimits() throws IOException {
    VssMapping mapping =
        mapping("{from: M.S, to: Vehicle.Speed, unit: m/s}", "{from: M.T, to: V.T, unit: K}");
    assertEquals(
        new SignalSpec(
            "Vehicle.Speed",
            "can0.M",
            "m/s",
            Kind.UNSIGNED,
            0.1,
            -10,
            0,
            69.44444444444444,
            Map.of(3L, "SNA")),
        mapping.named(spec("can0.M.S", "km/h", 0.36, -36)));
    SignalSpec kelvin = mapping.named(spec("can0.M.T", "degC", 0.5, -40));
    assertEquals(0.5, kelvin.factor());
    assertEquals(233.15, kelvin.offset());
    assertEquals(523.15, kelvin.max());
  }

  @Test
  void convertedSignalGivesThePhysicalValueInTheNewUnit() throws IOException {
    VssMapping mapping = mapping("{from: M.T, to: Vehicle.Cabin.Temp, unit: celsius}");
    Signal signal = new SignalTable(mapping).define(spec("can0.M.T", "degF", 0.5, -40));
    assertEquals("Vehicle.Cabin.Temp", signal.path());
    assertEquals(100.0, signal.physical(504L), 1e-12); // 504 / 2 - 40 = 212 degrees Fahrenheit
  }

  @Test
  void unitsThatDoNotConvertAreAFaultAtTheLineOfTheMapping() throws IOException {
    VssMapping mapping =
        mapping("{from: M.A, to: Vehicle.A, unit: km/h}", "{from: M.B, to: Vehicle.B, unit: km/h}");
    mapping.named(spec("can0.M.A", "V", 1, 0));
    mapping.named(spec("can0.M.B", "furlongs", 1, 0));
    assertEquals(
        "[vss.yaml:2:5: signals[0]: can0.M.A is in 'V', which does not convert to 'km/h': they do"
            + " not measure the same; want another unit, or from_unit where the decoder is wrong,"
            + " vss.yaml:3:5: signals[1]: can0.M.B is in 'furlongs', which does not convert to"
            + " 'km/h': unit 'furlongs' is not known; want another unit, or from_unit where the"
            + " decoder is wrong]",
        told());
    assertEquals(faults.found(), mapping.unitConflicts());
  }

  @Test
  void fromUnitStandsForWhatTheDecoderDoesNotSay() throws IOException {
    VssMapping mapping = mapping(
        "{from: M.A, to: Road.A, unit: m/s, from_unit: km/h}",
        "{from: M.B, to: Road.B, unit: m/s}");
    assertEquals(0.1, mapping.named(spec("can0.M.A", "", 0.36, 0)).factor());
    assertEquals(List.of(), faults.warnings());
    SignalSpec taken = mapping.named(spec("can0.M.B", "", 0.36, 0));
    assertEquals(0.36, taken.factor());
    assertEquals("m/s", taken.unit());
    assertTrue(warned().contains("can0.M.B has no unit: taken as m/s"), warned());
  }

  @Test
  void labelsOfTheMappingReplaceTheDecoders() throws IOException {
    VssMapping mapping =
        mapping("{from: M.G, to: Vehicle.Gear, labels: {0: NEUTRAL, 0x7F: REVERSE, -1: NONE}}");
    assertEquals(
        Map.of(0L, "NEUTRAL", 127L, "REVERSE", -1L, "NONE"),
        mapping.named(spec("can0.M.G", "", 1, 0)).labels());
  }

  @Test
  void signalWithoutAMappingKeepsItsName() throws IOException {
    VssMapping mapping = mapping("{from: M.S, to: Vehicle.Speed}", "{from: M.X, to: Vehicle.X}");
    SignalSpec other = spec("can0.M.Other", "V", 1, 0);
    assertSame(other, mapping.named(other));
    mapping.named(spec("can0.M.S", "km/h", 1, 0));
    assertEquals(List.of("can0.M.Other"), mapping.unmapped());
    assertEquals(
        List.of("signals[1]: no decoder has a signal M.X"),
        mapping.unmatched(name -> false).stream().map(Fault::what).toList());
    assertTrue(mapping.unmatched(name -> false).get(0).where().endsWith("vss.yaml:3:5"));
  }

  @Test
  void twoSignalsUnderOnePathAreAFault() throws IOException {
    mapping("{from: M.A, to: Vehicle.Speed}", "{from: M.B, to: Vehicle.Speed}");
    assertEquals(
        "[vss.yaml:3:5: signals[1]: Vehicle.Speed is the name of two signals, M.A and M.B; first"
            + " at vss.yaml:2:5]",
        told());
  }

  @Test
  void oneSignalOfTwoSourcesUnderOnePathIsKeptApart() throws IOException {
    VssMapping mapping =
        mapping("{from: can0.M.A, to: Vehicle.A}", "{from: can1.M.A, to: Vehicle.A}");
    SignalTable table = new SignalTable(mapping);
    assertEquals("Vehicle.A", table.define(spec("can0.M.A", "V", 1, 0)).path());
    assertEquals("Vehicle.A#2", table.define(spec("can1.M.A", "V", 1, 0)).path());
    assertEquals(List.of(), faults.found());
    assertTrue(warned().contains("the second is called Vehicle.A#2"), warned());
  }

  @Test
  void oneLineThatTwoSourcesHaveIsKeptApart() throws IOException {
    VssMapping mapping = mapping("{from: M.A, to: Vehicle.A}");
    SignalTable table = new SignalTable(mapping);
    assertEquals("Vehicle.A", table.define(spec("can0.M.A", "V", 1, 0)).path());
    assertEquals("Vehicle.A#2", table.define(spec("can1.M.A", "V", 1, 0)).path());
    assertTrue(warned().contains("can0.M.A and can1.M.A"), warned());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{from: M.A}|2:5: signals[0].to: missing",
        "{from: M.A, to: Speed}|2:21: signals[0].to: want a VSS path",
        "{from: M.A, to: vehicle.speed}|2:21: signals[0].to: want a VSS path",
        "{from: M.A, to: Vehicle.Spe ed}|2:21: signals[0].to: want a VSS path",
        "{from: M.A, to: Vehicle..Speed}|2:21: signals[0].to: want a VSS path",
        "{from: M.A, to: Vehicle/Speed}|2:21: signals[0].to: want a VSS path",
        "{from: Speed, to: Vehicle.Speed}|2:12: signals[0].from: want message.signal",
        "{from: 'M.*', to: Vehicle.Speed}|2:12: signals[0].from: want message.signal",
        "{from: M.A, to: Vehicle.Speed, units: V}|2:36: signals[0].units: unknown key; did you mean",
        "{from: M.A, to: Vehicle.Speed, labels: {a: B}}|2:48: signals[0].labels.a: want a whole raw",
      })
  void badLineIsAFaultWithItsPlace(String line, String wanted) throws IOException {
    mapping(line);
    assertTrue(told().startsWith("[vss.yaml:" + wanted), told());
  }

  @Test
  void fileWithoutSignalsIsAFault() throws IOException {
    Path file = Files.writeString(folder.resolve("vss.yaml"), "signal: []\n");
    VssMapping.read(file, faults);
    assertTrue(told().contains("signals: missing"), told());
    assertTrue(told().contains("signal: unknown key; did you mean 'signals'?"), told());
  }
}
