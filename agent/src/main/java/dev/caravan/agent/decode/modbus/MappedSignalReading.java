package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the items of a register map. */
final class MappedSignalReading {
  static final List<String> ORDERS = List.of("ABCD", "CDAB", "BADC", "DCBA");

  private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*+");
  private static final String NAME_WANTED = "letters, digits, - and _, parts joined by dots";
  private static final List<String> ENCODINGS = List.of("ascii", "utf-8", "gb18030");
  private static final double MOST = 1e300;
  private static final int MOST_TEXT_BYTES = 250;

  private static final Key<String> RAW = Key.text("raw");

  private static final Key<String> PATH = Key.text("path", NAME_FORM, NAME_WANTED)
      .range("like `name`")
      .says("what it is called as a whole, for example `Road.Weather.WindSpeed`; for devices of "
          + "which there is one");
  private static final Key<String> NAME = Key.text("name", NAME_FORM, NAME_WANTED)
      .unless(PATH)
      .absent("this or `path`")
      .range("letters, digits, `-` and `_`, joined by dots")
      .says("what it is called, behind source and slave");
  private static final Key<Integer> FUNCTION =
      Key.whole("function", 1, 4).absent("the map's").says("as above");
  private static final Key<Integer> ADDRESS = Key.whole("address", 0, 0xFFFF)
      .required()
      .says("of its first register or coil, from 0 as on the wire: what a manual calls 40001 or "
          + "30001 is mostly 0");
  private static final Key<String> TYPE = Key.oneOf("type", RegisterType.WORDS)
      .or("u16")
      .range("one of these")
      .absent("`u16`, `bit`")
      .says("`u16` `s16` `u32` `s32` `u64` `s64` whole numbers, `f32` `f64` floating point, "
          + "`u8hi` `u8lo` high and low byte of a register, `bcd16` `bcd32` four and eight "
          + "decimal digits, `bits` some bits of a register, `string` text; `bit` for functions "
          + "1 and 2, which have nothing else");
  private static final Key<String> ORDER = Key.oneOf("order", ORDERS)
      .absent("the map's")
      .says("`ABCD` highest byte first; `CDAB` lowest register first; `BADC` bytes of each "
          + "register swapped; `DCBA` lowest byte first. In one register, and in text, only the "
          + "swapping of bytes counts");
  private static final Key<Integer> POSITION = Key.whole("position", 0, 15)
      .or("0")
      .says("of `bits`: the lowest bit, where 0 is the lowest of the register");
  private static final Key<Integer> LENGTH = Key.whole("length", 1, 16)
      .unit("bit")
      .or("1")
      .says("of `bits`: how many; one is false or true");
  private static final Key<Integer> BYTES = Key.whole("bytes", 1, MOST_TEXT_BYTES)
      .unit("byte")
      .absent("required there")
      .says("of `string`: how many; it ends before a zero byte");
  private static final Key<String> ENCODING =
      Key.oneOf("encoding", ENCODINGS).or("ascii").says("of `string`");
  private static final Key<Double> FACTOR = Key.number("factor", -MOST, MOST)
      .or("1")
      .range("not 0")
      .says("physical value = raw * factor + offset");
  private static final Key<Double> OFFSET =
      Key.number("offset", -MOST, MOST).unit("unit of the signal").or("0").says("see `factor`");
  private static final Key<String> UNIT =
      Key.text("unit").or("").absent("none").says("of the physical value");
  private static final Key<Double> MIN = Key.number("min", -MOST, MOST)
      .unit("unit of the signal")
      .absent("no limit")
      .says("below it a value is `out_of_range`");
  private static final Key<Double> MAX = Key.number("max", -MOST, MOST)
      .unit("unit of the signal")
      .absent("no limit")
      .says("above it a value is `out_of_range`");
  private static final Key<Node> NOT_AVAILABLE = Key.list("not_available", RAW)
      .says("list of what means that there is no value: the bits as they lie in the registers, "
          + "of `f32` and `f64` the number. NaN means it always");
  private static final Key<Node> ERROR = Key.list("error", RAW)
      .says("list of what means that the sensor has failed, likewise. Infinite numbers and BCD "
          + "digits over 9 mean it always");
  private static final Key<Map<Long, String>> LABELS =
      Key.labels("labels").says("texts of raw values, `{0: DRY, 1: WET}`");
  private static final Key<Long> PERIOD = Key.duration("period", "10ms", "1d")
      .absent("the slave's")
      .says("how often it is read, where that differs from the slave");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(
      NAME,
      PATH,
      FUNCTION,
      ADDRESS,
      TYPE,
      ORDER,
      POSITION,
      LENGTH,
      BYTES,
      ENCODING,
      FACTOR,
      OFFSET,
      UNIT,
      MIN,
      MAX,
      NOT_AVAILABLE,
      ERROR,
      LABELS,
      PERIOD);

  private final Node node;
  private final int function;
  private final RegisterType type;
  private final int length;

  private MappedSignalReading(Node node, int usualFunction) {
    this.node = node;
    this.function = node.find(FUNCTION).orElse(usualFunction);
    this.type = type();
    this.length = length();
  }

  /** One item; what is wrong goes to the faults of the node. */
  static MappedSignal read(Node node, int usualFunction, ByteOrder usualOrder) {
    return new MappedSignalReading(node, usualFunction).signal(usualOrder);
  }

  private RegisterType type() {
    Node word = node.at(TYPE);
    if (function <= 2) {
      if (word.isPresent() && !word.text().equals("bit")) {
        word.fault("functions 1 and 2 read single bits; want bit, or no type");
      }
      return RegisterType.BIT;
    }
    if (word.text("").equals("bit")) {
      word.fault("functions 3 and 4 read registers; want another type, or function 1 or 2");
    }
    return RegisterType.valueOf(node.get(TYPE).toUpperCase(Locale.ROOT));
  }

  private int length() {
    if (type == RegisterType.BITS) {
      return node.get(LENGTH);
    }
    if (type == RegisterType.STRING) {
      return node.get(BYTES);
    }
    return 0;
  }

  private MappedSignal signal(ByteOrder usualOrder) {
    int count = type == RegisterType.STRING ? (length + 1) / 2 : Math.max(1, type.registers);
    int position = position();
    String encoding = node.get(ENCODING);
    unwanted(ENCODING, type == RegisterType.STRING, "type: string");
    unwanted(BYTES, type == RegisterType.STRING, "type: string");
    unwanted(LENGTH, type == RegisterType.BITS, "type: bits");
    unwanted(POSITION, type == RegisterType.BITS, "type: bits");
    String order = node.find(ORDER).orElse(usualOrder.name());
    String name = name();
    double min = node.find(MIN).orElse(Double.NaN);
    double max = node.find(MAX).orElse(Double.NaN);
    if (min > max) {
      node.at(MAX).fault("want at least min, " + min);
    }
    double factor = node.get(FACTOR);
    if (factor == 0) {
      node.at(FACTOR).fault("want another factor than 0");
    }
    MappedSignal signal = new MappedSignal(
        name,
        node.find(PATH).orElse(""),
        function,
        address(count),
        count,
        type,
        ByteOrder.valueOf(order),
        position,
        length,
        encoding,
        factor,
        node.get(OFFSET),
        node.get(UNIT),
        min,
        max,
        patterns(node.at(NOT_AVAILABLE)),
        patterns(node.at(ERROR)),
        node.get(LABELS),
        node.find(PERIOD).orElse(0L));
    node.refuseUnknownKeys();
    return signal;
  }

  private int address(int count) {
    Node address = node.at(ADDRESS);
    Notation.check(address, function);
    return (int) address.whole(0, 0x1_0000 - count);
  }

  private String name() {
    Node name = node.at(NAME);
    Node path = node.at(PATH);
    if (name.isPresent() == path.isPresent()) {
      node.fault("want either name, which goes behind source and slave, or path, the whole name");
    }
    return node.find(NAME).orElse("");
  }

  private int position() {
    int position = node.get(POSITION);
    if (type == RegisterType.BITS && position + length > 16) {
      node.at(LENGTH).fault("want position + length at most 16, got " + (position + length));
    }
    return position;
  }

  /** A key that says something only together with another type. */
  private void unwanted(Key<?> key, boolean isWanted, String with) {
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
