package dev.caravan.agent.source.line;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checksum over bytes: a sum, an exclusive or, or a CRC with the parameters of the usual catalogues (Williams, "A
 * Painless Guide to CRC Error Detection Algorithms", chapter 15).
 *
 * @param kind how it is made
 * @param width bits, 8, 16 or 32
 * @param polynomial of a CRC, without its highest term, not reflected
 * @param init the register before the first byte
 * @param reflectIn whether each byte goes in lowest bit first
 * @param reflectOut whether the register comes out reflected
 * @param xorOut what the result is combined with at the end
 */
record Checksum(
    Kind kind,
    int width,
    long polynomial,
    long init,
    boolean reflectIn,
    boolean reflectOut,
    long xorOut) {
  enum Kind {
    SUM,
    /** The two's complement of the sum: sum and checksum together are 0. */
    SUM_TWOS,
    XOR,
    CRC
  }

  /** By their names in the catalogues; the sums by what they are. */
  private static final Map<String, Checksum> CATALOGUE = new LinkedHashMap<>();

  static {
    CATALOGUE.put("sum-8", new Checksum(Kind.SUM, 8, 0, 0, false, false, 0));
    CATALOGUE.put("sum-16", new Checksum(Kind.SUM, 16, 0, 0, false, false, 0));
    CATALOGUE.put("sum-8/ones", new Checksum(Kind.SUM, 8, 0, 0, false, false, 0xFF));
    CATALOGUE.put("sum-8/twos", new Checksum(Kind.SUM_TWOS, 8, 0, 0, false, false, 0));
    CATALOGUE.put("sum-16/ones", new Checksum(Kind.SUM, 16, 0, 0, false, false, 0xFFFF));
    CATALOGUE.put("sum-16/twos", new Checksum(Kind.SUM_TWOS, 16, 0, 0, false, false, 0));
    // the one of Modbus ASCII (MODBUS over Serial Line 1.02, 6.2.1); that of ISO 1155 is xor-8
    CATALOGUE.put("lrc", CATALOGUE.get("sum-8/twos"));
    CATALOGUE.put("xor-8", new Checksum(Kind.XOR, 8, 0, 0, false, false, 0));
    CATALOGUE.put("crc-8/smbus", crc(8, 0x07, 0, false, 0));
    CATALOGUE.put("crc-8/maxim-dow", crc(8, 0x31, 0, true, 0));
    CATALOGUE.put("crc-8/sae-j1850", crc(8, 0x1D, 0xFF, false, 0xFF));
    CATALOGUE.put("crc-16/arc", crc(16, 0x8005, 0, true, 0));
    CATALOGUE.put("crc-16/modbus", crc(16, 0x8005, 0xFFFF, true, 0));
    CATALOGUE.put("crc-16/ibm-3740", crc(16, 0x1021, 0xFFFF, false, 0)); // "CCITT-FALSE"
    CATALOGUE.put("crc-16/ibm-sdlc", crc(16, 0x1021, 0xFFFF, true, 0xFFFF)); // "X-25"
    CATALOGUE.put("crc-16/kermit", crc(16, 0x1021, 0, true, 0)); // "CCITT"
    CATALOGUE.put("crc-16/xmodem", crc(16, 0x1021, 0, false, 0));
    CATALOGUE.put("crc-16/umts", crc(16, 0x8005, 0, false, 0)); // "BUYPASS"
    CATALOGUE.put("crc-32/iso-hdlc", crc(32, 0x04C1_1DB7, 0xFFFF_FFFFL, true, 0xFFFF_FFFFL));
    CATALOGUE.put("crc-32/bzip2", crc(32, 0x04C1_1DB7, 0xFFFF_FFFFL, false, 0xFFFF_FFFFL));
  }

  private static Checksum crc(
      int width, long polynomial, long init, boolean reflected, long xorOut) {
    return new Checksum(Kind.CRC, width, polynomial, init, reflected, reflected, xorOut);
  }

  private static final Key<String> KIND = Key.oneOf("kind", kinds())
      .required()
      .says("how it is made: a sum, its ones' or two's complement (`lrc` is `sum-8/twos`, as "
          + "Modbus ASCII has it), an exclusive or (the LRC of ISO 1155), a CRC by its name in "
          + "the catalogues, or `crc` with the parameters below");
  /** Which byte of it comes first. */
  static final Key<String> ORDER =
      Key.oneOf("order", "big", "little").or("big").says("which byte of it comes first");
  /** Of frames. */
  static final Key<Integer> FROM =
      Key.whole("from", 0, 64).or(0).says("frames: index of the first byte that it covers");

  private static final Key<Integer> WIDTH =
      Key.whole("width", 8, 32).unit("bit").or(16).range("8, 16, 32").says("`crc`: its bits");
  private static final Key<Long> POLY = Key.large("poly", 0, 0xFFFF_FFFFL)
      .or(0)
      .absent("must be given for `crc`")
      .range("1..0xFFFFFFFF")
      .says("`crc`: the polynomial without its highest term, not reflected");
  private static final Key<Long> INIT = Key.large("init", 0, 0xFFFF_FFFFL)
      .or(0)
      .range("0..0xFFFFFFFF")
      .says("`crc`: the register before the first byte");
  private static final Key<Boolean> REFLECT_IN =
      Key.flag("reflect_in", false).says("`crc`: each byte goes in lowest bit first");
  private static final Key<Boolean> REFLECT_OUT =
      Key.flag("reflect_out", false).says("`crc`: the register comes out reflected");
  private static final Key<Long> XOR_OUT = Key.large("xor_out", 0, 0xFFFF_FFFFL)
      .or(0)
      .range("0..0xFFFFFFFF")
      .says("`crc`: what the result is combined with");

  /** Its keys, those of lines among them. */
  static final List<Key<?>> KEYS = List.of(
      KIND,
      LineCheck.AFTER,
      LineCheck.AS,
      LineCheck.COVERS,
      ORDER,
      FROM,
      WIDTH,
      POLY,
      INIT,
      REFLECT_IN,
      REFLECT_OUT,
      XOR_OUT);

  private static List<String> kinds() {
    List<String> kinds = new ArrayList<>(CATALOGUE.keySet());
    kinds.add("crc");
    return kinds;
  }

  /** Reads {@code kind}, and for {@code crc} the parameters. */
  static Checksum from(Node node) {
    String kind = node.get(KIND);
    int width = node.get(WIDTH);
    if (width % 8 != 0 || width == 24) {
      node.at(WIDTH).fault("want 8, 16 or 32, got " + width);
    }
    long highest = (1L << width) - 1;
    Checksum own = new Checksum(
        Kind.CRC,
        width,
        within(POLY, node, highest),
        within(INIT, node, highest),
        node.get(REFLECT_IN),
        node.get(REFLECT_OUT),
        within(XOR_OUT, node, highest));
    if (kind.equals("crc") && own.polynomial() == 0) {
      node.at(POLY).fault("missing; want the polynomial of kind crc, such as 0x8005");
    }
    return CATALOGUE.getOrDefault(kind, own);
  }

  private static long within(Key<Long> key, Node node, long highest) {
    long bits = node.get(key);
    if (bits > highest) {
      node.at(key).fault("want 0.." + highest + ", got " + bits);
    }
    return Math.min(bits, highest);
  }

  /** How many bytes it has. */
  int bytes() {
    return width / 8;
  }

  /** The checksum of bytes {@code from} to {@code to}, exclusive. */
  long over(byte[] bytes, int from, int to) {
    long register = init;
    for (int i = from; i < to; i++) {
      int next = bytes[i] & 0xFF;
      register = switch (kind) {
        case SUM, SUM_TWOS -> register + next;
        case XOR -> register ^ next;
        case CRC -> divided(register, next);
      };
    }
    long result = (kind == Kind.SUM_TWOS ? -register : register) & mask();
    if (kind == Kind.CRC && reflectOut) {
      result = Long.reverse(result) >>> (64 - width);
    }
    return result ^ xorOut;
  }

  private long divided(long register, int next) {
    int in = reflectIn ? Integer.reverse(next) >>> 24 : next;
    long result = register ^ ((long) in << (width - 8));
    for (int bit = 0; bit < 8; bit++) {
      boolean carries = (result >>> (width - 1) & 1) != 0;
      result = (carries ? (result << 1) ^ polynomial : result << 1) & mask();
    }
    return result;
  }

  private long mask() {
    return (1L << width) - 1;
  }
}
