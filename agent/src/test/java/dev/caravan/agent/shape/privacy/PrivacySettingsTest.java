package dev.caravan.agent.shape.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivacySettingsTest {
  private final Path folder;
  private final Faults faults = new Faults();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);

  PrivacySettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private PrivacySettings read(String rules) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "privacy: [" + rules + "]\n");
    return PrivacySettings.from(
        YamlFile.read(file, faults, name -> Optional.of("short")).at("privacy"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {latitude: a.b, longitude: a.c}                        | privacy[0]: asks for nothing; want decimals, grid or leave_out
      {latitude: a.b, decimals: 2}                           | privacy[0].longitude: missing
      {latitude: a.b, longitude: a.b, decimals: 2}           | privacy[0].longitude: the same as latitude; want the other half of the position
      {latitude: a.b, longitude: a.c, decimals: 2, grid: 9}  | privacy[0].grid: want decimals or grid, got both
      {latitude: a.b, longitude: a.c, leave_out: within}     | privacy[0].leave_out: want a circle beside it, {latitude: 48.137, longitude: 11.575, radius: 500}
      {latitude: a.b, longitude: a.c, decimals: 2, drop: true} | privacy[0].drop: has no meaning in a rule of a position; want a rule of its own
      {match: a.b}                                           | privacy[0]: asks for nothing; want hash_key_file, hash_key or drop: true
      {match: a.b, drop: true, grid: 5}                      | privacy[0].grid: has no meaning in a rule with match; want a rule of its own
      {match: a.b, drop: true, salt: x}                      | privacy[0].drop: true, so nothing is sent; remove the other keys of the rule
      {match: a.b, hash_key: 0123456789abcdef}               | privacy[0].hash_key: a secret is not written into this file; want ${NAME} of the environment, or hash_key_file: PATH
      {match: a.b, hash_key: "${K}"}                         | privacy[0].hash_key: the key has 5 bytes; want 16 or more, such as `openssl rand -hex 32` makes
      {match: a..b, drop: true}                              | privacy[0].match: want words between the dots, got 'a..b'
      5                                                      | privacy[0]: want a rule such as {latitude: "**.Latitude", longitude: "**.Longitude", grid: 1000} or {match: "**.VIN", drop: true}
      """)
  void faultSaysWhatIsWanted(String rule, String wanted) throws IOException {
    PrivacySettings unused = read(rule);
    assertEquals(wanted, faults.found().get(0).what());
  }

  @Test
  void ruleThatCannotDoWhatItSaysIsNamed() throws IOException {
    table.define(SignalSpec.of("a.M.Lat", "m", "rad", Kind.DOUBLE));
    table.define(SignalSpec.of("a.N.Lon", "n", "deg", Kind.DOUBLE));
    table.define(SignalSpec.of("a.N.VIN", "n", "", Kind.UNSIGNED));
    Files.writeString(folder.resolve("key"), "0123456789abcdef\n");
    PrivacySettings settings = read("{latitude: \"**.Lat\", longitude: \"**.Lon\", grid: 9},"
        + "{match: \"**.VIN\", hash_key_file: key}, {match: x.y, drop: true}");
    assertEquals(List.of(), faults.found());
    assertEquals(
        List.of(
            "privacy[0]: a.M.Lat is left out, it is in rad; want numbers in degrees",
            "privacy[0]: a.N.Lon is left out, the other half of its position does not come with it in"
                + " one message or line; want decimals alone, or drop: true for both",
            "privacy[1]: a.N.VIN is left out, a number is not hashed; want drop: true for it",
            "privacy[2]: no signal matches 'x.y'"),
        settings.flaws(table.signals(), name -> false).stream().map(Fault::what).toList());
  }

  private Signal signal(String path, String unit, Kind kind) {
    return table.define(SignalSpec.of(path, path, unit, kind));
  }

  @Test
  void positionsAndVinsAreKnownByNameAndUnit() throws IOException {
    List<Signal> signals = List.of(
        signal("Vehicle.CurrentLocation.Latitude", "degrees", Kind.DOUBLE),
        signal("gps.Longitude", "degrees", Kind.SIGNED),
        signal("can0.GPS.gps_lat", "deg", Kind.FLOAT),
        signal("can0.GPS.PosLon_1", "°", Kind.FLOAT),
        signal("box.line.lat", "", Kind.DOUBLE),
        signal("can0.Esp.LatAccel", "m/s^2", Kind.DOUBLE),
        signal("can0.Esp.LongAcc", "", Kind.DOUBLE),
        signal("gps.LatitudeError", "m", Kind.DOUBLE),
        signal("can0.Plat.Flat", "deg", Kind.DOUBLE),
        signal("7E8.Vin", "", Kind.TEXT),
        signal("can0.Id.VIN_Part2", "", Kind.UNSIGNED),
        signal("can0.J1939.00.VI.VehicleIdentificationNumber", "", Kind.TEXT),
        signal("meter.Vin", "V", Kind.DOUBLE),
        signal("can0.Id.Vinyl", "", Kind.TEXT));
    Revealing all = new Revealing(read(""), path -> true);
    assertEquals(
        List.of(
            "Vehicle.CurrentLocation.Latitude",
            "gps.Longitude",
            "can0.GPS.gps_lat",
            "can0.GPS.PosLon_1",
            "box.line.lat"),
        all.positions(signals));
    assertEquals(
        List.of("7E8.Vin", "can0.Id.VIN_Part2", "can0.J1939.00.VI.VehicleIdentificationNumber"),
        all.vins(signals));
    Revealing ruled = new Revealing(
        read("{latitude: \"**.Latitude\", longitude: \"**.Longitude\", decimals: 1},"
            + "{match: \"**.lat\", drop: true}, {match: \"can0.**\", drop: true}"),
        path -> !path.startsWith("7E8"));
    assertEquals(List.of(), ruled.positions(signals));
    assertEquals(List.of(), ruled.vins(signals));
  }

  @Test
  void vinsThatMayBeHeardAreNamed() throws IOException {
    List<PathPattern> toCome = List.of(
        PathPattern.of("obd.*.*"),
        PathPattern.of("obd.*.*.*"),
        PathPattern.of("can0.J1939.*.DM1.*"),
        PathPattern.of("can0.J1939.*.VI.*"),
        PathPattern.of("Vehicle.VehicleIdentification.VIN"));
    assertEquals(
        List.of(
            "obd.*.Vin",
            "can0.J1939.*.VI.VehicleIdentificationNumber",
            "Vehicle.VehicleIdentification.VIN"),
        new Revealing(read(""), path -> true).vinsToCome(toCome));
    assertEquals(
        List.of("Vehicle.VehicleIdentification.VIN"),
        new Revealing(
                read("{match: \"**.Vin\", drop: true}, {match: \"can0.**\", drop: true}"),
                path -> true)
            .vinsToCome(toCome));
  }

  @Test
  void emptyListSaysThatNothingNeedBe() throws IOException {
    assertTrue(read("").saysNothingNeedBe());
    assertFalse(read("{match: a.b, drop: true}").saysNothingNeedBe());
  }
}
