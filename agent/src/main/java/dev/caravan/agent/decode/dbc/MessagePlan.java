package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * How to take one message's signals out of a payload: for each, eight bytes fetched in its byte order, shifted left until
 * its highest bit is on top, then right until its lowest bit is at the bottom.
 *
 * <p>A signal's step is packed into one int:
 *
 * <pre>
 *  31 30   29    28   27   26   25  24..18  17..12  11..6  5..0
 *      multiplexed   wide      big  bytes   right   left   first
 *            floating  signed       needed  shift   shift  byte
 * </pre>
 *
 * A wide signal begins in one byte and ends eight bytes further: nine bytes hold it.
 */
final class MessagePlan {
  private static final int BIG = 1 << 25;
  private static final int SIGNED = 1 << 26;
  private static final int WIDE = 1 << 27;
  private static final int FLOATING = 1 << 28;
  private static final int MULTIPLEXED = 1 << 29;
  private static final int UNUSUAL = WIDE | FLOATING;

  private final DbcMessage message;
  private final String group;
  private final DbcSignal[] signals;
  private final int[] steps;

  // multiplexing
  private final int[] multiplexors; // which signals decide, those that decide over others first
  private final int[] decidedBy; // for each signal the index in multiplexors; -1 for none
  private final long[][] ranges; // for each signal first, last, first, last …
  private final long[] values; // of the multiplexors in the frame at hand
  private final boolean[] present; // whether they are in the frame at hand
  private final boolean[] matched; // whether their value has a branch

  MessagePlan(DbcMessage message, String group, List<DbcSignal> decodable) {
    this.message = message;
    this.group = group;
    this.signals = decodable.toArray(DbcSignal[]::new);
    this.steps = new int[signals.length];
    this.decidedBy = new int[signals.length];
    this.ranges = new long[signals.length][];
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < signals.length; i++) {
      steps[i] = step(signals[i]);
      places.put(signals[i].name(), i);
    }
    this.multiplexors = inOrder(places);
    for (int i = 0; i < signals.length; i++) {
      decidedBy[i] = -1;
      ranges[i] = new long[0];
      DbcBranch branch = signals[i].branch().orElse(null);
      if (branch != null) {
        steps[i] |= MULTIPLEXED;
        decidedBy[i] = indexOf(multiplexors, place(places, branch.multiplexor()));
        ranges[i] = branch.ranges().stream()
            .flatMapToLong(range -> LongStream.of(range.first(), range.last()))
            .toArray();
      }
    }
    this.values = new long[multiplexors.length];
    this.present = new boolean[multiplexors.length];
    this.matched = new boolean[multiplexors.length];
  }

  private static int indexOf(int[] all, int wanted) {
    for (int i = 0; i < all.length; i++) {
      if (all[i] == wanted) {
        return i;
      }
    }
    throw new IllegalStateException("a multiplexor that no signal hangs on");
  }

  private static int place(Map<String, Integer> places, String name) {
    return Objects.requireNonNull(places.get(name), "a branch without its multiplexor");
  }

  private int[] inOrder(Map<String, Integer> places) {
    List<Integer> order = new ArrayList<>();
    for (DbcSignal signal : signals) {
      signal.branch().ifPresent(branch -> addWithParents(branch.multiplexor(), places, order));
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private void addWithParents(String name, Map<String, Integer> places, List<Integer> order) {
    int place = place(places, name);
    if (!order.contains(place)) {
      signals[place]
          .branch()
          .ifPresent(branch -> addWithParents(branch.multiplexor(), places, order));
      order.add(place);
    }
  }

  private static int step(DbcSignal signal) {
    int first = signal.startBit() / 8;
    int bit = signal.startBit() % 8;
    int bits = signal.lengthBits();
    int before = signal.bigEndian() ? 7 - bit : bit;
    boolean wide = before + bits > 64;
    int left = signal.bigEndian() ? before : wide ? 0 : 64 - before - bits;
    int right = wide && !signal.bigEndian() ? before : 64 - bits;
    return first
        | left << 6
        | right << 12
        | signal.bytesNeeded() << 18
        | (signal.bigEndian() ? BIG : 0)
        | (signal.kind() == Kind.SIGNED ? SIGNED : 0)
        | (wide ? WIDE : 0)
        | (signal.kind().isInteger() ? 0 : FLOATING);
  }

  DbcMessage message() {
    return message;
  }

  String group() {
    return group;
  }

  int size() {
    return signals.length;
  }

  DbcSignal signal(int index) {
    return signals[index];
  }

  /** Takes the signals that the frame has, in the order of the message. */
  void read(CanFrame frame, DbcReading out) {
    int length = frame.length();
    if (multiplexors.length > 0) {
      readMultiplexors(frame, length);
    }
    out.begin(this);
    for (int i = 0; i < steps.length; i++) {
      int step = steps[i];
      // The branch first: one that is known counts as known where the frame is too short for it.
      if (((step & MULTIPLEXED) == 0 || isActive(i)) && (step >>> 18 & 0x7F) <= length) {
        long raw = (step & UNUSUAL) == 0 ? raw(frame, step) : unusual(frame, step, signals[i]);
        out.add(i, raw);
      }
    }
    boolean unknownBranch = false;
    for (int i = 0; i < matched.length; i++) {
      unknownBranch |= present[i] && !matched[i];
    }
    out.end(length < message.lengthBytes(), unknownBranch);
  }

  private void readMultiplexors(CanFrame frame, int length) {
    Arrays.fill(matched, false);
    for (int i = 0; i < multiplexors.length; i++) {
      int signal = multiplexors[i];
      int step = steps[signal];
      present[i] =
          (step >>> 18 & 0x7F) <= length && ((step & MULTIPLEXED) == 0 || isActive(signal));
      if (present[i]) {
        int bits = signals[signal].lengthBits();
        long raw = (step & WIDE) == 0 ? raw(frame, step) : wide(frame, step, bits);
        // Branches name bit patterns, so a signed multiplexor counts as unsigned here.
        values[i] = raw & (-1L >>> (64 - bits));
      }
    }
  }

  private boolean isActive(int signal) {
    int by = decidedBy[signal];
    if (!present[by]) {
      return false;
    }
    long value = values[by];
    long[] bounds = ranges[signal];
    for (int i = 0; i < bounds.length; i += 2) {
      if (Long.compareUnsigned(value, bounds[i]) >= 0
          && Long.compareUnsigned(value, bounds[i + 1]) <= 0) {
        matched[by] = true;
        return true;
      }
    }
    return false;
  }

  private static long raw(CanFrame frame, int step) {
    int first = step & 0x3F;
    long word = (step & BIG) != 0 ? frame.bigEndianAt(first) : frame.littleEndianAt(first);
    long top = word << (step >>> 6);
    return (step & SIGNED) != 0 ? top >> (step >>> 12) : top >>> (step >>> 12);
  }

  private static long unusual(CanFrame frame, int step, DbcSignal signal) {
    int bits = signal.lengthBits();
    long raw = (step & WIDE) != 0 ? wide(frame, step, bits) : raw(frame, step);
    if ((step & FLOATING) == 0) {
      return raw;
    }
    return switch (bits) {
      case 16 -> Double.doubleToRawLongBits(half((int) raw & 0xFFFF));
      case 32 -> Double.doubleToRawLongBits(Float.intBitsToFloat((int) raw));
      default -> raw;
    };
  }

  /** Of nine bytes: those of the first eight joined with the rest from the ninth. */
  private static long wide(CanFrame frame, int step, int bits) {
    int first = step & 0x3F;
    long ninth = frame.byteAt(first + 8);
    long joined;
    if ((step & BIG) != 0) {
      int before = step >>> 6 & 0x3F;
      int rest = before + bits - 64;
      joined = frame.bigEndianAt(first) << before >>> (64 - bits) | ninth >>> (8 - rest);
    } else {
      int before = step >>> 12 & 0x3F;
      joined = frame.littleEndianAt(first) >>> before | ninth << (64 - before);
    }
    int unused = 64 - bits;
    return (step & SIGNED) != 0 ? joined << unused >> unused : joined << unused >>> unused;
  }

  /** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
  static double half(int bits) {
    int exponent = bits >>> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double size = switch (exponent) {
      case 0 -> fraction * 0x1p-24;
      case 0x1F -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      default -> (0x400 | fraction) * Math.scalb(1.0, exponent - 25);
    };
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
