package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.caravan.agent.health.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the floor plan of agent/README.md: who may import whom, and in which one room a library lives. */
class HouseRulesTest {
  private static final String ROOT = "dev.caravan.agent";

  /** Room: the rooms of ours it may import : the libraries it may use. */
  private static final String PLAN = """
      bytes             : :
      clock             : health :
      stage             : :
      signal            : :
      health            : :
      log               : bytes health :
      config            : health : org.snakeyaml
      security          : bytes clock config health :
      source            : bytes clock health :
      source.serial     : source bytes clock config health : com.fazecast
      source.slcan      : source source.serial bytes clock config health :
      source.replay     : source bytes clock config health :
      source.diagnostic : source bytes clock config health :
      source.elm327     : source source.serial source.diagnostic bytes clock config health :
      source.isotp      : source source.diagnostic bytes clock config health :
      source.socketcan  : source bytes clock config health : tel.schich
      source.nmea       : source source.serial bytes clock config health :
      source.modbus     : source source.serial bytes clock config health :
      source.line       : source source.serial bytes clock config health :
      decode            : source stage bytes health signal :
      decode.dbc        : decode signal source bytes stage config health :
      decode.j1939      : decode signal source bytes stage config health :
      decode.obd        : decode signal source bytes stage config health :
      decode.nmea       : decode signal source bytes clock stage config health :
      decode.modbus     : decode signal source bytes stage config health :
      decode.line       : decode signal source bytes stage config health : com.google.re2j
      decode.vss        : decode signal source bytes stage config health :
      shape             : decode signal stage bytes health :
      shape.deadband    : shape decode signal stage bytes config health :
      shape.privacy     : shape decode signal stage bytes config health security :
      shape.trigger     : shape decode signal stage bytes config health :
      wire              : signal bytes clock health : com.google.protobuf dev.caravan.v1
      encode            : wire shape decode signal stage bytes clock config health :
      encode.columns    : encode wire shape decode signal bytes clock stage config health : com.google.protobuf dev.caravan.v1
      encode.json       : encode wire shape decode signal bytes clock stage config health :
      encode.records    : encode wire shape decode signal bytes clock stage config health : com.google.protobuf dev.caravan.v1
      encode.sparkplug  : encode wire shape decode signal bytes clock stage config health : com.google.protobuf dev.caravan.v1 dev.caravan.sparkplug
      encode.status     : wire bytes clock health : com.google.protobuf dev.caravan.v1
      store             : wire bytes clock config health :
      uplink            : store wire bytes clock config health security :
      uplink.mqtt       : uplink store wire bytes clock config health security : org.eclipse.paho
      uplink.file       : uplink store wire bytes clock config health :
      receive           : wire signal bytes :
      downlink          : bytes clock config health security : com.google.protobuf dev.caravan.v1
      broker            : bytes : io.netty
      web               : bytes clock health config security : io.netty
      device            : bytes clock config health : org.jline.nativ
      device.nev        : device bytes clock config :
      device.slcan      : device bytes clock config health :
      device.truck      : device bytes clock config :
      device.ecu        : device bytes clock config :
      device.elm327     : device device.nev device.ecu bytes clock config :
      device.gnss       : device device.nev bytes clock config :
      device.modbus     : device bytes clock config :
      device.radar      : device bytes clock config :
      assembly          : * :
      cli               : * : picocli com.sun.management
      """;

  /** May be used anywhere. */
  private static final Set<String> EVERYWHERE = Set.of(
      "java",
      "javax.net",
      "javax.crypto",
      "javax.security.auth.x500",
      "jdk.net",
      "org.slf4j",
      "org.jspecify",
      "com.google.errorprone");

  private record Room(Set<String> rooms, Set<String> libraries) {}

  private static final Map<String, Room> ROOMS = new LinkedHashMap<>();
  private static JavaClasses classes;

  @BeforeAll
  static void readPlanAndClasses() {
    for (String line : PLAN.strip().lines().toList()) {
      String[] columns = line.split(":", -1);
      ROOMS.put(columns[0].strip(), new Room(words(columns[1]), words(columns[2])));
    }
    classes = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(ROOT);
  }

  private static Set<String> words(String column) {
    return new TreeSet<>(Arrays.stream(column.strip().split(" +"))
        .filter(word -> !word.isEmpty())
        .toList());
  }

  @Test
  void everyPackageIsPlanned() {
    Set<String> unplanned = new TreeSet<>();
    for (JavaClass type : classes) {
      if (!ROOMS.containsKey(room(type.getPackageName()))) {
        unplanned.add(type.getPackageName());
      }
    }
    assertEquals(Set.of(), unplanned);
  }

  @Test
  void everyImportIsPlanned() {
    Set<String> unplanned = new TreeSet<>();
    for (JavaClass type : classes) {
      String from = room(type.getPackageName());
      Room plan = ROOMS.getOrDefault(from, new Room(Set.of(), Set.of()));
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> !target.isPrimitive())
          .filter(target -> !isPlanned(from, plan, target.getPackageName()))
          .forEach(target -> unplanned.add(from + " -> " + target.getName()));
    }
    assertEquals(Set.of(), unplanned);
  }

  private static boolean isPlanned(String from, Room plan, String target) {
    if (target.equals(ROOT) || target.startsWith(ROOT + ".")) {
      String to = room(target);
      return to.equals(from)
          || plan.rooms.contains(to)
          || (plan.rooms.contains("*") && !(from.equals("assembly") && to.equals("cli")));
    }
    return EVERYWHERE.stream().anyMatch(library -> isIn(target, library))
        || plan.libraries.stream().anyMatch(library -> isIn(target, library));
  }

  private static boolean isIn(String name, String library) {
    return name.equals(library) || name.startsWith(library + ".");
  }

  /** The assembly and the commands may have inner packages of their own; every other package is a room. */
  private static String room(String name) {
    String inner = name.substring(Math.min(name.length(), ROOT.length() + 1));
    for (String open : List.of("assembly", "cli")) {
      if (isIn(inner, open)) {
        return open;
      }
    }
    return inner;
  }

  /** What knows a format or a way by its class: the one list of them, and nothing else outside. */
  private static final Map<String, String> LISTS = Map.of(
      "encode.columns", ROOT + ".assembly.FormatTypes",
      "encode.json", ROOT + ".assembly.FormatTypes",
      "encode.records", ROOT + ".assembly.FormatTypes",
      "encode.sparkplug", ROOT + ".assembly.FormatTypes");

  @Test
  void formatsAreKnownToTheirListAlone() {
    Set<String> unplanned = new TreeSet<>();
    for (JavaClass type : classes) {
      String name = type.getName().replaceAll("\\$.*", "");
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency ->
              room(dependency.getTargetClass().getBaseComponentType().getPackageName()))
          .filter(LISTS::containsKey)
          .filter(to -> !to.equals(room(type.getPackageName())) && !name.equals(LISTS.get(to)))
          .forEach(to -> unplanned.add(name + " -> " + to));
    }
    assertEquals(Set.of(), unplanned);
  }

  @Test
  void noRoomsImportInACircle() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".(**)")
        .should()
        .beFreeOfCycles()
        .check(classes);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    Set<String> described = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    for (JavaClass type : classes) {
      all.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info")) {
        assertTrue(
            type.isAnnotatedWith("org.jspecify.annotations.NullMarked"), type.getPackageName());
        described.add(type.getPackageName());
      }
    }
    assertEquals(all, described);
  }

  @Test
  void namesSayMoreThanManagerOrHelper() {
    Set<String> vague = new TreeSet<>();
    for (JavaClass type : classes) {
      if (type.getSimpleName()
          .matches(
              ".*(Manager|Helper|Utils?|Impl|Base|Common|Info|Handler|Processor)$|Abstract.*")) {
        vague.add(type.getName());
      }
    }
    assertEquals(Set.of(), vague);
  }

  @Test
  void metricsAreDeclaredAsConstants() {
    Set<String> undeclared = new TreeSet<>();
    for (JavaClass type : classes) {
      type.getConstructorCallsFromSelf().stream()
          .filter(call -> call.getTargetOwner().isAssignableTo(Metric.class))
          .filter(call -> !call.getOrigin().getName().equals("<clinit>"))
          .forEach(call -> undeclared.add(call.getDescription()));
    }
    assertEquals(Set.of(), undeclared);
  }

  /** Rooms take a {@code Timeline}; these alone look at the wall clock themselves. */
  private static final Set<String> WALL_CLOCK = Set.of(
      "cli.CommandCommand", "clock.SystemTimeline", "log.Log", "source.socketcan.KernelCanSocket");

  /** What waits on a port, a socket, a thread or a lock, or measures how long it did. */
  private static final Set<String> ROOMS_THAT_WAIT = Set.of(
      "assembly",
      "broker",
      "cli",
      "clock",
      "log",
      "source.elm327",
      "source.serial",
      "source.slcan",
      "source.socketcan",
      "store",
      "uplink.mqtt");

  /** Who begins threads. */
  private static final Set<String> THREADS = Set.of(
      "assembly.Agent",
      "assembly.Devices",
      "assembly.Stopping",
      "broker.LoopbackBroker",
      "cli.LogFrames",
      "cli.Tail",
      "cli.Termination",
      "log.Log",
      "source.serial.LineWriter",
      "source.serial.NativeLibrary",
      "store.Opening",
      "uplink.mqtt.PahoThreads",
      "web.WebServer");

  /** Longer than a file should be. */
  private static final Set<String> LONG_FILES = Set.of();

  private static final int MOST_LINES = 500;

  @Test
  void theWallClockIsLookedAtWhereItIsNamed() {
    assertEquals(
        new TreeSet<>(WALL_CLOCK),
        users(
            "java\\.lang\\.System\\.currentTimeMillis|java\\.time\\.[A-Za-z]+\\.(now|system[A-Za-z]*|tick[A-Za-z]*)"
                + "|java\\.util\\.(Date|GregorianCalendar)\\.<init>|java\\.util\\.Calendar\\.getInstance"));
  }

  @Test
  void onlyRoomsThatWaitMeasureTimeThemselves() {
    Set<String> rooms = new TreeSet<>();
    users("java\\.lang\\.System\\.nanoTime").forEach(user -> rooms.add(roomOf(user)));
    assertEquals(new TreeSet<>(ROOMS_THAT_WAIT), rooms);
  }

  @Test
  void threadsBeginWhereTheyAreNamed() {
    Set<String> users = users("java\\.lang\\.Thread\\.<init>|java\\.util\\.Timer\\.<init>"
        + "|java\\.util\\.concurrent\\.(Executors\\.new.*|[A-Za-z]*Pool(Executor)?\\.<init>)"
        + "|.*ThreadFactory\\.<init>");
    assertEquals(new TreeSet<>(THREADS), users);
  }

  /** The classes, without those within them, that call or name what fits. */
  private static Set<String> users(String calls) {
    Pattern wanted = Pattern.compile(calls);
    Set<String> users = new TreeSet<>();
    for (JavaClass type : classes) {
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        String target =
            access.getTargetOwner().getName() + "." + access.getTarget().getName();
        if (wanted.matcher(target).matches()) {
          users.add(type.getName().substring(ROOT.length() + 1).replaceFirst("\\$.*", ""));
        }
      }
    }
    return users;
  }

  private static String roomOf(String user) {
    return room(ROOT + "." + user.substring(0, user.lastIndexOf('.')));
  }

  @Test
  void filesAreNoLongerThanAReaderStands() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("src"))) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    Set<String> tooLong = new TreeSet<>();
    for (Path file : files) {
      if (Files.readAllLines(file).size() > MOST_LINES) {
        tooLong.add(file.getFileName().toString());
      }
    }
    assertEquals(LONG_FILES, tooLong);
  }
}
