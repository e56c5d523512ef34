package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One signal in the data of an answer: bits that go on to lower bits and then to the next byte's highest.
 *
 * <pre>
 * byte    A (0)            B (1)
 * bit     7 6 5 4 3 2 1 0  7 6 5 4 3 2 1 0
 *           └──── byte 0, bit 6, length 7
 * </pre>
 *
 * @param spec name without source and unit; kind, factor, offset, limits, labels
 * @param firstBit place of the highest bit, 0 for the highest of the first byte
 * @param length bits, 1..56, or 64 that start with a byte
 * @param notAvailable raw value that means that there is none; {@link #NONE} if no value does
 * @param onlyIf place of the bit, counted as {@code firstBit}, that is 1 where there is the signal; {@link #ALWAYS} if it
 *     hangs on none
 * @param unless place of the bit that is 0 where there is the signal; {@link #ALWAYS} if it hangs on none
 * @param isEnumeration whether a raw value without a label means nothing
 */
record Field(
    SignalSpec spec,
    int firstBit,
    int length,
    boolean isSigned,
    long notAvailable,
    int onlyIf,
    int unless,
    boolean isEnumeration) {
  /** No raw value of a signal: those of 64 bits have no sign. */
  static final long NONE = Long.MIN_VALUE;

  static final int ALWAYS = -1;

  private static final Pattern BIT_FORM = Pattern.compile("[A-Z]{1,2}[0-7]");

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?\\d+(\\.\\d+)?([eE][-+]?\\d+)?(/\\d+(\\.\\d+)?)?");
  private static final double HIGHEST = 1e300;

  private static final int MOST_BITS = 64;
  private static final String NUMBER_WANTED = "a number or a fraction, as 0.25 or 100/255";
  private static final String BIT_WANTED = "a byte from A on and a bit 0..7 of it, as A0";

  private static final Key<Integer> BYTE = Key.whole("byte", 0, Row.MOST_BYTES - 1)
      .or(0)
      .limit("within the data")
      .says("index of the byte where it begins; 0 is A in the standard");
  private static final Key<Integer> BIT =
      Key.whole("bit", 0, 7).or(7).says("its highest bit in that byte, where 7 is the highest");
  private static final Key<Integer> LENGTH = Key.whole("length", 1, MOST_BITS)
      .unit("bit")
      .absent("up to the end of the data, at most 64")
      .limit("above 56 only from bit 7 on")
      .says("how many bits, on to lower ones and then to the next byte's highest");
  private static final Key<Boolean> SIGNED =
      Key.flag("signed", false).says("whether its highest bit is the sign");
  static final Key<String> FACTOR = Key.text("factor", NUMBER, NUMBER_WANTED)
      .or("1")
      .range("a number or a fraction, `100/255`")
      .says("physical value = raw * factor + offset");
  static final Key<String> OFFSET = Key.text("offset", NUMBER, NUMBER_WANTED)
      .or("0")
      .unit("unit of the signal")
      .range("likewise")
      .says("see `factor`");
  static final Key<String> UNIT =
      Key.text("unit").or("").absent("none").says("of the physical value");
  private static final Key<Double> MIN = Key.number("min", -HIGHEST, HIGHEST)
      .unit("unit of the signal")
      .absent("no limit")
      .says("below it a value is `out_of_range`");
  private static final Key<Double> MAX = Key.number("max", -HIGHEST, HIGHEST)
      .unit("unit of the signal")
      .absent("no limit")
      .says("above it a value is `out_of_range`");
  private static final Key<Map<Long, String>> LABELS = Key.labels("labels")
      .says("texts of raw values, `{0: SPARK, 1: COMPRESSION}`. Where there is neither unit, "
          + "factor, offset, `min` nor `max`, it is an enumeration, and what has no label is "
          + "`out_of_range`");
  private static final Key<Long> NOT_AVAILABLE = Key.large("not_available", 0, Long.MAX_VALUE)
      .range("what fits into its bits")
      .says("the raw value that means that there is no value");
  private static final Key<String> IF = Key.text("if", BIT_FORM, BIT_WANTED)
      .absent("always")
      .range("`A0`; behind Z come AA, AB")
      .says("the bit of the data that is 1 where the data has the signal: A is the first byte, 0 "
          + "its lowest bit");
  private static final Key<String> UNLESS = Key.text("unless", BIT_FORM, BIT_WANTED)
      .absent("always")
      .range("likewise")
      .says("the bit that is 0 where the data has the signal");

  /** Its keys, but its name. */
  static final List<Key<?>> KEYS = List.of(
      BYTE, BIT, LENGTH, SIGNED, FACTOR, OFFSET, UNIT, MIN, MAX, LABELS, NOT_AVAILABLE, IF, UNLESS);

  /** Reads the keys of one signal; {@code bytes} is the length of the data. */
  static Field from(Node node, String name, int bytes) {
    int first = (int) node.at(BYTE).whole(0, Math.max(0, bytes - 1), 0);
    int bit = node.get(BIT);
    int firstBit = first * 8 + 7 - bit;
    int room = Math.max(1, Math.min(MOST_BITS, bytes * 8 - firstBit));
    int length = (int) node.at(LENGTH).whole(1, room, room);
    if (length > 56 && bit != 7) {
      node.at(LENGTH).fault("want at most 56 bits where they do not start with a byte");
    }
    boolean isSigned = node.get(SIGNED);
    Map<Long, String> labels = node.get(LABELS);
    int unused = MOST_BITS - length;
    long highest = unused > 0 ? -1L >>> unused : Long.MAX_VALUE;
    long notAvailable = node.at(NOT_AVAILABLE).whole(0, highest, NONE);
    if (isSigned && notAvailable != NONE) {
      notAvailable = (notAvailable << unused) >> unused;
    }
    Kind kind = isSigned ? Kind.SIGNED : length == 1 ? Kind.BOOLEAN : Kind.UNSIGNED;
    SignalSpec spec = new SignalSpec(
        name,
        "",
        node.get(UNIT),
        kind,
        number(node, FACTOR),
        number(node, OFFSET),
        node.find(MIN).orElse(Double.NaN),
        node.find(MAX).orElse(Double.NaN),
        labels);
    return new Field(
        spec,
        firstBit,
        length,
        isSigned,
        notAvailable,
        bit(node, IF, bytes),
        bit(node, UNLESS, bytes),
        isEnumeration(spec));
  }

  /** A bit as the standard writes it, {@code A0}: the lowest of the first byte; behind Z come AA, AB and so on. */
  private static int bit(Node node, Key<String> key, int bytes) {
    String text = node.find(key).orElse("");
    if (!BIT_FORM.matcher(text).matches()) {
      return ALWAYS;
    }
    int last = text.length() - 1;
    int index = text.charAt(last - 1) - 'A' + (last == 2 ? 26 * (text.charAt(0) - 'A' + 1) : 0);
    if (index >= bytes) {
      node.at(key).fault("want a bit of the " + bytes + " bytes, got '" + text + "'");
    }
    return index * 8 + 7 - (text.charAt(last) - '0');
  }

  /** Labels of a number without unit, scale and limits are all that it can be. */
  private static boolean isEnumeration(SignalSpec spec) {
    return !spec.labels().isEmpty()
        && spec.kind() != Kind.BOOLEAN
        && spec.unit().isEmpty()
        && spec.factor() == 1
        && spec.offset() == 0
        && Double.isNaN(spec.min())
        && Double.isNaN(spec.max());
  }

  /** Whether data of so many bytes from an index of the payload on has the signal. */
  boolean isIn(Bytes payload, int at, int bytes) {
    return firstBit + length <= 8 * bytes
        && (onlyIf == ALWAYS || (onlyIf < 8 * bytes && raw(payload, at, onlyIf, 1, false) == 1))
        && (unless == ALWAYS || (unless < 8 * bytes && raw(payload, at, unless, 1, false) == 0));
  }

  /** A number or a fraction, {@code 0.25} or {@code 100/255}. */
  static double number(Node node, Key<String> key) {
    String text = node.get(key);
    double otherwise = Double.parseDouble(key.usual());
    if (!NUMBER.matcher(text).matches()) {
      return otherwise;
    }
    int slash = text.indexOf('/');
    double number = slash < 0
        ? Double.parseDouble(text)
        : Double.parseDouble(text.substring(0, slash))
            / Double.parseDouble(text.substring(slash + 1));
    if (!Double.isFinite(number) || (number == 0 && otherwise != 0)) {
      node.fault("want a finite number, for a factor not 0, got '" + text + "'");
      return otherwise;
    }
    return number;
  }

  /** The raw value in data that starts at an index of the payload. */
  long raw(Bytes payload, int at) {
    return raw(payload, at, firstBit, length, isSigned);
  }

  /** Bits of a payload, high first. */
  static long raw(Bytes payload, int at, int firstBit, int length, boolean isSigned) {
    int lastBit = firstBit + length - 1;
    long value = 0;
    for (int i = firstBit / 8; i <= lastBit / 8; i++) {
      value = (value << 8) | payload.at(at + i);
    }
    value >>>= 7 - lastBit % 8;
    int unused = MOST_BITS - length;
    return isSigned ? (value << unused) >> unused : (value << unused) >>> unused;
  }
}
