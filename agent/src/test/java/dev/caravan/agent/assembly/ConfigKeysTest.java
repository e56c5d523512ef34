package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.caravan.agent.Json;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what is written about the configuration against the keys that the code reads, in both directions. */
class ConfigKeysTest {
  private static final String SLCAN = """
      device: {id: a, fleet: b}
      vss: map.yaml
      sources:
        - name: can0
          type: slcan
          port: /dev/none
          bitrate: 500k
          dialect: lawicel
          accept: {code: 0, mask: 0xFFFFFFFF}
          rs485: {}
          listen_only: false
          allow_transmit: ["7DF", "7E0"]
          diagnostics: {units: [{request: 714, answer: 77E}], poll: {pids: [{request: 22 F190, target: 7E0}]}}
          decode: [{dbc: car.dbc, qualities: qualities.yaml}, {j1939: auto}, {nmea2000: auto}, {obd: obd.yaml}]
      routes:
        - name: cloud
          shape: [{match: "**"}]
          store: {dir: spool}
          uplink: {type: mqtt, url: "ssl://127.0.0.1:8883", tls: {}}
          events: {triggers: [{name: a, when: can0.Engine.Speed}], store: {}}
      power: {file: power}
      web: {}
      log: {}
      commands: {allow: []}
      devices: [{name: can0, type: slcan}]
      """;
  private static final String SOCKETCAN = """
      device: {id: a, fleet: b}
      sources: [{name: can1, type: socketcan, interface: can0, accept: [{id: 7E8}]}]
      """;
  private static final String ELM327 = """
      device: {id: a, fleet: b}
      sources:
        - name: obd0
          type: elm327
          port: /dev/none
          units: [{request: 714, answer: 77E}]
          poll: {pids: [{request: 22 F190, target: 7E0}]}
      devices: [{name: obd0, type: elm327}]
      """;
  private static final String NMEA = """
      device: {id: a, fleet: b}
      sources: [{name: gnss, type: nmea, port: /dev/none}]
      devices: [{name: gnss, type: gnss}]
      """;
  private static final String MODBUS = """
      device: {id: a, fleet: b}
      sources:
        - name: road
          type: modbus
          port: /dev/none
          slaves: [{unit: 1, map: registers.yaml}]
          poll: [{name: raw, unit: 2, function: 1, address: 0}]
      devices: [{name: road, type: modbus}]
      """;
  private static final String LINE = """
      device: {id: a, fleet: b}
      sources:
        - name: radar
          type: line
          port: /dev/none
          rs485: {}
          message: {form: frames, header: AA, length_at: 1, checksum: {kind: crc, poly: 1}}
          ask: [{text: a}]
          decode: [{line: line-table.yaml}]
        - {name: printer, type: line, port: /dev/none, message: {checksum: {kind: xor-8}}}
      """;
  private static final String REPLAY = """
      device: {id: a, fleet: b}
      sources: [{name: log, type: replay, file: drive.log, diagnostics: {listen: true}}]
      """;
  /** A configuration with a source of each type, in which every mapping is there, so that every key is asked for. */
  private static final Map<String, String> SAMPLES = Map.of(
      "slcan",
      SLCAN,
      "socketcan",
      SOCKETCAN,
      "elm327",
      ELM327,
      "nmea",
      NMEA,
      "modbus",
      MODBUS,
      "line",
      LINE,
      "replay",
      REPLAY);

  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 496 Engine: 8 A
       SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
      """;
  private static final String OBD = """
      responses: [{request: "01 0D", name: Speed, bytes: 1}]
      """;
  private static final String REGISTERS = """
      signals: [{name: Speed, address: 0}]
      """;
  private static final String QUALITIES = """
      labels: {error: Error}
      signals: [{match: Engine.Speed, error: 255}]
      """;
  private static final String VSS = """
      signals: [{from: Engine.Speed, to: Vehicle.Speed}]
      """;

  /** Block of the configuration: the headings of README.md whose tables together list its keys. */
  private static final Map<String, List<String>> HEADINGS = Map.ofEntries(
      Map.entry("", List.of("Configuration")),
      Map.entry("device", List.of("device")),
      Map.entry("sources[] slcan", List.of("sources", "sources/serial port", "sources/slcan")),
      Map.entry("sources[] line", List.of("sources", "sources/serial port", "sources/line")),
      Map.entry("sources[] replay", List.of("sources", "sources/replay")),
      Map.entry("sources[] socketcan", List.of("sources", "sources/socketcan")),
      Map.entry("sources[] elm327", List.of("sources", "sources/elm327")),
      Map.entry("sources[] nmea", List.of("sources", "sources/serial port", "sources/nmea")),
      Map.entry("sources[] modbus", List.of("sources", "sources/serial port", "sources/modbus")),
      Map.entry("sources[].slaves[]", List.of("sources/modbus slaves")),
      Map.entry("sources[].poll[]", List.of("sources/modbus poll")),
      Map.entry("sources[].diagnostics", List.of("sources/diagnostics")),
      Map.entry("sources[].poll", List.of("sources/poll")),
      Map.entry("sources[].units[]", List.of("sources/units")),
      Map.entry("sources[].diagnostics.units[]", List.of("sources/units")),
      Map.entry("sources[].poll.pids[]", List.of("sources/poll/pids")),
      Map.entry("sources[].diagnostics.poll", List.of("sources/poll")),
      Map.entry("sources[].diagnostics.poll.pids[]", List.of("sources/poll/pids")),
      Map.entry(
          "sources[].decode[]",
          List.of("decode/dbc", "decode/j1939", "decode/nmea2000", "decode/obd", "decode/line")),
      Map.entry("qualities ", List.of("decode/dbc qualities")),
      Map.entry("qualities signals[]", List.of("decode/dbc qualities signals")),
      Map.entry("registers ", List.of("decode/modbus map")),
      Map.entry("registers signals[]", List.of("decode/modbus map signals")),
      Map.entry("vss ", List.of("vss")),
      Map.entry("vss signals[]", List.of("vss/vss signals")),
      Map.entry("routes[]", List.of("routes")),
      Map.entry("routes[].shape[]", List.of("routes/shape")),
      Map.entry("routes[].batch", List.of("routes/batch")),
      Map.entry("routes[].store", List.of("routes/store")),
      Map.entry("routes[].uplink", List.of("routes/uplink: mqtt")),
      Map.entry("routes[].events", List.of("routes/events")),
      Map.entry("routes[].events.triggers[]", List.of("routes/events triggers")),
      Map.entry("routes[].events.store", List.of("routes/store")),
      Map.entry("power", List.of("power")),
      Map.entry("web", List.of("web")),
      Map.entry("log", List.of("log")),
      Map.entry("commands", List.of("commands")),
      Map.entry(
          "devices[]",
          List.of(
              "devices",
              "devices/slcan",
              "devices/elm327",
              "devices/gnss",
              "devices/modbus",
              "devices/rough cable")));

  /** Mappings that README.md lists in the tables of the blocks around them, {@code accept.code}. */
  private static final Map<String, List<String>> NESTED = Map.of(
      "qualities labels", List.of("qualities "),
      "sources[].accept", List.of("sources[] slcan"),
      "sources[].accept[]", List.of("sources[] socketcan"),
      "sources[].rs485",
          List.of("sources[] slcan", "sources[] nmea", "sources[] modbus", "sources[] line"),
      "sources[].message", List.of("sources[] line"),
      "sources[].message.checksum", List.of("sources[] line"),
      "sources[].ask[]", List.of("sources[] line"),
      "routes[].uplink.tls", List.of("routes[].uplink"),
      "routes[].uplink.budget", List.of("routes[].uplink"));

  private static final Pattern KEY_OF_ROW = Pattern.compile("\\| `([a-z0-9_.]+)` \\|.*");
  private static final Pattern COMMENTED_KEY =
      Pattern.compile("( *)# ( *(?:- )?[a-z0-9_]+:(?: .*)?)");

  private final Path config =
      Path.of(System.getProperty("caravan.root", "..")).resolve("config").toAbsolutePath();
  private final Path folder;

  ConfigKeysTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeFilesThatAreNamed() throws IOException {
    Files.writeString(folder.resolve("car.dbc"), DBC);
    Files.writeString(folder.resolve("map.yaml"), VSS);
    Files.writeString(folder.resolve("qualities.yaml"), QUALITIES);
    Files.writeString(folder.resolve("obd.yaml"), OBD);
    Files.writeString(folder.resolve("registers.yaml"), REGISTERS);
    Files.writeString(
        folder.resolve("line-table.yaml"), "{format: csv, fields: [{name: A, from: 1}]}\n");
    Files.writeString(folder.resolve("drive.log"), "(1700000000.000000) can0 1F0#0000\n");
  }

  /** The keys that the code reads, by block; a source's with its type, a mapping file's with {@code vss}. */
  private SortedMap<String, SortedSet<String>> keysOfTheCode() throws Exception {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    for (Map.Entry<String, String> sample : SAMPLES.entrySet()) {
      String type = sample.getKey();
      Path file = Files.writeString(folder.resolve(type + ".yaml"), sample.getValue());
      Faults faults = new Faults();
      Plan.read(file, faults);
      faults
          .knownKeys(file)
          .forEach(
              (path, keys) -> add(all, path.equals("sources[]") ? path + " " + type : path, keys));
      faults
          .knownKeys(folder.resolve("map.yaml"))
          .forEach((path, keys) -> add(all, "vss " + path, keys));
      faults
          .knownKeys(folder.resolve("registers.yaml"))
          .forEach((path, keys) -> add(all, "registers " + path, keys));
      faults
          .knownKeys(folder.resolve("qualities.yaml"))
          .forEach((path, keys) -> add(all, "qualities " + path, keys));
    }
    return all;
  }

  private SortedMap<String, SortedSet<String>> keysOfTheCodeInAgentYaml() throws Exception {
    SortedMap<String, SortedSet<String>> all = keysOfTheCode();
    all.keySet()
        .removeIf(path -> Stream.of("vss ", "registers ", "qualities ").anyMatch(path::startsWith));
    return all;
  }

  private static void add(
      Map<String, SortedSet<String>> all, String path, Collection<String> keys) {
    all.computeIfAbsent(path, first -> new TreeSet<>()).addAll(keys);
  }

  @Test
  void theSchemaHasTheKeysThatTheCodeReads() throws Exception {
    Map<String, @Nullable Object> schema =
        Json.object(Files.readString(config.resolve("schema/agent.schema.json")));
    SortedMap<String, SortedSet<String>> found = new TreeMap<>();
    walkSchema(schema, schema, "", found);
    assertEquals(keysOfTheCodeInAgentYaml(), found);
  }

  private static void walkSchema(
      Map<String, @Nullable Object> root,
      Map<String, @Nullable Object> schema,
      String path,
      SortedMap<String, SortedSet<String>> found) {
    if (schema.get("$ref") instanceof String ref) {
      Map<String, @Nullable Object> defs = Json.object(root.get("$defs"));
      walkSchema(root, Json.object(defs.get(ref.substring("#/$defs/".length()))), path, found);
    }
    for (@Nullable Object one : Json.array(schema.get("oneOf"))) {
      walkSchema(root, Json.object(one), path, found);
    }
    if (schema.get("items") != null) {
      walkSchema(root, Json.object(schema.get("items")), path + "[]", found);
    }
    if (schema.get("properties") == null) {
      return;
    }
    assertEquals(false, schema.get("additionalProperties"), path);
    Map<String, @Nullable Object> properties = Json.object(schema.get("properties"));
    String block = path.equals("sources[]")
        ? path + " " + Json.object(properties.get("type")).get("const")
        : path;
    add(found, block, properties.keySet());
    properties.forEach((key, value) -> {
      Map<String, @Nullable Object> property = Json.object(value);
      assertNotNull(property.get("description"), block + ": description of " + key);
      walkSchema(root, property, path.isEmpty() ? key : path + "." + key, found);
    });
  }

  @Test
  void theReadmeHasTheKeysThatTheCodeReads() throws Exception {
    SortedMap<String, SortedSet<String>> read = keysOfTheCode();
    NESTED.forEach((inner, outers) -> {
      SortedSet<String> keys = read.remove(inner);
      assertNotNull(keys, inner);
      for (String outer : outers) {
        String block = outer.replaceFirst(" .*", "");
        String within = inner.substring(block.length() + 1).replace("[]", "");
        add(read, outer, keys.stream().map(name -> within + "." + name).toList());
      }
    });
    SortedMap<String, SortedSet<String>> tables = tables();
    SortedMap<String, SortedSet<String>> found = new TreeMap<>();
    HEADINGS.forEach((block, headings) -> headings.forEach(
        heading -> add(found, block, tables.getOrDefault(heading, new TreeSet<>()))));
    assertEquals(read, found);
    Set<String> used = new TreeSet<>();
    HEADINGS.values().forEach(used::addAll);
    assertEquals(used, tables.keySet());
  }

  /** The keys of the tables of README.md by their headings. */
  private SortedMap<String, SortedSet<String>> tables() throws IOException {
    SortedMap<String, SortedSet<String>> tables = new TreeMap<>();
    String section = "";
    String heading = "";
    for (String line : Files.readAllLines(config.resolve("README.md"))) {
      Matcher row = KEY_OF_ROW.matcher(line);
      if (line.startsWith("### ")) {
        heading = section + "/" + line.substring(4);
      } else if (line.startsWith("#")) {
        section = line.substring(line.indexOf(' ') + 1);
        heading = section;
      } else if (row.matches()) {
        add(tables, heading, Set.of(row.group(1)));
      }
    }
    return tables;
  }

  @Test
  void agentYamlHasTheKeysThatTheCodeReads() throws Exception {
    StringBuilder all = new StringBuilder();
    for (String line : Files.readAllLines(config.resolve("agent.yaml"))) {
      Matcher commented = COMMENTED_KEY.matcher(line);
      all.append(commented.matches() ? commented.group(1) + commented.group(2) : line)
          .append('\n');
    }
    Path file = Files.writeString(folder.resolve("all.yaml"), all);
    Faults faults = new Faults();
    Node root = YamlFile.read(file, faults, name -> Optional.of("x"));
    faults.throwIfAny();
    SortedMap<String, SortedSet<String>> found = new TreeMap<>();
    walk(root, "", found);
    assertEquals(keysOfTheCodeInAgentYaml(), found);
  }

  private static void walk(Node node, String path, SortedMap<String, SortedSet<String>> found) {
    if (node.isList()) {
      node.items().forEach(item -> walk(item, path + "[]", found));
    } else if (node.isMapping()) {
      add(
          found,
          path.equals("sources[]") ? path + " " + node.at("type").text() : path,
          node.keys());
      node.entries()
          .forEach((key, value) -> walk(value, path.isEmpty() ? key : path + "." + key, found));
    }
  }

  @Test
  void agentYamlIsAGoodConfiguration() throws Exception {
    Faults faults = new Faults();
    Plan plan = Plan.read(config.resolve("agent.yaml"), faults);
    // but for the id, which is for the operator to choose
    assertEquals(
        List.of(config.resolve("agent.yaml") + ":7:7"),
        faults.warnings().stream().map(Fault::where).toList());
    assertEquals(List.of("can0"), plan.sources().stream().map(SourcePlan::name).toList());
    assertEquals(
        "[tcp://127.0.0.1:1883]", plan.routes().get(0).uplink().brokers().toString());
  }

  @Test
  void tablesInTheReadmeAreGood() throws Exception {
    Files.writeString(folder.resolve("registers.yaml"), example("function: 3"));
    Files.writeString(folder.resolve("line-table.yaml"), example("message: Weather"));
    Path file = Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: x, fleet: y}
        sources:
          - {name: a, type: modbus, port: /dev/a, slaves: [{unit: 1, map: registers.yaml}]}
          - {name: b, type: line, port: /dev/b, decode: [{line: line-table.yaml}]}
        routes: [{name: z, store: {dir: s}, uplink: {type: mqtt, url: "tcp://127.0.0.1:1883"}}]
        """);
    Faults faults = new Faults();
    Plan.read(file, faults);
    faults.throwIfAny();
    assertEquals(List.of(), faults.warnings());
  }

  /** The example of README.md that begins with a line. */
  private String example(String begin) throws IOException {
    String text = Files.readString(config.resolve("README.md"));
    int from = text.indexOf("```yaml\n" + begin) + 8;
    return text.substring(from, text.indexOf("```", from));
  }
}
