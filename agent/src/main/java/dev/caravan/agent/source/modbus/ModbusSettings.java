package dev.caravan.agent.source.modbus;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.serial.SerialSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a source of type {@code modbus} is told.
 *
 * @param name the source's name
 * @param serial the port
 * @param timeoutNs how long a slave may take to begin its answer
 * @param retries how often a request is repeated before the slave counts as silent
 * @param bridge how many registers nobody asked for may be read between two groups to make one request of them
 * @param pauseNs how long the line must be quiet before a request
 * @param mostRegisters how many registers a request may ask for at most, 1..125; of coils sixteen times as many
 * @param slaves the slaves that have a register map
 * @param groups what is read, by the register maps and as listed under {@code poll}
 */
public record ModbusSettings(
    String name,
    SerialSettings serial,
    long timeoutNs,
    int retries,
    int bridge,
    long pauseNs,
    int mostRegisters,
    List<Slave> slaves,
    List<Group> groups) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final String NAME_WANTED = "1..64 letters, digits, - and _";
  private static final int REGISTER_BITS = 16;
  private static final int MOST_UNIT = 255;
  private static final Key<Integer> BAUD = SerialSettings.baud(9600);

  /** Those of its port. */
  public static final List<Key<?>> SERIAL_KEYS = SerialSettings.keysOfWholeBytes(BAUD);

  private static final Key<Integer> SLAVE_UNIT =
      Key.whole("unit", 1, MOST_UNIT).required().says("address of the slave");
  /** Of a slave: the file that describes its registers. */
  public static final Key<Path> SLAVE_MAP = Key.file("map")
      .required()
      .says("register map of its type of device, see [modbus map](#modbus-map)");

  private static final Key<String> SLAVE_NAME = Key.text("name", NAME, NAME_WANTED)
      .absent("the map's file name without its ending")
      .range("1..64 letters, digits, `-` and `_`, each once in a source")
      .says("second part of its signals' names");
  private static final Key<Long> SLAVE_PERIOD =
      Key.duration("period", "10ms", "1d").or("1s").says("how often it is read");
  private static final Key<Long> SLAVE_PAUSE = Key.duration("pause", "0s", "1s")
      .absent("the source's")
      .says("as of the source, for this slave");
  /** Of a slave: the most registers of a request. */
  public static final Key<Integer> SLAVE_MAX_REGISTERS = Key.whole(
          "max_registers", 1, ReadRequest.MOST_REGISTERS)
      .absent("the source's")
      .says("as of the source, for this slave; at least as many as its longest value takes");

  /** Of each slave. */
  public static final List<Key<?>> SLAVE_KEYS =
      List.of(SLAVE_UNIT, SLAVE_MAP, SLAVE_NAME, SLAVE_PERIOD, SLAVE_PAUSE, SLAVE_MAX_REGISTERS);

  private static final Key<String> POLL_NAME = Key.text("name", NAME, NAME_WANTED)
      .required()
      .range("1..64 letters, digits, `-` and `_`, each once in a source")
      .says("second part of the signals' names");
  private static final Key<Integer> POLL_UNIT =
      Key.whole("unit", 1, MOST_UNIT).required().says("address of the slave");
  private static final Key<Integer> POLL_FUNCTION = Key.whole("function", 1, 4)
      .required()
      .says("1 coils, 2 discrete inputs, 3 holding registers, 4 input registers");
  /** Of registers without a map: where they begin. */
  public static final Key<Integer> POLL_ADDRESS =
      Key.whole("address", 0, 0xFFFF).required().says("of the first one, from 0");

  private static final Key<Integer> POLL_COUNT = Key.whole("count", 1, ReadRequest.MOST_COILS)
      .or(1)
      .range("1..125, coils 1..2000")
      .says("how many");
  private static final Key<Long> POLL_PERIOD =
      Key.duration("period", "10ms", "1d").or("1s").says("how often");

  /** Of each of its lists of registers. */
  public static final List<Key<?>> POLL_KEYS =
      List.of(POLL_NAME, POLL_UNIT, POLL_FUNCTION, POLL_ADDRESS, POLL_COUNT, POLL_PERIOD);

  private static final Key<Long> TIMEOUT = Key.duration("timeout", "20ms", "5s")
      .or("300ms")
      .says("how long a slave may take to begin its answer; the time on the wire comes on top");
  private static final Key<Integer> RETRIES = Key.whole("retries", 0, 10)
      .or(2)
      .says("how often a request is repeated before the slave counts as silent");
  private static final Key<Integer> BRIDGE = Key.whole("bridge", 0, 124)
      .or(0)
      .says("how many registers that nobody wants may be read to make one request of two. Some "
          + "slaves refuse to read registers that they do not have");
  private static final Key<Long> PAUSE = Key.duration("pause", "0s", "1s")
      .or("0s")
      .absent("`0s`, that is the 3.5 characters of the standard")
      .says("how long the line must be quiet before a request; some slaves miss what comes sooner");
  private static final Key<Integer> MAX_REGISTERS = Key.whole(
          "max_registers", 1, ReadRequest.MOST_REGISTERS)
      .or(ReadRequest.MOST_REGISTERS)
      .says("how many registers one request may ask for, of coils sixteen times as many. A "
          + "smaller limit of a slave is found by halving; to say it saves the search");
  /** A list of mappings of {@link #POLL_KEYS}. */
  public static final Key<Node> POLL =
      Key.list("poll").says("list of registers to be read without a map, see below");
  /** A list of mappings of {@link #SLAVE_KEYS}. */
  public static final Key<Node> SLAVES = Key.list("slaves")
      .unless(POLL)
      .says("list of slaves with a register map, of all of them at most 65,536 signals, see below");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(TIMEOUT, RETRIES, BRIDGE, PAUSE, MAX_REGISTERS, SLAVES, POLL);

  /**
   * A slave whose registers a map describes.
   *
   * @param name second part of its signals' names
   * @param unit its address, 1..255
   * @param map the file
   * @param periodNs how often it is read, where the map does not say otherwise
   * @param pauseNs as of the source, for this slave
   * @param mostRegisters as of the source, for this slave
   */
  public record Slave(
      String name, int unit, Path map, long periodNs, long pauseNs, int mostRegisters) {}

  /**
   * Registers or coils that are read together.
   *
   * @param name of the slave or group, for logs
   * @param unit the slave's address, 1..255
   * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
   * @param address of the first one, 0..65535
   * @param count at most 125 registers or 2000 coils
   * @param periodNs how often
   */
  public record Group(String name, int unit, int function, int address, int count, long periodNs) {
    ReadRequest request() {
      return new ReadRequest(unit, function, address, count);
    }
  }

  /** Copies the lists. */
  public ModbusSettings {
    slaves = List.copyOf(slaves);
    groups = List.copyOf(groups);
  }

  /**
   * Reads its keys of a source's mapping; who has read the others too refuses unknown ones. The register maps themselves
   * are read by who decodes them.
   */
  public static ModbusSettings from(String name, Node node) {
    SerialSettings serial = SerialSettings.ofWholeBytes(node, BAUD);
    long timeoutNs = node.get(TIMEOUT);
    int retries = node.get(RETRIES);
    int bridge = node.get(BRIDGE);
    long pauseNs = node.get(PAUSE);
    int mostRegisters = node.get(MAX_REGISTERS);
    Set<String> names = new HashSet<>();
    List<Slave> slaves = new ArrayList<>();
    for (Node item : node.at(SLAVES).items()) {
      slaves.add(slave(item, names, pauseNs, mostRegisters));
    }
    List<Group> groups = new ArrayList<>();
    for (Node item : node.at(POLL).items()) {
      groups.add(group(item, names));
    }
    if (slaves.isEmpty() && groups.isEmpty()) {
      node.fault("nothing to read; want slaves: [{unit: 1, map: FILE}]");
    }
    return new ModbusSettings(
        name, serial, timeoutNs, retries, bridge, pauseNs, mostRegisters, slaves, groups);
  }

  private static Slave slave(Node node, Set<String> names, long usualPauseNs, int usualMost) {
    int unit = node.get(SLAVE_UNIT);
    Path map = node.get(SLAVE_MAP);
    Node named = node.at(SLAVE_NAME);
    String name = node.find(SLAVE_NAME).orElseGet(() -> stem(map));
    takeName(named, name, names);
    long periodNs = node.get(SLAVE_PERIOD);
    long pauseNs = node.find(SLAVE_PAUSE).orElse(usualPauseNs);
    int mostRegisters = node.find(SLAVE_MAX_REGISTERS).orElse(usualMost);
    node.refuseUnknownKeys();
    return new Slave(name, unit, map, periodNs, pauseNs, mostRegisters);
  }

  private static String stem(Path map) {
    Path file = map.getFileName();
    String whole = file == null ? "" : file.toString();
    int dot = whole.lastIndexOf('.');
    return (dot > 0 ? whole.substring(0, dot) : whole).replaceAll("[^A-Za-z0-9_-]", "_");
  }

  private static void takeName(Node node, String name, Set<String> names) {
    if (!names.add(name)) {
      node.fault("two with the name '" + name + "'; want a name of its own");
    }
  }

  private static Group group(Node node, Set<String> names) {
    String name = node.get(POLL_NAME);
    takeName(node.at(POLL_NAME), name, names);
    int unit = node.get(POLL_UNIT);
    int function = node.get(POLL_FUNCTION);
    int address = node.get(POLL_ADDRESS);
    int most = Math.min(ReadRequest.most(function), 0x1_0000 - address);
    int count = node.get(POLL_COUNT);
    if (count > most) {
      node.at(POLL_COUNT).fault("want 1.." + most + ", got " + count);
      count = 1;
    }
    long periodNs = node.get(POLL_PERIOD);
    node.refuseUnknownKeys();
    return new Group(name, unit, function, address, count, periodNs);
  }

  /** The same with other groups. */
  public ModbusSettings withGroups(List<Group> other) {
    return new ModbusSettings(
        name, serial, timeoutNs, retries, bridge, pauseNs, mostRegisters, slaves, other);
  }

  /** How long the line must be quiet before a request to this unit. */
  public long pauseNs(int unit) {
    return slaves.stream()
        .filter(slave -> slave.unit == unit)
        .mapToLong(Slave::pauseNs)
        .max()
        .orElse(pauseNs);
  }

  /** How many registers or coils one request to this unit may ask for. */
  public int most(int unit, int function) {
    int registers = slaves.stream()
        .filter(slave -> slave.unit == unit)
        .mapToInt(Slave::mostRegisters)
        .min()
        .orElse(mostRegisters);
    boolean areBits = function <= 2;
    return Math.min(ReadRequest.most(function), areBits ? REGISTER_BITS * registers : registers);
  }

  /**
   * Which part of the line's time all groups need when every slave answers at once; over 1 they cannot all be read as often
   * as they should.
   */
  public double lineShare() {
    LineTiming timing = LineTiming.of(serial);
    double share = 0;
    for (JoinedGroups joined : JoinedGroups.of(this)) {
      ReadRequest request = joined.request();
      long needNs = timing.ofExchangeNs(request) + pauseNs(request.unit());
      share += (double) needNs / joined.periodNs();
    }
    return share;
  }
}
