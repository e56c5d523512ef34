package dev.caravan.agent.decode.dbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The attributes that a file defines, their defaults, and the values of those of the network. */
final class Attributes {
  /** Frame formats by index, for files that define the attribute as a number. */
  private static final Map<String, String> FRAME_FORMATS = Map.of(
      "0", "StandardCAN",
      "1", "ExtendedCAN",
      "2", "reserved",
      "3", "J1939PG",
      "14", "StandardCAN_FD",
      "15", "ExtendedCAN_FD");

  private final Notes notes;
  private final Map<String, List<String>> enumerations = new HashMap<>();
  private final Map<String, String> defaults = new HashMap<>();
  private final Map<String, String> network = new HashMap<>();

  Attributes(Notes notes) {
    this.notes = notes;
  }

  /** {@code [BU_|BO_|SG_|EV_] "name" TYPE ...}. */
  void define(Statement statement) {
    while (statement.peek().isWord()) {
      statement.take();
    }
    if (!statement.peek().isText()) {
      notes.warn(statement.peek(), "attribute definition without a quoted name: skipped");
      return;
    }
    String name = statement.take().text();
    if (!statement.peek().isWord("ENUM")) {
      return;
    }
    statement.take();
    List<String> values = new ArrayList<>();
    while (!statement.isDone()) {
      Token token = statement.take();
      if (token.isText() || token.isWord()) {
        values.add(token.text());
      }
    }
    enumerations.put(name, values);
  }

  /** {@code "name" value}. */
  void defaultValue(Statement statement) {
    Token name = statement.take();
    Token value = statement.take();
    if (!name.isText() || (!value.isText() && !value.isWord())) {
      notes.warn(name, "attribute default without a quoted name or a value: skipped");
      return;
    }
    defaults.put(name.text(), shown(name.text(), value));
  }

  void setNetwork(String name, String value) {
    network.put(name, value);
  }

  /** A value as text: an index into an enumeration becomes what it stands for. */
  String shown(String name, Token value) {
    List<String> enumeration = enumerations.get(name);
    OptionalLong index = Statement.whole(value.text());
    if (enumeration != null && value.isWord() && index.isPresent()) {
      long place = index.getAsLong();
      return place >= 0 && place < enumeration.size() ? enumeration.get((int) place) : value.text();
    }
    return name.equals("VFrameFormat")
        ? FRAME_FORMATS.getOrDefault(value.text(), value.text())
        : value.text();
  }

  /** The value among explicit ones, else the network's, else the default; empty for none. */
  String value(Map<String, String> explicit, String name) {
    String value = explicit.get(name);
    if (value == null) {
      value = network.get(name);
    }
    return value == null ? defaults.getOrDefault(name, "") : value;
  }

  /** Whether a {@code ProtocolType} is NMEA 2000, in one of its writings: {@code NMEA2000}, {@code NMEA 2000}, {@code N2K}. */
  static boolean isNmea2000(String protocol) {
    String plain = plain(protocol);
    return plain.contains("NMEA2000") || plain.contains("N2K");
  }

  /** Whether a {@code BusType} is CAN FD, in one of its writings: {@code CAN FD}, {@code CANFD}. */
  static boolean isCanFd(String bus) {
    return plain(bus).contains("CANFD");
  }

  private static String plain(String text) {
    return text.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
  }

  Map<String, String> ofNetwork() {
    Map<String, String> all = new HashMap<>(network);
    for (String name : List.of("BusType", "ProtocolType", "DBName", "Baudrate")) {
      if (defaults.containsKey(name)) {
        all.putIfAbsent(name, value(Map.of(), name));
      }
    }
    return all;
  }
}
