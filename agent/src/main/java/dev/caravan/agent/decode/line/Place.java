package dev.caravan.agent.decode.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import java.util.List;

/**
 * Where a number or text stands in a binary frame, and how it is written there.
 *
 * @param at index of its first byte, from the frame's first byte 0
 * @param bytes how many it has
 * @param kind what raw values are
 * @param isBigEndian whether the high byte comes first
 * @param bit lowest bit of a bit field, 0 the lowest of the number; 0 for the whole number
 * @param bits of a bit field; 0 for the whole number
 */
record Place(int at, int bytes, Kind kind, boolean isBigEndian, int bit, int bits) {
  private static final List<String> TYPES = List.of(
      "u8", "s8", "u16", "s16", "u24", "s24", "u32", "s32", "u64", "s64", "f32", "f64", "text");

  static final Key<Integer> AT = Key.whole("at", 0, 65_535)
      .absent("required for `binary`")
      .says("binary: index of its first byte; the frame's first byte is 0");
  private static final Key<String> TYPE = Key.oneOf("type", TYPES)
      .absent("required for `binary`")
      .says("binary: how it is written: `u8` `s8` … `u64` `s64` whole numbers, `f32` `f64` "
          + "floating point, `text`");
  private static final Key<Integer> BYTES =
      Key.whole("bytes", 1, 512).unit("byte").or(1).says("of `text`: how many");
  private static final Key<String> ORDER =
      Key.oneOf("order", "big", "little").or("big").says("binary: which of its bytes comes first");
  private static final Key<Integer> BIT = Key.whole("bit", 0, 63)
      .or(0)
      .says("of a bit field: its lowest bit, where 0 is the lowest of the number");
  private static final Key<Integer> BITS = Key.whole("bits", 0, 63)
      .unit("bit")
      .or(0)
      .absent("the whole number")
      .says("of a bit field: how many");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(AT, TYPE, BYTES, ORDER, BIT, BITS);

  static Place from(Node node) {
    String type = node.get(TYPE);
    int length = node.get(BYTES);
    int bytes = type.equals("text") ? length : Integer.parseInt(type.substring(1)) / 8;
    int bits = node.get(BITS);
    int bit = node.get(BIT);
    Kind kind = switch (type.charAt(0)) {
      case 'u' -> Kind.UNSIGNED;
      case 's' -> Kind.SIGNED;
      case 'f' -> bytes == 4 ? Kind.FLOAT : Kind.DOUBLE;
      default -> Kind.TEXT;
    };
    if (bits > 0 && (!kind.isInteger() || bit + bits > 8 * bytes)) {
      node.at(BITS).fault("want bit + bits within the " + 8 * bytes + " bits of a whole number");
    }
    return new Place(node.get(AT), bytes, kind, node.get(ORDER).equals("big"), bit, bits);
  }

  boolean isWithin(Bytes frame) {
    return at + bytes <= frame.length();
  }

  /** The whole number there, or the bits of a floating-point one; signed ones filled up with their sign. */
  long raw(Bytes frame) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | frame.at(isBigEndian ? at + i : at + bytes - 1 - i);
    }
    if (bits > 0) {
      return signed(value >>> bit & (1L << bits) - 1, bits);
    }
    return signed(value, 8 * bytes);
  }

  private long signed(long value, int width) {
    int unused = 64 - width;
    return kind == Kind.SIGNED ? value << unused >> unused : value;
  }

  double floating(Bytes frame) {
    long raw = raw(frame);
    return bytes == 4 ? Float.intBitsToFloat((int) raw) : Double.longBitsToDouble(raw);
  }
}
