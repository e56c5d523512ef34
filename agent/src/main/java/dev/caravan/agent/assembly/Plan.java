package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.log.LogLevel;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.file.FileSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.web.WebSettings;
import dev.caravan.agent.wire.DeviceName;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A configuration file, read and checked as a whole, with all files that it names. Nothing of it is changed by the agents that are
 * built from it, of which there may be several.
 *
 * @param fleet MQTT topic level of the fleet
 * @param device MQTT topic level of this device
 * @param sources what is read
 * @param signals every signal known before the first frame
 * @param vss the renaming, if there is one
 * @param routes where it goes
 * @param commands what the cloud may ask, if anything
 * @param power what tells that the power goes, if anything does
 * @param web the local page, if it is wanted
 * @param devices simulated devices, for {@code simulate} and {@code demo}
 * @param hash first bytes of SHA-256 over the file, to tell one configuration from another
 * @param logLevel how much is logged, if that is said
 */
public record Plan(
    String fleet,
    String device,
    List<SourcePlan> sources,
    SignalTable signals,
    Optional<VssMapping> vss,
    List<RoutePlan> routes,
    Optional<CommandPlan> commands,
    Optional<PowerPlan> power,
    Optional<WebSettings> web,
    List<DevicePlan> devices,
    Bytes hash,
    Optional<LogLevel> logLevel) {
  private static final Pattern TOPIC_LEVEL = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String TOPIC_WANTED =
      "1 to 64 of A-Z a-z 0-9 . _ - (it becomes a level of the MQTT topics)";
  /** What sources and routes are called. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  static final String NAME_WANTED = "1 to 32 of A-Z a-z 0-9 _ -";

  static final Key<String> DEVICE_ID = Key.text("id", TOPIC_LEVEL, TOPIC_WANTED)
      .required()
      .range("1..64 of `A-Z a-z 0-9 . _ -`")
      .says("name of this device; a level of the MQTT topics");
  private static final Key<String> DEVICE_FLEET = Key.text("fleet", TOPIC_LEVEL, TOPIC_WANTED)
      .required()
      .range("1..64 of `A-Z a-z 0-9 . _ -`")
      .says("name of its fleet; a level of the MQTT topics");

  /** The keys of {@code device}. */
  static final List<Key<?>> DEVICE_KEYS = List.of(DEVICE_ID, DEVICE_FLEET);

  private static final Key<String> LOG_LEVEL = Key.oneOf("level", LogLevel.words())
      .or(LogLevel.INFO.word())
      .says("how much is logged; the option `--log-level` of any command goes before it");

  /** The keys of {@code log}. */
  static final List<Key<?>> LOG_KEYS = List.of(LOG_LEVEL);

  static final Key<Node> DEVICE = Key.block("device").required().says("who this is, see below");
  static final Key<Node> SOURCES =
      Key.list("sources").says("list of what is read, at most 256, see below");
  private static final Key<Path> VSS =
      Key.file("vss").absent("none: signals keep their names").says("mapping file, see below");
  static final Key<Node> ROUTES =
      Key.list("routes").says("list of where it goes, at most 64, see below");
  static final Key<Node> COMMANDS =
      Key.block("commands").absent("nothing").says("what the cloud may ask, see below");
  static final Key<Node> POWER =
      Key.block("power").absent("nothing").says("what tells that the power goes, see below");
  static final Key<Node> WEB = Key.block("web").absent("not served").says("local page, see below");
  static final Key<Node> LOG =
      Key.block("log").absent("as below").says("how much is logged, see below");
  static final Key<Node> DEVICES = Key.list("devices").says("list of simulated devices, see below");

  /** The keys of the file. */
  static final List<Key<?>> KEYS =
      List.of(DEVICE, SOURCES, VSS, ROUTES, COMMANDS, POWER, WEB, LOG, DEVICES);

  /** Of simulated devices as well. */
  private static final int MOST_SOURCES = 256;

  private static final int MOST_ROUTES = 64;

  /** Copies the lists. */
  public Plan {
    sources = List.copyOf(sources);
    routes = List.copyOf(routes);
    devices = List.copyOf(devices);
  }

  /**
   * Reads a file and everything it names.
   *
   * @throws ConfigException with every fault found
   */
  public static Plan read(Path file, Faults faults) throws ConfigException {
    return read(file, faults, FormatTypes.ALL);
  }

  /** {@code formats}: those that a route may have. */
  static Plan read(Path file, Faults faults, FormatTypes formats) throws ConfigException {
    return read(YamlFile.read(file, faults), file, formats, Optional.empty());
  }

  /**
   * Like {@link #read(Path, Faults)}, for a demonstration.
   *
   * @throws ConfigException with every fault found
   */
  public static Plan read(Path file, Faults faults, Rehearsal rehearsal) throws ConfigException {
    Map<String, String> variables = rehearsal.variables();
    Node root = YamlFile.read(
        file,
        faults,
        name -> Optional.ofNullable(variables.getOrDefault(name, System.getenv(name))),
        Rehearsal::unset);
    return read(root, file, FormatTypes.ALL, Optional.of(rehearsal));
  }

  private static Plan read(Node root, Path file, FormatTypes formats, Optional<Rehearsal> rehearsal)
      throws ConfigException {
    Faults faults = root.faults();
    // Without a tree nothing further can be said that is true.
    faults.throwIfAny();
    Plan plan = new Reading(root, file, formats, rehearsal).plan();
    faults.throwIfAny();
    return plan;
  }

  /** The same with a local page at another address. */
  public Plan withWeb(WebSettings address) {
    return new Plan(
        fleet,
        device,
        sources,
        signals,
        vss,
        routes,
        commands,
        power,
        Optional.of(address),
        devices,
        hash,
        logLevel);
  }

  /** A table for an agent: it has the signals known so far, and names those that are heard later as the configuration wants. */
  SignalTable newSignals() {
    return signals.copy(vss.map(VssMapping::names).orElse(Naming.AS_DECODED));
  }

  /**
   * Goes on only if there is something to do.
   *
   * @throws ConfigException if it has no source or no route
   */
  public void refuseIdle(Path file) throws ConfigException {
    if (sources.isEmpty() || routes.isEmpty()) {
      String missing = sources.isEmpty() ? "sources" : "routes";
      throw new ConfigException(new Fault(
          file + ":1:1", missing + ": missing; want at least one, or there is nothing to do"));
    }
  }

  /** What would be done, in lines for a person. */
  public void describe(Consumer<String> line) {
    line.accept("device " + device + " of fleet " + fleet);
    for (SourcePlan source : sources) {
      line.accept("source " + source.name() + ": " + source.type() + ", " + source.what());
    }
    line.accept("signals " + signals.signals().size());
    for (Signal signal : signals.signals()) {
      String unit = signal.spec().unit();
      line.accept("  " + signal.path() + (unit.isEmpty() ? "" : " [" + unit + "]"));
    }
    SignalsToCome toCome = new SignalsToCome(sources, vss);
    vss.ifPresent(map -> describe(map, toCome, line));
    for (RoutePlan route : routes) {
      line.accept("route " + route.name() + ": " + route.describe(signals.signals()));
      route
          .shape()
          .unmatchedRules(signals.signals(), toCome)
          .forEach(rule -> line.accept("  of no use: " + rule));
      route.privacy().describe().forEach(rule -> line.accept("  privacy: " + rule));
      route.events().ifPresent(events -> {
        line.accept("  events, store " + events.store().dir());
        events.triggers().describe().forEach(each -> line.accept("    " + each));
      });
    }
    for (DevicePlan simulated : devices) {
      line.accept("simulated device " + simulated.name() + ": " + simulated.type());
    }
  }

  private static void describe(VssMapping map, SignalsToCome toCome, Consumer<String> line) {
    line.accept("vss: " + map.size() + " entries");
    byGroup(map.unmapped())
        .forEach((group, names) ->
            line.accept("  without a vss name: " + group + ": " + String.join(" ", names)));
    map.unmatched(toCome).forEach(entry -> line.accept("  no such signal: " + entry));
    map.unitConflicts().forEach(conflict -> line.accept("  units do not fit: " + conflict));
  }

  /** Paths by what stands before their last dot: the signals of one message together. */
  private static Map<String, List<String>> byGroup(List<String> paths) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String path : paths) {
      int dot = Math.max(0, path.lastIndexOf('.'));
      groups
          .computeIfAbsent(path.substring(0, dot), any -> new ArrayList<>())
          .add(path.substring(dot == 0 ? 0 : dot + 1));
    }
    return groups;
  }

  /** How many signals there are, and how many of them have a VSS name. */
  public void summarize(Consumer<String> line) {
    int all = signals.signals().size();
    line.accept(
        "summary: sources " + sources.size() + ", routes " + routes.size() + ", signals " + all);
    vss.ifPresent(map -> {
      int without = map.unmapped().size();
      line.accept("vss: signals with a name " + (all - without) + ", without " + without + " (of "
          + byGroup(map.unmapped()).size() + " messages), entries of no use "
          + map.unmatched(new SignalsToCome(sources, vss)).size() + " of " + map.size());
    });
  }

  /** One reading of one tree. */
  private static final class Reading {
    private final Node root;
    private final Path file;
    private final FormatTypes formats;
    private final Optional<Rehearsal> rehearsal;

    Reading(Node root, Path file, FormatTypes formats, Optional<Rehearsal> rehearsal) {
      this.root = root;
      this.file = file;
      this.formats = formats;
      this.rehearsal = rehearsal;
    }

    Plan plan() {
      Node identity = root.at(DEVICE);
      String device = identity.get(DEVICE_ID);
      String fleet = identity.get(DEVICE_FLEET);
      identity.refuseUnknownKeys();
      Optional<VssMapping> vss = vss();
      SignalTable signals = new SignalTable(vss.<Naming>map(map -> map).orElse(Naming.AS_DECODED));
      List<DevicePlan> devices = new ArrayList<>();
      for (Node node : named(DEVICES, DeviceTypes.NAME, MOST_SOURCES)) {
        DeviceTypes.read(node).ifPresent(devices::add);
      }
      List<String> simulated = devices.stream().map(DevicePlan::name).toList();
      List<SourcePlan> sources = new ArrayList<>();
      Map<Node, Integer> bySource = new HashMap<>();
      for (Node node : named(SOURCES, SourceTypes.NAME, MOST_SOURCES)) {
        Node placed = rehearsal.map(own -> own.source(node, simulated)).orElse(node);
        int before = signals.size();
        SourceTypes.read(placed, signals).ifPresent(sources::add);
        bySource.put(placed, signals.size() - before);
      }
      List<RoutePlan> routes = new ArrayList<>();
      Set<Path> spools = new HashSet<>();
      for (Node node : named(ROUTES, RoutePlan.NAME, MOST_ROUTES)) {
        RoutePlan route = RoutePlan.read(node, new DeviceName(fleet, device), formats, rehearsal);
        if (!spools.add(route.store().dir())) {
          node.at(RoutePlan.STORE)
              .at(StoreSettings.DIR)
              .fault("want a directory for this route alone, another has it too");
        }
        route.events().ifPresent(events -> check(events, node, spools));
        refuseTwin(route, new DeviceName(fleet, device), node, routes);
        refuseTwinSession(route, node, routes);
        refuseOtherCompat(route, node, routes);
        refuseOtherTopics(route, node, routes);
        if (route.uplink().dir().isPresent() && !spools.add(route.uplink().dir().get())) {
          node.at(RoutePlan.UPLINK)
              .at(FileSettings.PATH)
              .fault("want a directory for these files alone, a queue or another route has it too");
        }
        routes.add(route);
      }
      SignalRoom.check(bySource, signals.signals(), routes, Runtime.getRuntime().maxMemory());
      Node asked = root.at(COMMANDS);
      Optional<CommandPlan> commands =
          rehearsal.isPresent() ? Optional.empty() : CommandPlan.read(asked, routes);
      Optional<PowerPlan> power = PowerPlan.read(root.at(POWER));
      Optional<WebSettings> web = root.find(WEB).map(WebSettings::from);
      Optional<LogLevel> logLevel = logLevel();
      root.refuseUnknownKeys();
      if (rehearsal.isEmpty() && root.faults().found().isEmpty()) {
        new Oddities(root, signals, new SignalsToCome(sources, vss)).warn(vss, routes);
      }
      return new Plan(
          fleet, device, sources, signals, vss, routes, commands, power, web, devices, hash(),
          logLevel);
    }

    /** A broker ends the link of the one when the other connects. */
    private static void refuseTwin(
        RoutePlan route, DeviceName device, Node node, List<RoutePlan> before) {
      Optional<String> id = route.filledClientId(device);
      before.stream()
          .filter(other -> id.isPresent()
              && id.equals(other.filledClientId(device))
              && route.uplink().sharesPlace(other.uplink()))
          .findFirst()
          .ifPresent(other -> node.at(RoutePlan.UPLINK)
              .at(MqttSettings.CLIENT_ID)
              .fault("route " + other.name()
                  + " has it too, and a broker lets the one go when the other connects;"
                  + " want another"));
    }

    /** The births and deaths of the one would be taken for those of the other. */
    private static void refuseTwinSession(RoutePlan route, Node node, List<RoutePlan> before) {
      Optional<String> id = route.format().sessionId();
      before.stream()
          .filter(other -> id.isPresent()
              && id.equals(other.format().sessionId())
              && route.uplink().sharesPlace(other.uplink()))
          .findFirst()
          .ifPresent(other -> node.at(FormatTypes.FORMAT)
              .fault("route " + other.name() + ", which may lead to the same broker, is " + id.get()
                  + " there too; want another node or group"));
    }

    /** Status and schemas lie on topics of the device, and reach the readers of each. */
    private static void refuseOtherCompat(RoutePlan route, Node node, List<RoutePlan> before) {
      before.stream()
          .filter(other -> route.uplink().isCompat() != other.uplink().isCompat()
              && route.uplink().sharesPlace(other.uplink()))
          .findFirst()
          .ifPresent(other -> node.at(RoutePlan.COMPAT)
              .fault("route " + other.name() + ", which may lead to the same broker, has "
                  + (other.uplink().isCompat() ? "it" : "none")
                  + ", and both share status and schemas there; want it in both or in neither"));
    }

    /** A reader of both would take the messages of the one for those of the other. */
    private static void refuseOtherTopics(RoutePlan route, Node node, List<RoutePlan> before) {
      for (RoutePlan other : before) {
        if (route.uplink().sharesPlace(other.uplink())) {
          try {
            route.topics().refuseMeeting(other.topics());
            other.topics().refuseMeeting(route.topics());
          } catch (IllegalArgumentException e) {
            node.fault(
                "route " + other.name() + ", which may lead to the same broker: " + e.getMessage());
            return;
          }
        }
      }
    }

    private Optional<LogLevel> logLevel() {
      Node log = root.at(LOG);
      if (!log.isPresent()) {
        return Optional.empty();
      }
      String word = log.get(LOG_LEVEL);
      log.refuseUnknownKeys();
      return Optional.of(LogLevel.of(word));
    }

    private static void check(EventPlan events, Node route, Set<Path> spools) {
      if (!spools.add(events.store().dir())) {
        route
            .at(RoutePlan.EVENTS)
            .at(EventPlan.STORE)
            .at(StoreSettings.DIR)
            .fault("want a directory for these events alone, another queue has it too");
      }
    }

    private Optional<VssMapping> vss() {
      Node named = root.at(VSS);
      if (!named.isPresent()) {
        return Optional.empty();
      }
      Path map = named.readableFile();
      // A file that is not there is a fault already.
      return FileRoom.isFile(map)
          ? Optional.of(VssMapping.read(map, root.faults()))
          : Optional.empty();
    }

    private Bytes hash() {
      try {
        byte[] content = FileRoom.read(file, Integer.MAX_VALUE - 8);
        return Bytes.of(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
      } catch (NoSuchAlgorithmException | IOException e) {
        root.fault("cannot be read again: " + Words.reason(e));
        return Bytes.EMPTY;
      }
    }

    /** The items of a list whose names are well formed and all different; no more than {@code most}. */
    private List<Node> named(Key<?> key, Key<String> nameKey, int most) {
      Map<String, Node> first = new HashMap<>();
      List<Node> items = root.at(key).items();
      if (items.size() > most) {
        root.at(key).fault("want at most " + most + ", got " + items.size());
        items = items.subList(0, most);
      }
      for (Node item : items) {
        Node name = item.at(nameKey);
        Node before = first.putIfAbsent(item.get(nameKey), name);
        if (before != null) {
          name.fault("two with the name '" + name.text() + "'; the first is at " + before.where());
        }
      }
      return items;
    }
  }
}
