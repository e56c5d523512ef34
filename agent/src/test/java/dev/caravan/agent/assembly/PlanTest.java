package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final String GOOD = """
      device: {id: xa-000001, fleet: demo}
      sources:
        - name: can0
          type: slcan
          port: /dev/ttyACM0
          bitrate: 500k
          decode: [{dbc: car.dbc}]
      routes:
        - name: cloud
          batch: {max_age: 1s, max_samples: 5000}
          store: {dir: spool}
          uplink: {type: mqtt, url: "tcp://127.0.0.1:1883"}
      """;
  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 496 Engine: 8 A
       SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
      """;

  private final Path folder;

  PlanTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeDbc() throws IOException {
    Files.writeString(folder.resolve("car.dbc"), DBC);
  }

  private Plan read(String yaml) throws IOException, ConfigException {
    Path file = folder.resolve("agent.yaml");
    Files.writeString(file, yaml);
    return Plan.read(file, new Faults());
  }

  private String faultsOf(String yaml) {
    ConfigException e = assertThrows(ConfigException.class, () -> read(yaml));
    return String.valueOf(e.getMessage());
  }

  @Test
  void twoRoutesOfOneEdgeNodeAreRefusedWhereTheyMayMeet() throws Exception {
    String first = GOOD.replace("type: mqtt,", "type: mqtt, client_id: x,")
        .replace("batch: {max_age: 1s, max_samples: 5000}", "format: sparkplug");
    String other = """
            - name: second
              format: sparkplug
              sparkplug: {node: %s}
              store: {dir: other}
              uplink: {type: mqtt, client_id: y, url: "%s"}
        """;
    String same = "xa-000001";
    String faults =
        faultsOf(first + other.formatted(same, "tcp://127.0.0.1:1883").indent(-2));
    assertTrue(
        faults.contains("route cloud, which may lead to the same broker, is demo/" + same
            + " there too; want another node or group"),
        faults);
    assertEquals(
        2,
        read(first + other.formatted("else", "tcp://127.0.0.1:1883").indent(-2))
            .routes()
            .size());
    assertEquals(
        2,
        read(first + other.formatted(same, "tcp://127.0.0.1:9").indent(-2))
            .routes()
            .size());
  }

  @Test
  void twoRoutesWithOneClientIdAreRefusedWhereTheyMayMeet() throws Exception {
    String other = """
            - name: second
              store: {dir: other}
              uplink: {type: mqtt, client_id: x, url: ["tcp://127.0.0.1:9", "%s"]}
        """;
    String first = GOOD.replace("type: mqtt,", "type: mqtt, client_id: x,");
    String faults = faultsOf(first + other.formatted("tcp://127.0.0.1:1883").indent(-2));
    assertTrue(
        faults.contains("agent.yaml:15:37: routes[1].uplink.client_id: route cloud has it too"),
        faults);
    Plan plan = read(first + other.formatted("tcp://127.0.0.1:1884").indent(-2));
    assertEquals(2, plan.routes().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topic: cars/FLEET/DEVICE|agent.yaml:10:12: routes[0].topic: want KIND in cars/FLEET/DEVICE",
        "topics: {date: x}|agent.yaml:10:14: routes[0].topics.date: unknown key",
        "topics: {data: x/DEVICE, event: x/DEVICE}|agent.yaml:10:13: routes[0].topics: want topics of which each is of one kind: x/DEVICE is that of data",
        "topics: {schema: x/DEVICE}|agent.yaml:10:13: routes[0].topics: want ID, which is the schema's, in x/DEVICE",
        "topic: cars/KIND/ROUTE/SIGNAL|agent.yaml:9:5: routes[0]: want no SIGNAL in the topics of its format",
        "topic: a/FLEET/DEVICE/KIND|agent.yaml:10:12: routes[0].topic: want ROUTE in the topics of data, event and status, or protocol: 5",
        "topics: {data: v1/devices/me/telemetry}|agent.yaml:10:13: routes[0].topics: want DEVICE, FLEET, ROUTE in the topics",
        "topics: {data: devices/DEVICE/messages/f=FLEET&r=ROUTE/}|"
      })
  void topicsFromWhichNothingCanBeHadBackAreRefused(String topics, @Nullable String fault)
      throws Exception {
    String yaml = GOOD.replace("batch: {max_age: 1s, max_samples: 5000}", topics);
    if (fault == null) {
      assertEquals(1, read(yaml).routes().size());
    } else {
      assertTrue(faultsOf(yaml).startsWith(folder + "/" + fault), faultsOf(yaml));
    }
  }

  @Test
  void whatTopicsLeaveOutIsToldByProperties() throws Exception {
    String yaml = GOOD.replace("batch: {max_age: 1s, max_samples: 5000}", "topic: KIND");
    assertEquals(
        1,
        read(yaml.replace("type: mqtt,", "type: mqtt, protocol: 5,")).routes().size());
    assertTrue(faultsOf(yaml.replace("type: mqtt,", "type: mqtt, protocol: 3.1.1,"))
        .contains("routes[0].topic: want DEVICE, FLEET, ROUTE in the topics"));
  }

  @Test
  void topicsAreThoseOfBrokersAlone() {
    String files = GOOD.replace("batch: {max_age: 1s, max_samples: 5000}", "topic: a/DEVICE/KIND")
        .replace("{type: mqtt, url: \"tcp://127.0.0.1:1883\"}", "{type: file, path: out}");
    assertTrue(
        faultsOf(files).contains("routes[0].topic: want none where the uplink is of type file"));
  }

  @Test
  void oneBrokerHasNoTopicOfTwoKinds() throws Exception {
    String first = GOOD.replace(
        "batch: {max_age: 1s, max_samples: 5000}", "topics: {data: x/FLEET/DEVICE&ROUTE}");
    String other = """
            - name: second
              topics: {event: x/FLEET/DEVICE}
              store: {dir: other}
              uplink: {type: mqtt, url: "tcp://127.0.0.1:%d"}
        """;
    assertTrue(faultsOf(first + other.formatted(1883).indent(-2))
        .contains("routes[1]: route cloud, which may lead to the same broker: want topics"));
    assertEquals(2, read(first + other.formatted(1884).indent(-2)).routes().size());
  }

  /** Status and schemas, which both share there, have one form. */
  @ParameterizedTest
  @CsvSource({
    "compat: 1, batch: {}, 1883, 'agent.yaml:13:5: routes[1].compat: route cloud, which may lead to the same broker, has it,'",
    "batch: {}, compat: 1, 1883, 'agent.yaml:15:13: routes[1].compat: route cloud, which may lead to the same broker, has none,'",
    "compat: 1, compat: 1, 1883, ''",
    "batch: {}, compat: 1, 1884, ''",
  })
  void routesThatMayShareABrokerServeTheSameReaders(
      String first, String second, int port, String fault) throws Exception {
    String yaml = GOOD.replace("batch: {max_age: 1s, max_samples: 5000}", first)
        + """
              - name: second
                store: {dir: other}
                %s
                uplink: {type: mqtt, url: ["tcp://127.0.0.1:9", "tcp://127.0.0.1:%d"]}
          """.formatted(second, port).indent(-2);
    String found = "";
    try {
      assertEquals(2, read(yaml).routes().size());
    } catch (ConfigException e) {
      found = String.valueOf(e.getMessage());
    }
    assertTrue(fault.isEmpty() ? found.isEmpty() : found.startsWith(folder + "/" + fault), found);
  }

  @Test
  void aGoodFileGivesAPlan() throws Exception {
    Plan plan = read(GOOD);
    assertEquals("xa-000001", plan.device());
    assertEquals(List.of("can0"), plan.sources().stream().map(SourcePlan::name).toList());
    assertEquals(List.of("cloud"), plan.routes().stream().map(RoutePlan::name).toList());
    assertEquals("can0.Engine.Speed", plan.signals().signals().get(0).path());
  }

  /** Each replaces one text of the good file by another, and names the place and words of the fault. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitrate: 500k|bitrate: [1]|agent.yaml:6:|sources[0].bitrate|rate",
        "bitrate: 500k|bitrat: 500k|agent.yaml:6:5|bitrat|did you mean 'bitrate'",
        "bitrate: 500k|'port: /dev/x'|agent.yaml:6:5|port|duplicate key",
        "dbc: car.dbc|dbc: none.dbc|agent.yaml:7:|sources[0].decode[0].dbc|no such file",
        "id: xa-000001|id: 'xa/1'|agent.yaml:1:|device.id|A-Z a-z 0-9 . _ -",
        "fleet: demo|fleet: 'a+b'|agent.yaml:1:|device.fleet|A-Z a-z 0-9 . _ -",
        "max_samples: 5000|max_samples: 0|agent.yaml:10:|routes[0].batch.max_samples|1..",
        "max_age: 1s|max_age: 1|agent.yaml:10:|routes[0].batch.max_age|duration",
        "type: mqtt|type: amqp|agent.yaml:12:|routes[0].uplink.type|mqtt",
        "type: slcan|type: slcn|agent.yaml:4:|sources[0].type|slcan",
        "tcp://127.0.0.1:1883|tcp://broker.example:1883|agent.yaml:12:|routes[0].uplink|insecure",
        "fleet: demo}|fleet: demo|agent.yaml:|not YAML|",
      })
  void aFaultIsNamedWithItsPlaceKeyAndWhatWasWanted(
      String good, String bad, String place, String key, String wanted) throws Exception {
    assertTrue(GOOD.contains(good), good);
    String told = faultsOf(GOOD.replace(good, bad));
    assertTrue(told.contains(place), told);
    assertTrue(told.contains(key), told);
    assertTrue(wanted == null || told.contains(wanted), told);
  }

  @Test
  void twoSourcesWithOneNameAreNamedWithBothPlaces() throws Exception {
    String second = "  - {name: can0, type: slcan, port: /dev/ttyACM1, bitrate: 500k}\nroutes:";
    String told = faultsOf(GOOD.replace("routes:", second));
    assertTrue(told.contains("agent.yaml:8:12: sources[1].name"), told);
    assertTrue(told.contains("agent.yaml:3:11"), told);
  }

  @Test
  void aBadLineOfADbcIsNamedWithItsPlace() throws Exception {
    Files.writeString(folder.resolve("car.dbc"), DBC + " SG_ Broken : 7|x@0+ (1,0) [0|1] \"\" A\n");
    String told = faultsOf(GOOD);
    assertTrue(told.contains("car.dbc:5:"), told);
  }

  @Test
  void anUnreadableKeyFileIsNamed() throws Exception {
    String tls = "url: \"ssl://broker.example:8883\", tls: {ca: none.pem}";
    String told = faultsOf(GOOD.replace("url: \"tcp://127.0.0.1:1883\"", tls));
    assertTrue(told.contains("agent.yaml:12:"), told);
    assertTrue(told.contains("tls.ca"), told);
    assertTrue(told.contains("none.pem"), told);
  }

  @Test
  void aPortThatDoesNotExistIsNoFault() throws Exception {
    assertEquals(1, read(GOOD.replace("/dev/ttyACM0", "/dev/none")).sources().size());
  }

  @Test
  void twoRoutesInOneDirectoryAreRefused() throws Exception {
    String second = GOOD
        + "  - {name: second, store: {dir: spool}, uplink: {type: mqtt, url: \"tcp://127.0.0.1:1884\"}}\n";
    String told = faultsOf(second);
    assertTrue(told.contains("routes[1].store.dir"), told);
  }

  @Test
  void allFaultsAreToldAtOnce() throws Exception {
    String bad =
        GOOD.replace("bitrate: 500k", "bitrat: 500k").replace("id: xa-000001", "id: 'x/1'");
    String told = faultsOf(bad);
    assertTrue(told.lines().count() >= 2, told);
  }

  private static String withEvents(String events) {
    return GOOD + "    events: " + events + "\n";
  }

  @Test
  void eventsHaveAQueueBelowThatOfTheirRoute() throws Exception {
    assertEquals(Optional.empty(), read(GOOD).routes().get(0).events());
    EventPlan events = read(withEvents("{}")).routes().get(0).events().orElseThrow();
    assertEquals(folder.resolve("spool/events"), events.store().dir());
    assertEquals(16L << 20, events.store().maxBytes());
    assertEquals(30L * 86_400_000_000_000L, events.store().maxAgeNs());
    EventPlan small = read(withEvents("{store: {max_bytes: 1MiB, dir: away}}"))
        .routes()
        .get(0)
        .events()
        .orElseThrow();
    assertEquals(folder.resolve("away"), small.store().dir());
    assertEquals(1L << 20, small.store().maxBytes());
    assertEquals(30L * 86_400_000_000_000L, small.store().maxAgeNs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{stats: true}|agent.yaml:13:14: routes[0].events.stats: unknown key; did you mean 'states'?",
        "[]|agent.yaml:13:13: routes[0].events: want a mapping of keys to values, got a list",
        "{states: 1}|agent.yaml:13:22: routes[0].events.states: want true or false",
        "{store: {max_age: 1}}|agent.yaml:13:31: routes[0].events.store.max_age: want a duration",
        "{store: {dri: a}}|agent.yaml:13:22: routes[0].events.store.dri: unknown key; did you mean 'dir'?",
        "{store: {dir: spool}}|routes[0].events.store.dir: want a directory for these events alone",
        "{triggers: [{name: a, when: x <}]}|agent.yaml:13:41: routes[0].events.triggers[0].when: want a signal",
      })
  void faultOfEventsIsNamedWithItsPlace(String events, String wanted) {
    String told = faultsOf(withEvents(events));
    assertTrue(told.contains(wanted), told);
  }

  @Test
  void triggersAreInThePlanAndWhatTheyLackIsAWarning() throws Exception {
    Faults faults = new Faults();
    Path file = folder.resolve("agent.yaml");
    Files.writeString(
        file, withEvents("{triggers: [{name: fast, when: can0.Engine.Sped > 3}], states: false}"));
    Plan plan = Plan.read(file, faults);
    assertEquals(
        List.of("routes[0].events.triggers[0]: no such signal: 'can0.Engine.Sped'; did you mean"
            + " 'can0.Engine.Speed'?"),
        faults.warnings().stream().map(Fault::what).toList());
    List<String> lines = new ArrayList<>();
    plan.describe(lines::add);
    int at = lines.indexOf("  events, store " + folder.resolve("spool/events"));
    assertEquals(
        List.of(
            "    trouble_codes: when a list of trouble codes changes",
            "    trigger fast: when can0.Engine.Sped > 3"),
        lines.subList(at + 1, at + 3));
  }

  /** What is secret or elsewhere is not there where a demonstration runs: files of keys, variables, the broker's name. */
  @Test
  void demonstrationHasItsOwnBrokerAndStoresWhateverTheFileSays() throws Exception {
    Path file = Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: "xa-${NOT_SET_ID}", fleet: demo}
        sources:
          - {name: bus, type: slcan, port: /tmp/caravan/far-end, bitrate: 500k, decode: [{dbc: car.dbc}]}
          - {name: gnss, type: nmea, port: /dev/ttyUSB7}
        routes:
          - name: a
            store: {dir: spool, max_bytes: 256KiB, when_full: refuse}
            uplink: {type: mqtt, url: "ssl://broker.example", user: me, password: "${NOT_SET_PASSWORD}",
                     client_id: fixed, budget: {hour: 2KiB}, tls: {ca: gone.pem, cert: gone.pem, key: gone.pem}}
            events: {store: {dir: events}}
          - {name: b, store: {dir: other}, uplink: {type: mqtt, url: ["tcp://127.0.0.1:1883", "wss://x.example"], client_id: fixed}}
        commands: {allow: [status], keys: [gone.pub]}
        devices:
          - {name: far-end, type: slcan, model: nev}
        """);
    Path own = folder.resolve("own");
    Plan plan = Plan.read(file, new Faults(), new Rehearsal("tcp://127.0.0.1:4711", own));
    assertEquals("xa-NOT_SET_ID-is-not-set", plan.device());
    assertEquals(
        List.of(
            own.resolve("links/far-end") + ", 500000 bit/s, listen-only",
            "/dev/ttyUSB7, 9600 bit/s"),
        plan.sources().stream().map(SourcePlan::what).toList());
    for (RoutePlan route : plan.routes()) {
      assertEquals("[tcp://127.0.0.1:4711]", route.uplink().where());
      assertTrue(route.uplink().clientId().isEmpty());
      assertEquals(256L << 20, route.store().maxBytes());
    }
    assertEquals(
        List.of(own.resolve("spool-a"), own.resolve("spool-a.events"), own.resolve("spool-b")),
        List.of(
            plan.routes().get(0).store().dir(),
            plan.routes().get(0).events().orElseThrow().store().dir(),
            plan.routes().get(1).store().dir()));
    assertTrue(plan.commands().isEmpty());
  }
}
