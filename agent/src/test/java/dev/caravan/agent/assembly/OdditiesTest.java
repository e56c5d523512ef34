package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.modbus.RegisterMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations that would run and not do what was meant; each differs from a good one in one thing. */
class OdditiesTest {
  private static final String IDENTITY = "device: {id: xa-1, fleet: f}\n";
  private static final String SOURCE =
      "{name: can0, type: slcan, port: /dev/ttyS7, bitrate: 500k, decode: [{dbc: car.dbc}]}";
  private static final String ROUTE =
      "{name: a, store: {dir: a}, uplink: {type: mqtt, url: \"tcp://127.0.0.1\"}, privacy: []}";

  private final Path folder;

  OdditiesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("car.dbc"),
        "BO_ 496 Engine: 8 A\n SG_ Speed : 0|8@1+ (1,0) [0|0] \"km/h\" A\n");
  }

  private List<String> warnings(String yaml) throws IOException, ConfigException {
    Faults faults = new Faults();
    Plan.read(Files.writeString(folder.resolve("a.yaml"), yaml), faults);
    return faults.warnings().stream()
        .map(Fault::toString)
        .map(each -> each.replace(folder + "/", ""))
        .toList();
  }

  private static String with(List<String> sources, List<String> routes) {
    return IDENTITY + "sources:\n" + list(sources) + "routes:\n" + list(routes);
  }

  private static String list(List<String> items) {
    return String.join("", items.stream().map(item -> "  - " + item + "\n").toList());
  }

  private void assertWarned(String wanted, String yaml) throws IOException, ConfigException {
    assertEquals(List.of(wanted), warnings(yaml));
  }

  @Test
  void aGoodOneHasNone() throws Exception {
    assertEquals(List.of(), warnings(with(List.of(SOURCE), List.of(ROUTE))));
  }

  @Test
  void whatTellsWhereOrWhichVehicleItIsIsWarnedOf() throws Exception {
    Files.writeString(folder.resolve("car.dbc"), """
        BO_ 496 Gps: 8 A
         SG_ Latitude : 0|32@1- (1e-7,0) [0|0] "deg" A
         SG_ Longitude : 32|32@1- (1e-7,0) [0|0] "deg" A
        """);
    String open = ROUTE.replace(", privacy: []", "");
    assertWarned(
        "a.yaml:5:5: routes[0]: positions in full precision leave by this route: can0.Gps.Latitude,"
            + " can0.Gps.Longitude; want rules in `privacy`, or `privacy: []` if that is meant",
        with(List.of(SOURCE), List.of(open)));
    String rule = "{latitude: \"**.Latitude\", longitude: \"**.Longitude\", decimals: 2}";
    assertEquals(
        List.of(), warnings(with(List.of(SOURCE), List.of(ROUTE.replace("[]", "[" + rule + "]")))));
    assertEquals(List.of(), warnings(with(List.of(SOURCE), List.of(ROUTE))));
    // what is shaped away leaves by its events
    String events = open.replace("store", "shape: [{match: can0.Gps.Longitude}], store")
        .replace("uplink", "events: {triggers: [{name: a, when: can0.Gps.Latitude > 1}]}, uplink");
    assertTrue(warnings(with(List.of(SOURCE), List.of(events)))
        .toString()
        .contains("leave by this route: can0.Gps.Latitude, can0.Gps.Longitude;"));
    String bus = SOURCE.replace("{dbc: car.dbc}", "{j1939: on}");
    assertTrue(warnings(with(List.of(bus), List.of(open)))
        .toString()
        .contains("may leave by this route: can0.J1939.*.VI.VehicleIdentificationNumber;"));
  }

  @Test
  void deviceThatIsCalledByAVinIsWarnedOf() throws Exception {
    String open = ROUTE.replace(", privacy: []", "");
    String yaml = with(List.of(SOURCE), List.of(open));
    assertEquals(List.of(), warnings(yaml));
    assertWarned(
        "a.yaml:5:5: routes[0]: vehicle identification numbers may leave by this route: device.id, in every"
            + " topic; want rules in `privacy`, or `privacy: []` if that is meant",
        yaml.replace("xa-1", "WVWZZZ1JZXW000001"));
    assertEquals(List.of(), warnings(yaml.replace("xa-1", "BERLINANDMADRIDXY")));
    assertEquals(
        List.of(),
        warnings(with(List.of(SOURCE), List.of(ROUTE)).replace("xa-1", "WVWZZZ1JZXW000001")));
  }

  @Test
  void routeThatTellsNothingByItsPrivacyIsWarnedOf() throws Exception {
    assertTrue(warnings(
            with(List.of(SOURCE), List.of(ROUTE.replace("[]", "[{match: \"**\", drop: true}]"))))
        .toString()
        .contains("routes[0].privacy: lets no signal pass; the route sends nothing"));
  }

  @Test
  void idOfTheExampleIsWarnedOf() throws Exception {
    String yaml = with(List.of(SOURCE), List.of(ROUTE)).replace("xa-1", "vehicle-000001");
    assertTrue(
        warnings(yaml).toString().startsWith("[a.yaml:1:14: device.id: 'vehicle-000001' is"));
    // who simulates means the example
    String devices = "devices: [{name: can0, type: slcan, model: nev}]\n";
    assertEquals(List.of(), warnings(yaml + devices));
  }

  @Test
  void whatGoesNowhereIsWarnedOf() throws Exception {
    assertWarned(
        "a.yaml:1:1: routes: none; what is read goes nowhere",
        IDENTITY + "sources:\n" + list(List.of(SOURCE)));
    assertWarned(
        "a.yaml:1:1: sources: none; nothing is read",
        IDENTITY + "routes:\n" + list(List.of(ROUTE)));
    assertWarned(
        "a.yaml:5:22: routes[0].shape: lets no signal pass; the route sends nothing",
        with(
            List.of(SOURCE),
            List.of("{name: a, shape: [{match: \"**\", drop: true}],"
                + " store: {dir: a}, uplink: {type: mqtt, url: \"tcp://127.0.0.1\"}}")));
  }

  @Test
  void emptyListIsAsGoodAsNone() throws Exception {
    assertWarned(
        "a.yaml:1:1: routes: none; what is read goes nowhere",
        IDENTITY + "sources:\n" + list(List.of(SOURCE)) + "routes: []\n");
    assertWarned(
        "a.yaml:1:1: sources: none; nothing is read",
        IDENTITY + "sources: []\ndevices: []\nroutes:\n" + list(List.of(ROUTE)));
    assertWarned("a.yaml:1:1: sources: none; nothing is read", IDENTITY + "sources: []\n");
  }

  private void assertTooMany(String wanted, String yaml) {
    ConfigException refused = assertThrows(ConfigException.class, () -> warnings(yaml));
    assertEquals(wanted, refused.faults().get(0).toString().replace(folder + "/", ""));
  }

  @Test
  void moreSourcesRoutesAndRulesThanAnyoneHasAreRefused() {
    List<String> sources = IntStream.range(0, 257)
        .mapToObj(i -> "{name: s" + i + ", type: nmea, port: /dev/s" + i + "}")
        .toList();
    assertTooMany("a.yaml:3:3: sources: want at most 256, got 257", with(sources, List.of(ROUTE)));
    List<String> routes =
        IntStream.range(0, 65).mapToObj(i -> ROUTE.replace(" a", " a" + i)).toList();
    assertTooMany("a.yaml:5:3: routes: want at most 64, got 65", with(List.of(SOURCE), routes));
    String rules = "{match: a.b}, ".repeat(1001);
    assertTooMany(
        "a.yaml:5:22: routes[0].shape: want at most 1000 rules, got 1001",
        with(
            List.of(SOURCE),
            List.of(ROUTE.replace(
                "store", "shape: [" + rules.substring(0, rules.length() - 2) + "], store"))));
  }

  @Test
  void sourcesWithoutAFittingDecoderAreWarnedOf() throws Exception {
    assertWarned(
        "a.yaml:3:5: sources[0]: no decoder; what it reads is not understood, want decode: [{dbc: FILE}]",
        with(List.of(SOURCE.replace("{dbc: car.dbc}", "")), List.of(ROUTE)));
    assertWarned(
        "a.yaml:4:50: sources[1].decode[0]: gets nothing from this source, which wants no decoder",
        with(
            List.of(SOURCE, "{name: g, type: nmea, port: /dev/g, decode: [{dbc: car.dbc}]}"),
            List.of(ROUTE)));
    assertWarned(
        "a.yaml:4:5: sources[1]: no decoder; what it reads is not understood, want decode: [{obd: FILE}]",
        with(List.of(SOURCE, "{name: o, type: elm327, port: /dev/o}"), List.of(ROUTE)));
  }

  @Test
  void twoSourcesOnOnePortAreWarnedOf() throws Exception {
    Path port = Files.createFile(folder.resolve("tty"));
    Files.createSymbolicLink(folder.resolve("by-id"), port);
    assertWarned(
        "a.yaml:4:33: sources[1].port: the source at a.yaml:3:33 reads this port too; only one of them can",
        with(
            List.of("{name: g, type: nmea, port: tty}", "{name: h, type: nmea, port: by-id}"),
            List.of(ROUTE)));
  }

  @Test
  void localhostIsThePortOfItsAddress() throws Exception {
    assertWarned(
        "a.yaml:4:33: sources[1].port: the source at a.yaml:3:33 reads this port too; only one of them can",
        with(
            List.of(
                "{name: g, type: nmea, port: \"tcp://LocalHost:4001\"}",
                "{name: h, type: nmea, port: \"tcp://127.0.0.1:4001\"}"),
            List.of(ROUTE)));
  }

  @Test
  void storeWithinThatOfAnotherRouteIsWarnedOf() throws Exception {
    assertWarned(
        "a.yaml:5:28: routes[0].store.dir: lies within the store of route b;"
            + " want a folder of its own, so that who clears the one leaves the other",
        with(
            List.of(SOURCE),
            List.of(
                ROUTE.replace("dir: a", "dir: st/sub"),
                ROUTE
                    .replace("name: a", "name: b")
                    .replace("dir: a", "dir: st")
                    .replace(".1\"", ".2\""))));
  }

  @Test
  void storesThatCannotBeAreWarnedOf() throws Exception {
    Files.createFile(folder.resolve("file"));
    assertWarned(
        "a.yaml:5:28: routes[0].store.dir: cannot be made: file is no folder",
        with(List.of(SOURCE), List.of(ROUTE.replace("dir: a", "dir: file/a"))));
    String told = warnings(
            with(List.of(SOURCE), List.of(ROUTE.replace("dir: a", "dir: a, max_bytes: 1024GiB"))))
        .toString();
    assertTrue(
        told.contains("routes[0].store.max_bytes: the queues there may take 1048576 MiB"), told);
  }

  @Test
  void routesThatDoTheSameAreWarnedOf() throws Exception {
    assertWarned(
        "a.yaml:6:5: routes[1]: sends what route a sends, to the same broker; every sample goes twice",
        with(List.of(SOURCE), List.of(ROUTE, ROUTE.replace(" a", " b"))));
  }

  @Test
  void rulesAndLinesThatMatchNothingSayWhatWasMeant() throws Exception {
    Files.writeString(
        folder.resolve("vss.yaml"), "signals: [{from: Engine.Spead, to: Vehicle.Speed}]\n");
    String shaped =
        ROUTE.replace("store", "shape: [{match: can0.Engine.Sped}, {match: \"**\"}], store");
    assertEquals(
        List.of(
            "vss.yaml:1:11: signals[0]: no decoder has a signal Engine.Spead; did you mean Engine.Speed?",
            "a.yaml:6:31: routes[0].shape[0].match: no signal matches 'can0.Engine.Sped';"
                + " did you mean 'can0.Engine.Speed'?"),
        warnings(
            with(List.of(SOURCE), List.of(shaped)).replace("sources:", "vss: vss.yaml\nsources:")));
  }

  /** With senders in the names a signal is known when its sender is first heard. */
  @Test
  void whatMayBeLearnedIsNotWarnedOf() throws Exception {
    String learning =
        SOURCE.replace("[{dbc: car.dbc}]", "[{dbc: car.dbc}, {j1939: on, source_address: true}]");
    String shaped =
        ROUTE.replace("store", "shape: [{match: can0.SA21.EEC1.*}, {match: \"**\"}], store");
    assertEquals(List.of(), warnings(with(List.of(learning), List.of(shaped))));
  }

  private static List<String> learningRules(String... names) {
    return List.of(ROUTE.replace(
        "store",
        "shape: ["
            + String.join(
                ", ",
                List.of(names).stream()
                    .map(name -> "{match: \"" + name + "\", period: 1s}")
                    .toList())
            + ", {match: \"**\"}], events: {triggers: [{name: t, when: \"changed(" + names[0]
            + ")\", signals: [\"" + names[0] + "\"]}]}, store"));
  }

  /** Lists of trouble codes and identifications have names by the address that sends them, whatever says that a bus is J1939. */
  @Test
  void whatIsHeardOnJ1939IsNotWarnedOf() throws Exception {
    Files.writeString(folder.resolve("truck.dbc"), """
        BO_ 2364540158 EEC1: 8 A
         SG_ EngSpeed : 24|16@1+ (0.125,0) [0|0] "rpm" A
        BA_DEF_ "ProtocolType" STRING ;
        BA_ "ProtocolType" "J1939";
        """);
    List<String> routes = learningRules(
        "can0.J1939.0B.DM1.ActiveDtcs",
        "can0.J1939.*.DM2.*",
        "can0.*.*.DM12.*",
        "*.J1939.**",
        "**.VI.VehicleIdentificationNumber");
    for (String decode :
        List.of("{j1939: on}", "{dbc: truck.dbc}", "{dbc: car.dbc}, {j1939: on}")) {
      String source = SOURCE.replace("{dbc: car.dbc}", decode);
      assertEquals(List.of(), warnings(with(List.of(source), routes)), decode);
    }
    // the same names are odd where nothing makes them
    assertEquals(7, warnings(with(List.of(SOURCE), routes)).size());
    String off = SOURCE.replace("{dbc: car.dbc}", "{dbc: truck.dbc}, {j1939: off}");
    assertEquals(7, warnings(with(List.of(off), routes)).size());
  }

  /** A bus whose trouble codes are heard has other names that are slips of the pen all the same. */
  @Test
  void slipOfThePenBesideWhatIsHeardIsWarnedOf() throws Exception {
    String source = SOURCE.replace("car.dbc}", "car.dbc}, {j1939: on}");
    assertEquals(
        List.of(
            "a.yaml:5:31: routes[0].shape[0].match: no signal matches 'can0.J1939.0B.DM99.*'",
            "a.yaml:5:76: routes[0].shape[1].match: no signal matches 'can0.Engine.Sped';"
                + " did you mean 'can0.Engine.Speed'?"),
        warnings(with(
            List.of(source),
            List.of(ROUTE.replace(
                "store",
                "shape: [{match: \"can0.J1939.0B.DM99.*\", period: 1s}, {match: can0.Engine.Sped, period: 1s},"
                    + " {match: \"**\"}], store")))));
  }

  @Test
  void routeOfNothingButWhatIsHeardSendsSomething() throws Exception {
    String source = SOURCE.replace("car.dbc}", "car.dbc}, {j1939: on}");
    String only = ROUTE.replace(
        "store", "shape: [{match: \"can0.J1939.**\"}, {match: \"**\", drop: true}], store");
    assertEquals(List.of(), warnings(with(List.of(source), List.of(only))));
    assertWarned(
        "a.yaml:5:22: routes[0].shape: lets no signal pass; the route sends nothing",
        with(
            List.of(source),
            List.of(ROUTE.replace("store", "shape: [{match: \"**\", drop: true}], store"))));
  }

  /** The line names what is heard later, and the rule names it as the line does. */
  @Test
  void vssNamesOfWhatIsHeardAreNotWarnedOf() throws Exception {
    Files.writeString(folder.resolve("vss.yaml"), """
        own: [Vehicle.Private]
        signals:
          - {from: J1939.0B.DM1.ActiveDtcs, to: Vehicle.Private.BrakeCodes}
          - {from: can0.J1939.00.DM2.PreviouslyActiveDtcs, to: Vehicle.Private.OldCodes}
        """);
    String source = SOURCE.replace("{dbc: car.dbc}", "{j1939: on}");
    String yaml = with(
        List.of(source), learningRules("Vehicle.Private.BrakeCodes", "Vehicle.Private.OldCodes"));
    assertEquals(List.of(), warnings(yaml.replace("sources:", "vss: vss.yaml\nsources:")));
  }

  @Test
  void secretsThatOthersMayReadAreWarnedOf() throws Exception {
    Path password = Files.writeString(folder.resolve("pw"), "x\n");
    String uplink =
        ROUTE.replace("tcp://127.0.0.1\"", "ssl://b.example\", user: u, password_file: pw");
    Files.setPosixFilePermissions(
        password, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertWarned(
        "a.yaml:5:101: routes[0].uplink.password_file: every user of this machine can read pw; want chmod 640 or less",
        with(List.of(SOURCE), List.of(uplink)));
    Files.setPosixFilePermissions(
        password, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(List.of(), warnings(with(List.of(SOURCE), List.of(uplink))));
    String plain = uplink.replace("ssl://b.example\"", "tcp://b.example\", insecure: true");
    assertEquals(
        List.of(
            "a.yaml:5:58: routes[0].uplink.url: the password goes to tcp://b.example:1883 in plain text;"
                + " want ssl:// or wss://"),
        warnings(with(List.of(SOURCE), List.of(plain))));
  }

  @Test
  void ratesThatNobodyHasAreWarnedOf() throws Exception {
    assertWarned(
        "a.yaml:3:70: sources[0].baud: 115000 bit/s is no usual rate; did you mean 115200?",
        with(List.of(SOURCE.replace("decode", "baud: 115000, decode")), List.of(ROUTE)));
  }

  /** 40001 is how manuals name the holding register at address 0. */
  @Test
  void addressesInTheNotationOfManualsAreWarnedOf() throws Exception {
    Files.writeString(folder.resolve("map.yaml"), """
        signals:
          - {name: A, address: 40001}
          - {name: B, address: 0x9C41}
          - {name: C, function: 4, address: 30012}
          - {name: D, address: 30012}
        """);
    Files.writeString(folder.resolve("high.yaml"), "signals: [{name: A, address: 400001}]\n");
    Faults faults = new Faults();
    RegisterMap.read(folder.resolve("high.yaml"), faults);
    assertEquals(
        "signals[0].address: 400001 looks like the number of a manual, whose address is 0",
        faults.warnings().get(0).what());
    assertEquals(
        "signals[0].address: want 0..65535, got 400001", faults.found().get(0).what());
    String source =
        "{name: m, type: modbus, port: /dev/m, slaves: [{unit: 1, map: map.yaml, name: x},"
            + " {unit: 2, map: map.yaml, name: y}], poll: [{name: p, unit: 3, function: 2, address: 10009}]}";
    assertEquals(
        List.of(
            "map.yaml:2:24: signals[0].address: 40001 looks like the number of a manual, whose address is 0;"
                + " if the address is meant, write it as 0x9c41",
            "map.yaml:4:37: signals[2].address: 30012 looks like the number of a manual, whose address is 11;"
                + " if the address is meant, write it as 0x753c",
            "a.yaml:3:171: sources[0].poll[0].address: 10009 looks like the number of a manual, whose address is 8;"
                + " if the address is meant, write it as 0x2719"),
        warnings(with(List.of(source), List.of(ROUTE))));
  }
}
