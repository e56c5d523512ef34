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
            "privacy[0]: a.N.Lon is left out, no other half of its position, or more than one, comes with"
                + " it in one message or line; want decimals alone, or drop: true for both",
            "privacy[1]: a.N.VIN is left out, a number is not hashed; want drop: true for it",
            "privacy[2]: no signal matches 'x.y'"),
        settings.flaws(table.signals(), name -> false).stream().map(Fault::what).toList());
  }

  private List<String> flaws(String rules) throws IOException {
    return read(rules).flaws(table.signals(), name -> false).stream()
        .map(Fault::what)
        .toList();
  }

  @Test
  void halvesThatTheRulesDoNotTellApartAreNamed() throws IOException {
    for (String half : List.of("Lat1", "Lon1", "Lat2", "Lon2")) {
      table.define(SignalSpec.of("a.M." + half, "m", "deg", Kind.DOUBLE));
    }
    String rules = "{latitude: a.M.Lat1, longitude: a.M.Lon1, grid: 9},"
        + "{latitude: a.M.Lat2, longitude: a.M.Lon2, grid: 9}";
    assertEquals(List.of(), flaws(rules));
    assertEquals(
        List.of(
            "privacy[0]: a.M.Lon1 is left out, it is latitude and longitude by the rules; want each in one"),
        flaws("{latitude: a.M.Lon1, longitude: a.M.Lon2, decimals: 2},"
                + "{latitude: a.M.Lat2, longitude: a.M.Lon1, decimals: 2}")
            .subList(0, 1));
    assertTrue(flaws("{latitude: a.M.*, longitude: a.M.Lon1, grid: 9}")
        .toString()
        .contains("a.M.Lon1 is left out, it is latitude and longitude"));
  }

  @Test
  void ruleThatRoundsToStepsFinerThanThoseOfTheSignalIsNamed() throws IOException {
    SignalSpec spec = SignalSpec.of("a.M.Lat", "m", "deg", Kind.SIGNED);
    table.define(new SignalSpec(
        spec.path(), "m", "deg", Kind.SIGNED, 1e-6, 0, Double.NaN, Double.NaN, spec.labels()));
    table.define(SignalSpec.of("a.M.Lon", "m", "deg", Kind.DOUBLE));
    String rule = "{latitude: a.M.Lat, longitude: a.M.Lon, decimals: ";
    assertEquals(
        List.of(
            "privacy[0]: a.M.Lat leaves as it is, it has no steps so fine that they are rounded"),
        flaws(rule + "6}"));
    assertEquals(List.of(), flaws(rule + "5}"));
  }

  @Test
  void textOfARuleIsForAPerson() throws IOException {
    Files.writeString(folder.resolve("key"), "0123456789abcdef\n");
    assertEquals(
        List.of(
            "a.b and a.c, left out within 500.0 m of 48.1, 11.5, rounded to a grid of 1000.0 m",
            "a.b and a.c, rounded to decimals: 2",
            "a.V hashed, salt x",
            "a.W left out"),
        read("{latitude: a.b, longitude: a.c, leave_out: within, circle: {latitude: 48.1,"
                + " longitude: 11.5, radius: 500}, grid: 1000}, {latitude: a.b, longitude: a.c, decimals: 2},"
                + "{match: a.V, hash_key_file: key, salt: x}, {match: a.W, drop: true}")
            .describe());
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
        signal("can0.Gnss.GPSLat", "", Kind.SIGNED),
        signal("can0.Gnss.LonPos", "deg", Kind.SIGNED),
        signal("can0.Ford.GPS_Latitude_Minutes", "Minutes", Kind.UNSIGNED),
        signal("box.line.longitude", "", Kind.TEXT),
        signal("can0.Esp.LatAccel", "m/s^2", Kind.DOUBLE),
        signal("can0.Esp.LongAcc", "", Kind.DOUBLE),
        signal("gps.LatitudeError", "m", Kind.DOUBLE),
        signal("can0.Plat.Flat", "deg", Kind.DOUBLE),
        signal("7E8.Vin", "", Kind.TEXT),
        signal("can0.Id.VIN_Part2", "", Kind.UNSIGNED),
        signal("can0.J1939.00.VI.VehicleIdentificationNumber", "", Kind.TEXT),
        signal("can0.Id.VINPart", "", Kind.UNSIGNED),
        signal("can0.VIN.Byte1", "", Kind.UNSIGNED),
        signal("can0.Id.ChassisNumber", "", Kind.TEXT),
        signal("can0.Id.DRIVING_MODE", "", Kind.UNSIGNED),
        signal("can0.Id.MovingState", "", Kind.UNSIGNED),
        signal("meter.Vin", "V", Kind.DOUBLE),
        signal("can0.Id.Vinyl", "", Kind.TEXT));
    Revealing all = new Revealing(read(""), path -> true);
    assertEquals(
        List.of(
            "Vehicle.CurrentLocation.Latitude",
            "gps.Longitude",
            "can0.GPS.gps_lat",
            "can0.GPS.PosLon_1",
            "box.line.lat",
            "can0.Gnss.GPSLat",
            "can0.Gnss.LonPos",
            "can0.Ford.GPS_Latitude_Minutes",
            "box.line.longitude"),
        all.positions(signals));
    assertEquals(
        List.of(
            "7E8.Vin",
            "can0.Id.VIN_Part2",
            "can0.J1939.00.VI.VehicleIdentificationNumber",
            "can0.Id.VINPart",
            "can0.VIN.Byte1",
            "can0.Id.ChassisNumber"),
        all.vins(signals));
    Revealing ruled = new Revealing(
        read(
            "{latitude: \"**.Latitude\", longitude: \"**.Longitude\", decimals: 1},"
                + "{match: \"**.lat\", drop: true}, {match: box.line.longitude, drop: true}, {match: \"can0.**\", drop: true}"),
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
