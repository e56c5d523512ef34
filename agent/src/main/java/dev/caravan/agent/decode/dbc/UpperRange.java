package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What the highest raw values of a J1939 signal mean: no value, an error, or nothing yet agreed on.
 *
 * <pre>
 * bits        not available     error             reserved
 * 2           3                 2                 -
 * 3           7                 -                 -
 * 4           F                 E                 -
 * 5..7        all ones          -                 -
 * 8           FF                FE                FB..FD
 * 9..32       highest byte FF   highest byte FE   highest byte FB..FD
 * 33..64      all ones          -                 -
 * </pre>
 *
 * A label of the DBC file that names a state ({@code 3 "speed/torque limit"}) makes its value one: where the file's
 * author knows what it means, the general rule does not hold. A label that says the same as the rule ({@code 3 "not
 * available"}) leaves the rule as it is.
 *
 * @see "SAE J1939-71, 5.1.4, tables 1 and 2"
 */
final class UpperRange {
  private static final UpperRange NONE = new UpperRange(0, Long.MAX_VALUE, new long[0]);
  private static final String[] NO_VALUE = {
    "notavail",
    "unavail",
    "notapplic",
    "notinstalled",
    "notsupport",
    "notused",
    "unused",
    "dontcare",
    "donotcare",
    "noaction",
    "nochange",
    "undefined",
    "unknown",
    "invalid"
  };
  private static final String[] NO_VALUE_WHOLE = {"na", "sna", "nav", "notdefined"};
  private static final String[] FAILED = {
    "error", "fault", "fail", "defect", "malfunction", "invalid"
  };
  private static final String RESERVED = "reserved";

  private final int bits;
  private final long okBelow;
  private final long[] states;

  private UpperRange(int bits, long okBelow, long[] states) {
    this.bits = bits;
    this.okBelow = okBelow;
    this.states = states;
  }

  /** The rule for one signal; none for signed and floating-point ones, which J1939 does not have. */
  static UpperRange of(DbcSignal signal) {
    int bits = signal.lengthBits();
    if (signal.kind() != Kind.UNSIGNED || bits < 2) {
      return NONE;
    }
    long[] states = signal.labels().entrySet().stream()
        .filter(label -> isState(label, bits))
        .mapToLong(Map.Entry::getKey)
        .sorted()
        .toArray();
    return new UpperRange(bits, okBelow(bits), states);
  }

  private static boolean isState(Map.Entry<Long, String> label, int bits) {
    return switch (quality(label.getKey(), bits)) {
      case NOT_AVAILABLE -> !saysNoValue(label.getValue()) && !saysFailed(label.getValue());
      case ERROR -> !saysFailed(label.getValue()) && !saysNoValue(label.getValue());
      case OUT_OF_RANGE -> !letters(label.getValue()).contains(RESERVED);
      default -> false;
    };
  }

  private static boolean saysNoValue(String label) {
    String letters = letters(label);
    return letters.contains(RESERVED)
        || Arrays.asList(NO_VALUE_WHOLE).contains(letters)
        || Arrays.stream(NO_VALUE).anyMatch(letters::contains);
  }

  private static boolean saysFailed(String label) {
    return Arrays.stream(FAILED).anyMatch(letters(label)::contains);
  }

  private static String letters(String label) {
    StringBuilder letters = new StringBuilder();
    label
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetter)
        .forEach(letters::appendCodePoint);
    return letters.toString();
  }

  /** The lowest raw value that is not simply a value. */
  private static long okBelow(int bits) {
    if (bits == 64) {
      return Long.MAX_VALUE;
    }
    if (bits > 32) {
      return (1L << bits) - 1;
    }
    if (bits >= 8) {
      return 0xFBL << (bits - 8);
    }
    return (1L << bits) - (bits == 2 || bits == 4 ? 2 : 1);
  }

  /** What a raw value says of itself. */
  Quality quality(long raw) {
    // One of 64 bits looks negative from its middle on, and only -1 of them is special.
    if (raw < okBelow && raw != -1) {
      return Quality.OK;
    }
    Quality quality = quality(raw, bits);
    return quality == Quality.OK || Arrays.binarySearch(states, raw) < 0 ? quality : Quality.OK;
  }

  /** The rule, without labels. */
  static Quality quality(long raw, int bits) {
    if (bits < 2) {
      return Quality.OK;
    }
    if (bits > 32) {
      return raw == -1L >>> (64 - bits) ? Quality.NOT_AVAILABLE : Quality.OK;
    }
    if (bits >= 8) {
      int highest = (int) (raw >>> (bits - 8));
      return highest < 0xFB
          ? Quality.OK
          : highest == 0xFF
              ? Quality.NOT_AVAILABLE
              : highest == 0xFE ? Quality.ERROR : Quality.OUT_OF_RANGE;
    }
    int ones = (1 << bits) - 1;
    if (raw == ones) {
      return Quality.NOT_AVAILABLE;
    }
    return (bits == 2 || bits == 4) && raw == ones - 1 ? Quality.ERROR : Quality.OK;
  }
}
