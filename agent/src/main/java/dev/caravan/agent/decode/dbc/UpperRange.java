package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the highest raw values of a J1939 or NMEA 2000 signal mean: no value, an error, or nothing yet agreed on.
 *
 * <pre>
 * J1939, unsigned
 * bits        not available     error             reserved
 * 2           3                 2                 -
 * 3           7                 -                 -
 * 4           F                 E                 -
 * 5..7        all ones          -                 -
 * 8           FF                FE                FB..FD
 * 9..32       highest byte FF   highest byte FE   highest byte FB..FD
 * 33..64      all ones          -                 -
 *
 * NMEA 2000; the greatest number is all ones, of a signed signal 7F..F
 * 2, 3        greatest, if unsigned
 * 4..7        greatest          1 less            -
 * 8..64       greatest          1 less            2 less
 * </pre>
 *
 * What a file says goes before the general rule. A label that names a state ({@code 3 "speed/torque limit"}) makes its
 * value one; a label that says the same as the rule ({@code 3 "not available"}) leaves the rule as it is. A reserved value
 * within the limits of the file is a value; those for "error" and "not available" are none, whatever the limits.
 *
 * @see "SAE J1939-71, 5.1.4, tables 1 and 2; for NMEA 2000 the documentation of canboat"
 */
final class UpperRange {
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

  private static final int SMALLEST_WITH_ERROR = 4; // bits, NMEA 2000
  private static final int SMALLEST_WITH_RESERVED = 8; // bits, NMEA 2000

  private final Scale scale;
  private final double min;
  private final double max;
  private final long flipped; // makes unsigned numbers compare as signed ones do
  private final long reservedFrom;
  private final long errorFrom;
  private final long notAvailableFrom;
  private final long[] states;

  private UpperRange(DbcSignal signal, long reservedFrom, long errorFrom, long notAvailableFrom) {
    this.scale = signal.scale();
    this.min = signal.min();
    this.max = signal.max();
    this.flipped = signal.kind() == Kind.UNSIGNED ? Long.MIN_VALUE : 0;
    this.reservedFrom = reservedFrom ^ flipped;
    this.errorFrom = errorFrom ^ flipped;
    this.notAvailableFrom = notAvailableFrom ^ flipped;
    this.states = signal.labels().entrySet().stream()
        .filter(this::isState)
        .mapToLong(Map.Entry::getKey)
        .sorted()
        .toArray();
  }

  /** The rule of J1939 for one signal; empty for signed and floating-point ones, which J1939 does not have. */
  static Optional<UpperRange> ofJ1939(DbcSignal signal) {
    int bits = signal.lengthBits();
    if (signal.kind() != Kind.UNSIGNED || bits < 2) {
      return Optional.empty();
    }
    if (bits >= 8 && bits <= 32) {
      int rest = bits - 8;
      return Optional.of(new UpperRange(signal, 0xFBL << rest, 0xFEL << rest, 0xFFL << rest));
    }
    long ones = greatest(signal);
    long error = bits == 2 || bits == 4 ? ones - 1 : ones;
    return Optional.of(new UpperRange(signal, error, error, ones));
  }

  /** The rule of NMEA 2000 for one signal; empty for floating-point ones and the smallest. */
  static Optional<UpperRange> ofNmea2000(DbcSignal signal) {
    int bits = signal.lengthBits();
    int smallest = signal.kind() == Kind.UNSIGNED ? 2 : SMALLEST_WITH_ERROR;
    if (!signal.kind().isInteger() || bits < smallest) {
      return Optional.empty();
    }
    long greatest = greatest(signal);
    long error = bits >= SMALLEST_WITH_ERROR ? greatest - 1 : greatest;
    long reserved = bits >= SMALLEST_WITH_RESERVED ? greatest - 2 : error;
    return Optional.of(new UpperRange(signal, reserved, error, greatest));
  }

  private static long greatest(DbcSignal signal) {
    int bits = signal.kind() == Kind.UNSIGNED ? signal.lengthBits() : signal.lengthBits() - 1;
    return -1L >>> (Long.SIZE - bits);
  }

  private boolean isState(Map.Entry<Long, String> label) {
    return switch (rule(label.getKey())) {
      case NOT_AVAILABLE, ERROR -> !saysNoValue(label.getValue()) && !saysFailed(label.getValue());
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

  /** The lowest raw value that is not, by the rule, a value. */
  long from() {
    return reservedFrom ^ flipped;
  }

  /** What a raw value says of itself. */
  Quality quality(long raw) {
    if ((raw ^ flipped) < reservedFrom) {
      return Quality.OK;
    }
    Quality quality = rule(raw);
    boolean isValue = Arrays.binarySearch(states, raw) >= 0
        || (quality == Quality.OUT_OF_RANGE && isWithinLimits(raw));
    return isValue ? Quality.OK : quality;
  }

  /** The rule, without what the file says. */
  private Quality rule(long raw) {
    long number = raw ^ flipped;
    if (number >= notAvailableFrom) {
      return Quality.NOT_AVAILABLE;
    }
    if (number >= errorFrom) {
      return Quality.ERROR;
    }
    return number >= reservedFrom ? Quality.OUT_OF_RANGE : Quality.OK;
  }

  /** Limits are often rounded, by less than half a step of the raw value. */
  private boolean isWithinLimits(long raw) {
    double value = scale.physical(raw);
    double rounding = Math.abs(scale.factor()) / 2;
    return value > min - rounding && value < max + rounding;
  }
}
