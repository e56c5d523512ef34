package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.config.Node;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads the items of a register map. */
final class MappedSignalReading {
  static final List<String> ORDERS = List.of("ABCD", "CDAB", "BADC", "DCBA");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*+");
  private static final String NAME_WANTED = "letters, digits, - and _, parts joined by dots";
  private static final List<String> ENCODINGS = List.of("ascii", "utf-8", "gb18030");
  private static final double MOST = 1e300;
  private static final int MOST_TEXT_BYTES = 250;

  private final Node node;
  private final int function;
  private final RegisterType type;
  private final int length;

  private MappedSignalReading(Node node, int usualFunction) {
    this.node = node;
    this.function = (int) node.at("function").whole(1, 4, usualFunction);
    this.type = type(node.at("type"));
    this.length = length();
  }

  /** One item; what is wrong goes to the faults of the node. */
  static MappedSignal read(Node node, int usualFunction, ByteOrder usualOrder) {
    return new MappedSignalReading(node, usualFunction).signal(usualOrder);
  }

  private RegisterType type(Node word) {
    if (function <= 2) {
      if (word.isPresent() && !word.text().equals("bit")) {
        word.fault("functions 1 and 2 read single bits; want bit, or no type");
      }
      return RegisterType.BIT;
    }
    return RegisterType.valueOf(word.oneOf(RegisterType.WORDS, "u16").toUpperCase(Locale.ROOT));
  }

  private int length() {
    if (type == RegisterType.BITS) {
      return (int) node.at("length").whole(1, 16, 1);
    }
    if (type == RegisterType.STRING) {
      return (int) node.at("bytes").whole(1, MOST_TEXT_BYTES);
    }
    return 0;
  }

  private MappedSignal signal(ByteOrder usualOrder) {
    int count = type == RegisterType.STRING ? (length + 1) / 2 : Math.max(1, type.registers);
    int position = position();
    String encoding = node.at("encoding").oneOf(ENCODINGS, "ascii");
    unwanted("encoding", type == RegisterType.STRING, "type: string");
    unwanted("bytes", type == RegisterType.STRING, "type: string");
    unwanted("length", type == RegisterType.BITS, "type: bits");
    unwanted("position", type == RegisterType.BITS, "type: bits");
    String order = node.at("order").oneOf(ORDERS, usualOrder.name());
    String name = name();
    double min = node.at("min").number(-MOST, MOST, Double.NaN);
    double max = node.at("max").number(-MOST, MOST, Double.NaN);
    if (min > max) {
      node.at("max").fault("want at least min, " + min);
    }
    double factor = node.at("factor").number(-MOST, MOST, 1);
    if (factor == 0) {
      node.at("factor").fault("want another factor than 0");
    }
    MappedSignal signal = new MappedSignal(
        name,
        node.at("path").isPresent() ? node.at("path").text(NAME, NAME_WANTED) : "",
        function,
        address(count),
        count,
        type,
        ByteOrder.valueOf(order),
        position,
        length,
        encoding,
        factor,
        node.at("offset").number(-MOST, MOST, 0),
        node.at("unit").text(""),
        min,
        max,
        patterns(node.at("not_available")),
        patterns(node.at("error")),
        node.at("labels").labels(),
        node.at("period").isPresent() ? node.at("period").durationNs("10ms", "1d", "1s") : 0);
    node.refuseUnknownKeys();
    return signal;
  }

  private int address(int count) {
    Node address = node.at("address");
    Notation.check(address, function);
    return (int) address.whole(0, 0x1_0000 - count);
  }

  private String name() {
    Node name = node.at("name");
    Node path = node.at("path");
    if (name.isPresent() == path.isPresent()) {
      node.fault("want either name, which goes behind source and slave, or path, the whole name");
    }
    return name.isPresent() ? name.text(NAME, NAME_WANTED) : "";
  }

  private int position() {
    int position = (int) node.at("position").whole(0, 15, 0);
    if (type == RegisterType.BITS && position + length > 16) {
      node.at("length").fault("want position + length at most 16, got " + (position + length));
    }
    return position;
  }

  /** A key that says something only together with another type. */
  private void unwanted(String key, boolean isWanted, String with) {
    if (!isWanted && node.at(key).isPresent()) {
      node.at(key).fault("says nothing here; want it only with " + with);
    }
  }

  private List<Long> patterns(Node list) {
    if (list.isPresent() && type == RegisterType.STRING) {
      list.fault("a text has none");
    }
    List<Long> patterns = new ArrayList<>();
    for (Node item : list.items()) {
      patterns.add(type.isFloating() ? floating(item) : pattern(item));
    }
    return patterns;
  }

  private static long floating(Node item) {
    return Double.doubleToLongBits(item.number(-Double.MAX_VALUE, Double.MAX_VALUE));
  }

  private long pattern(Node item) {
    int bits = type == RegisterType.BITS ? length : Math.max(1, type.bits());
    if (bits == 64) {
      return item.whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    long value = item.whole(-(1L << (bits - 1)), (1L << bits) - 1);
    return value & ((1L << bits) - 1);
  }

  /** The character set of a word of the configuration. */
  static Charset charset(String encoding) {
    return Charset.forName(encoding.equals("ascii") ? "US-ASCII" : encoding);
  }
}
