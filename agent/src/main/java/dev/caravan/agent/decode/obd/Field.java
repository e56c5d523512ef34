package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.SignalSpec;
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

  private static final Pattern BIT = Pattern.compile("[A-Z]{1,2}[0-7]");

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?\\d+(\\.\\d+)?([eE][-+]?\\d+)?(/\\d+(\\.\\d+)?)?");
  private static final double HIGHEST = 1e300;

  /** Reads the keys of one signal; {@code bytes} is the length of the data. */
  static Field from(Node node, String name, int bytes) {
    int first = (int) node.at("byte").whole(0, Math.max(0, bytes - 1), 0);
    int bit = (int) node.at("bit").whole(0, 7, 7);
    int firstBit = first * 8 + 7 - bit;
    int room = Math.max(1, Math.min(64, bytes * 8 - firstBit));
    int length = (int) node.at("length").whole(1, room, room);
    if (length > 56 && bit != 7) {
      node.fault("length: want at most 56 bits where they do not start with a byte");
    }
    boolean isSigned = node.at("signed").flag(false);
    Map<Long, String> labels = node.at("labels").labels();
    int unused = 64 - length;
    long highest = unused > 0 ? -1L >>> unused : Long.MAX_VALUE;
    long notAvailable = node.at("not_available").whole(0, highest, NONE);
    if (isSigned && notAvailable != NONE) {
      notAvailable = (notAvailable << unused) >> unused;
    }
    Kind kind = isSigned ? Kind.SIGNED : length == 1 ? Kind.BOOLEAN : Kind.UNSIGNED;
    SignalSpec spec = new SignalSpec(
        name,
        "",
        node.at("unit").text(""),
        kind,
        number(node.at("factor"), 1),
        number(node.at("offset"), 0),
        node.at("min").number(-HIGHEST, HIGHEST, Double.NaN),
        node.at("max").number(-HIGHEST, HIGHEST, Double.NaN),
        labels);
    return new Field(
        spec,
        firstBit,
        length,
        isSigned,
        notAvailable,
        bit(node.at("if"), bytes),
        bit(node.at("unless"), bytes),
        isEnumeration(spec));
  }

  /** A bit as the standard writes it, {@code A0}: the lowest of the first byte; behind Z come AA, AB and so on. */
  private static int bit(Node node, int bytes) {
    if (!node.isPresent()) {
      return ALWAYS;
    }
    String text = node.text(BIT, "a byte from A on and a bit 0..7 of it, as A0");
    if (!BIT.matcher(text).matches()) {
      return ALWAYS;
    }
    int last = text.length() - 1;
    int index = text.charAt(last - 1) - 'A' + (last == 2 ? 26 * (text.charAt(0) - 'A' + 1) : 0);
    if (index >= bytes) {
      node.fault("want a bit of the " + bytes + " bytes, got '" + text + "'");
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
  static double number(Node node, double otherwise) {
    if (!node.isPresent()) {
      return otherwise;
    }
    String text = node.text(NUMBER, "a number or a fraction, as 0.25 or 100/255");
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
    int unused = 64 - length;
    return isSigned ? (value << unused) >> unused : (value << unused) >>> unused;
  }
}
