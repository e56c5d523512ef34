package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
}
