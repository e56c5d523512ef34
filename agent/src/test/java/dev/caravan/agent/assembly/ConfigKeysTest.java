package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.caravan.agent.Written;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.KeyExample;
import dev.caravan.agent.config.KeySchema;
import dev.caravan.agent.config.KeySchema.Section;
import dev.caravan.agent.config.KeyTable;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.dbc.QualityTable;
import dev.caravan.agent.decode.line.LineDecoder;
import dev.caravan.agent.decode.modbus.RegisterMap;
import dev.caravan.agent.decode.obd.ObdSettings;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.encode.json.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
          privacy: [{latitude: a.Lat, longitude: a.Lon, leave_out: within, circle: {latitude: 1, longitude: 2, radius: 3}}]
          store: {dir: spool}
          uplink: {type: mqtt, url: "ssl://127.0.0.1:8883", tls: {}}
          events: {triggers: [{name: a, when: can0.Engine.Speed}], store: {}}
        - {name: files, store: {dir: other}, uplink: {type: file, path: files}}
        - {name: open, format: json, json: {layout: layout.yaml}, store: {dir: third}, uplink: {type: file, path: fourth}}
        - {name: flat, format: records, records: {}, store: {dir: fifth}, uplink: {type: file, path: sixth}}
        - name: plant
          format: sparkplug
          sparkplug: {}
          store: {dir: seventh}
          uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}
      power: {file: power}
      web: {}
      log: {}
      commands: {allow: []}
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
      """;
  private static final String MODBUS = """
      device: {id: a, fleet: b}
      sources:
        - name: road
          type: modbus
          port: /dev/none
          slaves: [{unit: 1, map: registers.yaml}]
          poll: [{name: raw, unit: 2, function: 1, address: 0}]
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
          decode: [{line: line-table.yaml}, {line: binary-table.yaml}, {line: pattern-table.yaml}]
        - {name: printer, type: line, port: /dev/none, message: {checksum: {kind: xor-8}}}
      """;
  private static final String REPLAY = """
      device: {id: a, fleet: b}
      sources: [{name: log, type: replay, file: drive.log, diagnostics: {listen: true}}]
      """;
  /** Of the types that have mappings below them, a source in which every one is there, so that every key is asked for. */
  private static final Map<String, String> SAMPLES = Map.of(
      "slcan",
      SLCAN,
      "socketcan",
      SOCKETCAN,
      "elm327",
      ELM327,
      "modbus",
      MODBUS,
      "line",
      LINE,
      "replay",
      REPLAY);

  /** The files that the samples name, and how their keys are told from those of the configuration. */
  private static final Map<String, String> OTHER_FILES = Map.of(
      "map.yaml",
      "vss ",
      "registers.yaml",
      "registers ",
      "qualities.yaml",
      "qualities ",
      "obd.yaml",
      "obd ",
      "line-table.yaml",
      "line ",
      "binary-table.yaml",
      "line ",
      "pattern-table.yaml",
      "line ",
      "layout.yaml",
      "layout ");

  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 496 Engine: 8 A
       SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
      """;
  private static final String OBD = """
      responses:
        - {request: "01 0D", name: Speed, bytes: 1}
        - {request: "01 0C", name: Engine, bytes: 2, signals: [{name: Engine.Speed}]}
      scalings: [{id: 7}]
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
    Files.writeString(
        folder.resolve("binary-table.yaml"),
        "{format: binary, fields: [{name: B, at: 1, type: u8}]}\n");
    Files.writeString(
        folder.resolve("pattern-table.yaml"),
        "{format: pattern, pattern: \"T=(?<t>.*)\", fields: [{name: T, from: t}]}\n");
    Files.writeString(
        folder.resolve("layout.yaml"),
        "group: {v: values, stream: stream, seq: seq, part: part, parts: parts}\n");
    Files.writeString(folder.resolve("drive.log"), "(1700000000.000000) can0 1F0#0000\n");
  }

  /** The keys that the code reads, by block; a source's with its type, a mapping file's with {@code vss}. */
  private SortedMap<String, SortedSet<String>> keysOfTheCode() throws Exception {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    for (SourceTypes.Type each : SourceTypes.ALL) {
      String type = each.name();
      String sample = SAMPLES.getOrDefault(type, least(each)) + devices();
      Path file = Files.writeString(folder.resolve(type + ".yaml"), sample);
      Faults faults = new Faults();
      Plan.read(file, faults);
      faults
          .knownKeys(file)
          .forEach(
              (path, keys) -> add(all, path.equals("sources[]") ? path + " " + type : path, keys));
      OTHER_FILES.forEach((name, prefix) -> faults
          .knownKeys(folder.resolve(name))
          .forEach((path, keys) -> add(all, prefix + path, keys)));
    }
    return all;
  }

  /** A source that has what it must have. */
  private static String least(SourceTypes.Type type) {
    String required = Stream.of(type.serialKeys(), type.keys())
        .flatMap(List::stream)
        .flatMap(key -> KeyExample.least(key).stream())
        .map(line -> ", " + line)
        .collect(Collectors.joining());
    return "device: {id: a, fleet: b}\nsources: [{name: a, type: " + type.name() + required
        + "}]\n";
  }

  /** One of each type. */
  private static String devices() {
    return DeviceTypes.ALL.stream()
        .map(type -> "{name: " + type.name() + ", type: " + type.name() + "}")
        .collect(Collectors.joining(", ", "devices: [", "]\n"));
  }

  private static void add(
      Map<String, SortedSet<String>> all, String path, Collection<String> keys) {
    all.computeIfAbsent(path, first -> new TreeSet<>()).addAll(keys);
  }

  private static final KeySchema TREE = ConfigTree.schema();

  /** The keys that are declared, by block. */
  private static SortedMap<String, SortedSet<String>> declared() {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    declared("", Plan.KEYS, all);
    return all;
  }

  private static void declared(
      String path, List<Key<?>> keys, SortedMap<String, SortedSet<String>> all) {
    add(all, path, keys.stream().map(Key::name).toList());
    String block = path.replaceFirst(" \\w*$", "");
    for (Key<?> key : keys) {
      String below = block.isEmpty() ? key.name() : block + "." + key.name();
      String inside = key.isList() ? below + "[]" : below;
      if (!key.keys().isEmpty()) {
        declared(inside, key.keys(), all);
      }
      for (Section section : TREE.below(key)) {
        String type = inside.equals("sources[]") ? " " + section.type() : "";
        declared(inside + type, section.keys(), all);
      }
    }
  }

  @Test
  void theCodeReadsTheKeysThatAreDeclared() throws Exception {
    SortedMap<String, SortedSet<String>> all = declared();
    declared("vss ", VssMapping.KEYS, all);
    declared("vss signals[]", VssMapping.SIGNAL_KEYS, all);
    declared("registers ", RegisterMap.KEYS, all);
    declared("registers signals[]", RegisterMap.SIGNAL_KEYS, all);
    add(all, "qualities ", QualityTable.KEYS.stream().map(Key::name).toList());
    declared("qualities labels", QualityTable.KEYS.get(0).keys(), all);
    declared("qualities signals[]", QualityTable.SIGNAL_KEYS, all);
    declared("obd ", ObdSettings.TABLE_KEYS, all);
    declared("obd responses[]", ObdSettings.RESPONSE_KEYS, all);
    declared("obd responses[]", ObdSettings.SIGNAL_KEYS, all);
    declared("obd responses[].signals[]", ObdSettings.SIGNAL_KEYS, all);
    declared("obd scalings[]", ObdSettings.SCALING_KEYS, all);
    declared("layout ", JsonFormat.LAYOUT_KEYS, all);
    declared("line ", LineDecoder.TABLE_KEYS, all);
    declared("line fields[]", LineDecoder.FIELD_KEYS, all);
    assertEquals(all, keysOfTheCode());
  }

  private static final Pattern UNDECLARED = Pattern.compile("\\.at\\(\\s*\"|\\.with\\(\\s*\"");

  @Test
  void noKeyIsReadThatIsNotDeclared() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(config.resolve("../agent/src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String text = Files.readString(file);
        if (text.contains("config.Node;") && UNDECLARED.matcher(text).find()) {
          found.add(String.valueOf(file.getFileName()));
        }
      }
    }
    assertEquals(Set.of(), found);
  }

  @Test
  void theSchemasFollowFromTheDeclarations() throws IOException {
    for (Map.Entry<String, Map<String, Object>> each : ConfigTree.schemas().entrySet()) {
      Written.check(
          config.resolve("schema/" + each.getKey() + ".schema.json"),
          KeySchema.json(each.getValue()));
    }
  }

  @Test
  void theTablesOfTheReadmeFollowFromTheDeclarations() throws IOException {
    Path file = config.resolve("README.md");
    Map<String, List<Key<?>>> tables = new HashMap<>(ConfigTree.tables());
    StringBuilder wanted = new StringBuilder();
    String section = "";
    String heading = "";
    boolean isInTable = false;
    for (String line : Files.readAllLines(file)) {
      isInTable = isInTable && line.startsWith("|");
      if (line.startsWith("### ")) {
        heading = section + "/" + line.substring(4);
      } else if (line.startsWith("#")) {
        section = line.substring(line.indexOf(' ') + 1);
        heading = section;
      } else if (KeyTable.begins(line)) {
        isInTable = true;
        List<Key<?>> keys = tables.remove(heading);
        assertNotNull(keys, "which keys has the table below " + heading);
        KeyTable.of(keys).forEach(row -> wanted.append(row).append('\n'));
      }
      if (!isInTable) {
        wanted.append(line).append('\n');
      }
    }
    assertEquals(Set.of(), tables.keySet(), "headings without a table");
    Written.check(file, wanted.toString());
  }

  @Test
  void whatHoldsWithoutAKeyCouldBeWritten() throws IOException {
    for (List<Key<?>> keys : ConfigTree.tables().values()) {
      for (Key<?> key : keys) {
        String text = KeyTable.usual(key).orElse("{}");
        Faults faults = new Faults();
        Node root = YamlFile.read(Files.writeString(folder.resolve("usual.yaml"), text), faults);
        root.find(key);
        assertEquals(List.of(), faults.found(), key.name());
      }
    }
  }

  @Test
  void theExampleHasEveryKeyWithItsDefault() throws IOException {
    Path file = config.resolve("agent.yaml");
    Written.check(file, KeyExample.of(file, TREE, Plan.KEYS, folder));
  }

  @Test
  void theExampleHasNoOtherKeys() throws Exception {
    String all = KeyExample.uncommented(Files.readAllLines(config.resolve("agent.yaml")));
    Path file = Files.writeString(folder.resolve("all.yaml"), all);
    Faults faults = new Faults();
    Node root = YamlFile.read(file, faults, name -> Optional.of("x"));
    faults.throwIfAny();
    SortedMap<String, SortedSet<String>> found = new TreeMap<>();
    walk(root, "", found);
    assertEquals(declared(), found);
  }

  private static void walk(Node node, String path, SortedMap<String, SortedSet<String>> found) {
    if (node.isList()) {
      node.items().forEach(item -> walk(item, path + "[]", found));
    } else if (node.isMapping() && !node.keys().isEmpty()) {
      // one whose keys are the user's own is empty
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
    assertEquals("[tcp://127.0.0.1:1883]", plan.routes().get(0).uplink().where());
  }

  @Test
  void tablesInTheReadmeAreGood() throws Exception {
    Files.writeString(folder.resolve("registers.yaml"), ConfigTree.example(config, "function: 3"));
    Files.writeString(
        folder.resolve("line-table.yaml"), ConfigTree.example(config, "message: Weather"));
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
}
