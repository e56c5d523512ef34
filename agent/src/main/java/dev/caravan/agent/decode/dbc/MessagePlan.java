package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How to take one message's signals out of a payload: for each, eight bytes fetched in its byte order, shifted left until
 * its highest bit is on top, then right until its lowest bit is at the bottom. The first eight bytes are fetched once, for
 * all signals that lie in them.
 *
 * <p>A signal's step is packed into one int:
 *
 * <pre>
 *      31       30      29   28    27  26..23  22..17  16..11  10..0
 *  multiplexed        wide        big  bytes   right   left    first
 *            floating      signed      spanned shift   shift   byte
 * </pre>
 *
 * A wide signal begins in one byte and ends eight bytes further: it spans nine bytes.
 */
final class MessagePlan {
  /** Of a J1939 message that its transport protocol carries: 255 packets of 7 bytes. */
  static final int MOST_BYTES = 1785;

  /** Lengths that only CAN FD has, ISO 11898-1. */
  private static final Set<Integer> FD_LENGTHS = Set.of(12, 16, 20, 24, 32, 48, 64);

  private static final int NEVER = Integer.MAX_VALUE;

  private static final int FIRST = 0x7FF;
  private static final int LEFT_AT = 11;
  private static final int RIGHT_AT = 17;
  private static final int SPAN_AT = 23;
  private static final int BIG = 1 << 27;
  private static final int SIGNED = 1 << 28;
  private static final int WIDE = 1 << 29;
  private static final int FLOATING = 1 << 30;
  private static final int MULTIPLEXED = 1 << 31;
  private static final int UNUSUAL = WIDE | FLOATING;

  private final DbcMessage message;
  private final String group;
  private final DbcSignal[] signals;
  private final int[] steps;
  private final @Nullable UpperRange[] upperRanges; // of a J1939 message, else none
  private final SignalQualities[] tables; // where a table speaks of any signal, else none
  private final double[] factors;
  private final double[] offsets;
  private final int
      plainBytes; // a frame of so many has every signal; none where it depends on a multiplexor

  private final int partFrom; // a classic frame of so many bytes is but a part of the message

  // multiplexing
  private final int[] multiplexors; // which signals decide, those that decide over others first
  private final int[] decidedBy; // for each signal the index in multiplexors; -1 for none
  private final long[][] ranges; // for each signal first, last, first, last …
  private final long[] values; // of the multiplexors in the frame at hand
  private final boolean[] present; // whether they are in the frame at hand
  private final boolean[] matched; // whether their value has a branch

  MessagePlan(DbcMessage message, String group, List<DbcSignal> decodable, boolean isFdBus) {
    this.message = message;
    this.group = group;
    this.signals = decodable.toArray(DbcSignal[]::new);
    this.steps = new int[signals.length];
    this.factors = new double[signals.length];
    this.offsets = new double[signals.length];
    this.decidedBy = new int[signals.length];
    this.ranges = new long[signals.length][];
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < signals.length; i++) {
      steps[i] = step(signals[i]);
      factors[i] = signals[i].factor();
      offsets[i] = signals[i].offset();
      places.put(signals[i].name(), i);
    }
    this.partFrom = partFrom(message, isFdBus);
    this.upperRanges = new UpperRange[message.j1939() ? signals.length : 0];
    Arrays.setAll(upperRanges, i -> upperRange(message, signals[i]));
    this.tables = decodable.stream().allMatch(signal -> signal.qualities().isEmpty())
        ? new SignalQualities[0]
        : decodable.stream()
            .map(signal -> new SignalQualities(signal.kind(), signal.qualities()))
            .toArray(SignalQualities[]::new);
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
    this.plainBytes = multiplexors.length > 0
        ? Integer.MAX_VALUE
        : decodable.stream().mapToInt(DbcSignal::bytesNeeded).max().orElse(0);
    this.values = new long[multiplexors.length];
    this.present = new boolean[multiplexors.length];
    this.matched = new boolean[multiplexors.length];
  }

  private static @Nullable UpperRange upperRange(DbcMessage message, DbcSignal signal) {
    return (message.nmea2000() ? UpperRange.ofNmea2000(signal) : UpperRange.ofJ1939(signal))
        .orElse(null);
  }

  /**
   * A message that is longer than a classic frame and cannot be CAN FD is sent in several: fast packets, ISO-TP or the
   * transport of J1939. Only J1939 sends a group of changing length in one frame as long as it fits (SAE J1939-21, 5.10.1);
   * one of eight bytes may be a fast packet there as well.
   */
  private static int partFrom(DbcMessage message, boolean isFdBus) {
    int bytes = message.lengthBytes();
    if (bytes <= CanFrame.MOST_CLASSIC_BYTES) {
      return NEVER;
    }
    boolean canBeFd = message.fd() || (!message.j1939() && (isFdBus || FD_LENGTHS.contains(bytes)));
    if (canBeFd && bytes <= CanFrame.MOST_BYTES) {
      return NEVER;
    }
    return message.j1939() && !message.nmea2000() ? CanFrame.MOST_CLASSIC_BYTES : 0;
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
    // What lies within the first eight bytes is fetched from there, once for all such signals.
    int first = signal.bytesNeeded() <= Long.BYTES ? 0 : signal.startBit() / 8;
    int bits = signal.lengthBits();
    int before = signal.bigEndian()
        ? (signal.startBit() / 8 - first) * 8 + 7 - signal.startBit() % 8
        : signal.startBit() - first * 8;
    boolean wide = before + bits > 64;
    int left = signal.bigEndian() ? before : wide ? 0 : 64 - before - bits;
    int right = wide && !signal.bigEndian() ? before : 64 - bits;
    return first
        | left << LEFT_AT
        | right << RIGHT_AT
        | (signal.bytesNeeded() - first) << SPAN_AT
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

  /** Whether raw values may say something of themselves. */
  boolean hasQualities(boolean isRanges) {
    return tables.length > 0 || (isRanges && upperRanges.length > 0);
  }

  /**
   * What a raw value of a signal says of itself: what a table has of it, else, if {@code isRanges}, the upper ranges of
   * J1939.
   */
  Quality quality(int index, long raw, boolean isRanges) {
    Quality said = tables.length == 0 ? null : tables[index].of(raw);
    if (said != null) {
      return said;
    }
    UpperRange range = isRanges && upperRanges.length > 0 ? upperRanges[index] : null;
    return range == null ? Quality.OK : range.quality(raw);
  }

  /** Physical value of a raw one, raw * factor + offset in double. */
  double physical(int index, long rawBits) {
    int step = steps[index];
    double raw = (step & FLOATING) != 0 ? Double.longBitsToDouble(rawBits) : rawBits;
    if (rawBits < 0 && (step & (FLOATING | SIGNED)) == 0) {
      raw = Scale.unsignedToDouble(rawBits);
    }
    return raw * factors[index] + offsets[index];
  }

  /** Takes the signals that the frame has, in the order of the message. */
  void read(CanFrame frame, DbcReading out) {
    int length = frame.length();
    if (length >= partFrom && isPart(frame)) {
      out.begin(this);
      out.endAsPart();
      return;
    }
    if (multiplexors.length > 0) {
      readMultiplexors(frame, length);
    }
    out.begin(this);
    long little = frame.littleEndianAt(0);
    long big = Long.reverseBytes(little);
    boolean isPlain = length >= plainBytes;
    for (int i = 0; i < steps.length; i++) {
      int step = steps[i];
      // The branch first: one that is known counts as known where the frame is too short for it.
      if (isPlain || (((step & MULTIPLEXED) == 0 || isActive(i)) && bytesNeeded(step) <= length)) {
        long raw;
        if ((step & (UNUSUAL | FIRST)) == 0) {
          long top = ((step & BIG) != 0 ? big : little) << (step >>> LEFT_AT);
          raw = (step & SIGNED) != 0 ? top >> (step >>> RIGHT_AT) : top >>> (step >>> RIGHT_AT);
        } else {
          raw = (step & UNUSUAL) == 0 ? raw(frame, step) : unusual(frame, step, signals[i]);
        }
        out.add(i, raw);
      }
    }
    boolean unknownBranch = false;
    for (int i = 0; i < matched.length; i++) {
      unknownBranch |= present[i] && !matched[i];
    }
    out.end(length < message.lengthBytes(), unknownBranch);
  }

  private static boolean isPart(CanFrame frame) {
    return frame.length() <= CanFrame.MOST_CLASSIC_BYTES
        && (frame.flags() & (CanFrame.FD | CanFrame.JOINED)) == 0;
  }

  /** Whether a frame is one of several in which an NMEA 2000 bus sends the message. */
  boolean isFastPacket(CanFrame frame) {
    return message.nmea2000() && partFrom == 0 && isPart(frame);
  }

  private void readMultiplexors(CanFrame frame, int length) {
    Arrays.fill(matched, false);
    for (int i = 0; i < multiplexors.length; i++) {
      int signal = multiplexors[i];
      int step = steps[signal];
      present[i] = bytesNeeded(step) <= length && ((step & MULTIPLEXED) == 0 || isActive(signal));
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

  private static int bytesNeeded(int step) {
    return (step & FIRST) + (step >>> SPAN_AT & 0xF);
  }

  private static long raw(CanFrame frame, int step) {
    int first = step & FIRST;
    long word = (step & BIG) != 0 ? frame.bigEndianAt(first) : frame.littleEndianAt(first);
    // A shift takes the lowest six bits of its distance.
    long top = word << (step >>> LEFT_AT);
    return (step & SIGNED) != 0 ? top >> (step >>> RIGHT_AT) : top >>> (step >>> RIGHT_AT);
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
    int first = step & FIRST;
    long ninth = frame.byteAt(first + 8);
    long joined;
    if ((step & BIG) != 0) {
      int before = step >>> LEFT_AT & 0x3F;
      int rest = before + bits - 64;
      joined = frame.bigEndianAt(first) << before >>> (64 - bits) | ninth >>> (8 - rest);
    } else {
      int before = step >>> RIGHT_AT & 0x3F;
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
