package dev.caravan.agent.source.modbus;

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

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final String NAME_WANTED = "1..64 letters, digits, - and _";
  private static final int REGISTER_BITS = 16;
  private static final int MOST_UNIT = 255;
  private static final int USUAL_BAUD = 9600;

  /** Copies the lists. */
  public ModbusSettings {
    slaves = List.copyOf(slaves);
    groups = List.copyOf(groups);
  }

  /** Reads a source's mapping; the register maps themselves are read by who decodes them. */
  public static ModbusSettings from(Node node) {
    node.at("type");
    if (node.at("decode").isPresent()) {
      node.at("decode").fault("a modbus source has none; want slaves with a map");
    }
    String name = node.at("name").text(NAME, NAME_WANTED);
    SerialSettings serial = SerialSettings.from(node, USUAL_BAUD);
    if (serial.dataBits() != 8) {
      node.at("data_bits").fault("want 8, RTU frames are bytes");
    }
    long timeoutNs = node.at("timeout").durationNs("20ms", "5s", "300ms");
    int retries = (int) node.at("retries").whole(0, 10, 2);
    int bridge = (int) node.at("bridge").whole(0, 124, 0);
    long pauseNs = pause(node.at("pause"));
    int mostRegisters = mostRegisters(node, ReadRequest.MOST_REGISTERS);
    Set<String> names = new HashSet<>();
    List<Slave> slaves = new ArrayList<>();
    for (Node item : node.at("slaves").items()) {
      slaves.add(slave(item, names, pauseNs, mostRegisters));
    }
    List<Group> groups = new ArrayList<>();
    for (Node item : node.at("poll").items()) {
      groups.add(group(item, names));
    }
    if (slaves.isEmpty() && groups.isEmpty()) {
      node.fault("nothing to read; want slaves: [{unit: 1, map: FILE}]");
    }
    node.refuseUnknownKeys();
    return new ModbusSettings(
        name, serial, timeoutNs, retries, bridge, pauseNs, mostRegisters, slaves, groups);
  }

  private static long pause(Node node) {
    return node.durationNs("0s", "1s", "0s");
  }

  private static int mostRegisters(Node node, int otherwise) {
    return (int) node.at("max_registers").whole(1, ReadRequest.MOST_REGISTERS, otherwise);
  }

  private static Slave slave(Node node, Set<String> names, long usualPauseNs, int usualMost) {
    int unit = (int) node.at("unit").whole(1, MOST_UNIT);
    Path map = node.at("map").readableFile();
    Node named = node.at("name");
    String name = named.isPresent() ? named.text(NAME, NAME_WANTED) : stem(map);
    takeName(named, name, names);
    long periodNs = period(node.at("period"));
    long pauseNs = node.at("pause").isPresent() ? pause(node.at("pause")) : usualPauseNs;
    int mostRegisters = mostRegisters(node, usualMost);
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
    String name = node.at("name").text(NAME, NAME_WANTED);
    takeName(node.at("name"), name, names);
    int unit = (int) node.at("unit").whole(1, MOST_UNIT);
    int function = (int) node.at("function").whole(1, 4);
    int address = (int) node.at("address").whole(0, 0xFFFF);
    int most = Math.min(ReadRequest.most(function), 0x1_0000 - address);
    int count = (int) node.at("count").whole(1, most, 1);
    long periodNs = period(node.at("period"));
    node.refuseUnknownKeys();
    return new Group(name, unit, function, address, count, periodNs);
  }

  private static long period(Node node) {
    return node.durationNs("10ms", "1d", "1s");
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
