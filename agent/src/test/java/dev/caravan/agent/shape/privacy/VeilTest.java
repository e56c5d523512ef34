package dev.caravan.agent.shape.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
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

class VeilTest {
  private static final String BOTH = "latitude: \"**.Latitude\", longitude: \"**.Longitude\"";
  private static final String HOME = "circle: {latitude: 48.137, longitude: 11.575, radius: 500}";
  private static final long TIME_NS = 1_764_000_000_000_000_000L;

  private final Path folder;
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Health health = new Health();

  private final Signal latitude = angle("can0.Gps.Latitude", Kind.SIGNED, 1e-7, 0);
  private final Signal longitude = angle("can0.Gps.Longitude", Kind.SIGNED, 1e-7, 0);
  private final Signal speed =
      table.define(SignalSpec.of("can0.Gps.Speed", "g", "km/h", Kind.DOUBLE));
  private final Signal vin = table.define(SignalSpec.of("can0.Id.VIN", "id", "", Kind.TEXT));
  private final Signal block = table.define(SignalSpec.of("can0.Id.Raw", "id", "", Kind.BYTES));
  private final Signal number =
      table.define(SignalSpec.of("can0.Id.Serial", "id", "", Kind.UNSIGNED));

  VeilTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Signal angle(String path, Kind kind, double factor, double offset) {
    return table.define(
        new SignalSpec(path, "g", "deg", kind, factor, offset, Double.NaN, Double.NaN, Map.of()));
  }

  private Veil veil(String... rules) throws Exception {
    Faults faults = new Faults();
    Path file =
        Files.writeString(folder.resolve("a.yaml"), "privacy: [" + String.join(", ", rules) + "]");
    Node root =
        YamlFile.read(file, faults, name -> Optional.of("0123456789abcdef")).at("privacy");
    PrivacySettings settings = PrivacySettings.from(root);
    faults.throwIfAny();
    return new Veil(settings, "cloud", health);
  }

  private SampleGroup group(Signal of) {
    return new SampleGroup().begin(table.group(of), TIME_NS);
  }

  private SampleGroup at(long latitudeRaw, long longitudeRaw) {
    SampleGroup group = group(latitude);
    group.addNumber(latitude, Quality.OK, latitudeRaw);
    group.addNumber(longitude, Quality.OK, longitudeRaw);
    group.addFloating(speed, Quality.OK, 50.5);
    return group;
  }

  /** Path, quality and raw number or content of all that goes on. */
  private static List<String> told(Veil veil, SampleGroup group) {
    List<String> told = new ArrayList<>();
    veil.accept(group, seen -> {
      assertEquals(TIME_NS, seen.timeNs());
      for (int i = 0; i < seen.size(); i++) {
        Kind kind = seen.signal(i).kind();
        told.add(seen.signal(i) + " " + seen.quality(i) + " "
            + (kind == Kind.TEXT
                ? seen.text(i)
                : kind == Kind.BYTES ? seen.bytes(i).toString() : seen.rawBits(i) + ""));
      }
    });
    return told;
  }

  private long withheld() {
    return health.counter(Declared.count("shape.withheld"), "cloud").value();
  }

  private static final String SPEED = "can0.Gps.Speed OK " + Double.doubleToRawLongBits(50.5);

  private static List<String> position(long latitudeRaw, long longitudeRaw) {
    return List.of(
        "can0.Gps.Latitude OK " + latitudeRaw, "can0.Gps.Longitude OK " + longitudeRaw, SPEED);
  }

  @Test
  void groupThatNoRuleTouchesIsNotCopied() throws Exception {
    SampleGroup group = at(1, 2);
    veil("{match: \"**.VIN\", drop: true}").accept(group, seen -> assertSame(group, seen));
    assertEquals(0, withheld());
  }

  // by hand: the decimals of the degree
  @ParameterizedTest
  @CsvSource({
    "0, 481371540, 115761240, 480000000, 120000000",
    "2, 481371540, 115761240, 481400000, 115800000",
    "7, 481371541, 115761243, 481371541, 115761243",
    "3, -338688197, -705, -338690000, 0",
  })
  void decimalsAreThoseOfADegree(
      int decimals, long latitudeRaw, long longitudeRaw, long wantedLatitude, long wantedLongitude)
      throws Exception {
    Veil veil = veil("{" + BOTH + ", decimals: " + decimals + "}");
    assertEquals(
        position(wantedLatitude, wantedLongitude), told(veil, at(latitudeRaw, longitudeRaw)));
    assertEquals(0, withheld());
  }

  // by Python's math on a sphere of 6,371,008.8 m; none stands for the rest behind the last whole
  // step
  @ParameterizedTest
  @CsvSource({
    "1000, 481371540, 115761240, 481406191, 115766631",
    "1000, -338688197, 1512092955, -338684049, 1512117716",
    "1000, 899999000, 100000000, 899949888, 0",
    "70000, 0, 1799999000, 0, 1794144126",
    "70000, 0, -1800000000, 0, -1794144126",
    "70000, -899999000, 1799999000, -893924442, 1781058931",
  })
  void gridHasItsPointsSoManyMetresApart(
      int gridM, long latitudeRaw, long longitudeRaw, long wantedLatitude, long wantedLongitude)
      throws Exception {
    Veil veil = veil("{" + BOTH + ", grid: " + gridM + "}");
    assertEquals(
        position(wantedLatitude, wantedLongitude), told(veil, at(latitudeRaw, longitudeRaw)));
  }

  @Test
  void roundedValueHasTheScaleOfItsSignal() throws Exception {
    // J1939 SPN 584 and 585: 1e-7 degrees a bit, offset -210
    Signal north = angle("x.Vp.Latitude", Kind.UNSIGNED, 1e-7, -210);
    Signal east = angle("x.Vp.Longitude", Kind.DOUBLE, 1, 0);
    SampleGroup group = group(north);
    group.addNumber(north, Quality.OUT_OF_RANGE, 2_581_371_540L);
    group.addFloating(east, Quality.SUBSTITUTED, -0.004);
    assertEquals(
        List.of("x.Vp.Latitude OUT_OF_RANGE 2581400000", "x.Vp.Longitude SUBSTITUTED 0"),
        told(veil("{" + BOTH + ", decimals: 2}"), group));
  }

  // 0.0044 degrees of latitude are 489 m, 0.0045 are 500.4 m
  @ParameterizedTest
  @CsvSource({"481414000, true", "481415000, false", "481325001, false", "481326000, true"})
  void positionsWithinACircleOrOutsideOfItAreLeftOut(long latitudeRaw, boolean isWithin)
      throws Exception {
    List<String> all = position(latitudeRaw, 115750000);
    SampleGroup group = at(latitudeRaw, 115750000);
    Veil within = veil("{" + BOTH + ", leave_out: within, " + HOME + "}");
    assertEquals(isWithin ? List.of(SPEED) : all, told(within, group));
    assertEquals(isWithin ? 2 : 0, withheld());
    Veil outside = veil("{" + BOTH + ", leave_out: outside, " + HOME + "}");
    assertEquals(isWithin ? all : List.of(SPEED), told(outside, group));
    assertEquals(2, withheld());
  }

  @Test
  void circleGoesAcrossTheMeridianOf180Degrees() throws Exception {
    Veil veil = veil("{" + BOTH
        + ", leave_out: within, circle: {latitude: 0, longitude: 179.999, radius: 300}}");
    assertEquals(List.of(SPEED), told(veil, at(0, -1799990000)));
    assertEquals(position(0, -1799900000), told(veil, at(0, -1799900000)));
  }

  @Test
  void areasAreHeldAgainstWhatWasMeasured() throws Exception {
    // rounded to a degree it is 98 km away
    Veil veil =
        veil("{" + BOTH + ", decimals: 0}", "{" + BOTH + ", leave_out: within, " + HOME + "}");
    assertEquals(List.of(SPEED), told(veil, at(481370000, 115750000)));
    assertEquals(position(480000000, 120000000), told(veil, at(481470000, 115750000)));
  }

  @Test
  void halfThatCannotBeJudgedIsLeftOut() throws Exception {
    Veil veil = veil("{" + BOTH + ", leave_out: within, " + HOME + "}");
    SampleGroup alone = group(latitude);
    alone.addNumber(latitude, Quality.OK, 1);
    assertEquals(List.of(), told(veil, alone));
    SampleGroup lacking = group(latitude);
    lacking.addNumber(latitude, Quality.ERROR, 77);
    lacking.addNumber(longitude, Quality.OK, 1);
    assertEquals(List.of("can0.Gps.Latitude ERROR 0"), told(veil, lacking));
    assertEquals(List.of(SPEED), told(veil, at(900000001, 1)));
    assertEquals(4, withheld());
    assertEquals(
        List.of("can0.Gps.Latitude OK 0"), told(veil("{" + BOTH + ", grid: 1000}"), alone));
    SampleGroup east = group(latitude);
    east.addNumber(longitude, Quality.OK, 1);
    assertEquals(List.of(), told(veil("{" + BOTH + ", grid: 1000}"), east));
    assertEquals(
        List.of("can0.Gps.Longitude OK 0"), told(veil("{" + BOTH + ", decimals: 3}"), east));
  }

  @Test
  void whatIsNoNumberIsLeftOut() throws Exception {
    Signal north = angle("y.P.Latitude", Kind.DOUBLE, 1, 0);
    Signal east = angle("y.P.Longitude", Kind.FLOAT, 1, 0);
    for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e308}) {
      SampleGroup group = group(north);
      group.addFloating(north, Quality.OK, odd);
      group.addFloating(east, Quality.OK, odd);
      assertEquals(List.of(), told(veil("{" + BOTH + ", decimals: 2}"), group));
    }
  }

  @Test
  void twoPositionsOfOneMessageAreToldApartByTheirPaths() throws Exception {
    Signal north = angle("can0.Base.Latitude", Kind.SIGNED, 1e-7, 0);
    Signal east = angle("can0.Base.Longitude", Kind.SIGNED, 1e-7, 0);
    Signal lonely = angle("can0.Third.Longitude", Kind.SIGNED, 1e-7, 0);
    SampleGroup group = at(481470000, 115750000);
    group.addNumber(north, Quality.OK, 481370000);
    group.addNumber(east, Quality.OK, 115750000);
    group.addNumber(lonely, Quality.OK, 115750000);
    assertEquals(
        position(481470000, 115750000),
        told(veil("{" + BOTH + ", leave_out: within, " + HOME + "}"), group));
  }

  @Test
  void oneMomentWithTwoLatitudesIsLeftOutIfEitherIsWithin() throws Exception {
    SampleGroup group = at(491370000, 115750000);
    group.addNumber(latitude, Quality.OK, 481370000);
    assertEquals(
        List.of("can0.Gps.Latitude OK 491370000", SPEED),
        told(veil("{" + BOTH + ", leave_out: within, " + HOME + "}"), group));
  }

  // printf '%s' TEXT | openssl dgst -sha256 -hmac 0123456789abcdef; with a salt printf '%s\0%s'
  // fleet7 TEXT
  @Test
  void identifiersAreHashedByAKey() throws Exception {
    SampleGroup group = group(vin);
    group.addText(vin, Quality.OK, "WVWZZZ1JZXW000001");
    group.addBytes(block, Quality.OUT_OF_RANGE, Bytes.ofHex("0102"));
    group.addNumber(number, Quality.OK, 7);
    group.addText(vin, Quality.OK, "Ä😀\"");
    group.addText(vin, Quality.ERROR, "WVWZZZ");
    assertEquals(
        List.of(
            "can0.Id.VIN OK ee286b2f41dda301e69c432b4cd1555b2545094ee95bab999484998eaf8832af",
            "can0.Id.Raw OUT_OF_RANGE a145fae2a0e37808baaf5434c9560dcbe433aa306a5ab257eb6f29ca4ec6bf99",
            "can0.Id.VIN OK e3bc480c715434a60c92e054d452d8f6f82a2a15afd9244f5b46a557520b66f6",
            "can0.Id.VIN ERROR "),
        told(veil("{match: \"can0.Id.*\", hash_key: \"${K}\"}"), group));
    assertEquals(1, withheld());
    SampleGroup salted = group(vin);
    salted.addText(vin, Quality.OK, "WVWZZZ1JZXW000001");
    assertEquals(
        List.of("can0.Id.VIN OK d8822d4af02124a00fefe380b4f2196df57dcd54013012538c406b5ccbfb4092"),
        told(veil("{match: \"**.VIN\", hash_key: \"${K}\", salt: fleet7}"), salted));
  }

  @Test
  void whatIsDroppedIsCountedAndTimePasses() throws Exception {
    SampleGroup group = group(vin);
    group.addText(vin, Quality.NOT_AVAILABLE, "");
    List<Integer> sizes = new ArrayList<>();
    veil("{match: \"**.VIN\", drop: true}").accept(group, seen -> sizes.add(seen.size()));
    assertEquals(List.of(0), sizes);
    assertEquals(1, withheld());
  }

  @Test
  void signalsThatComeLaterAreUnderTheRulesToo() throws Exception {
    Veil veil = veil("{match: \"**.Late\", drop: true}");
    assertEquals(3, told(veil, at(1, 2)).size());
    Signal late = angle("can0.Gps.Late", Kind.SIGNED, 1, 0);
    SampleGroup group = at(1, 2);
    group.addNumber(late, Quality.OK, 5);
    assertEquals(3, told(veil, group).size());
  }
}
