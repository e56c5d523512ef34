package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How to take one message's signals out of a payload. The payload is laid out as words of eight bytes, in both byte
 * orders:
 *
 * <pre>
 *   index   0        1, 2 … n              n+1 … 2n
 *   word    unused   the first lowest, up   the first highest, the last word first
 * </pre>
 *
 * so that the word before, in the array, has what stands below a word's lowest bit. A signal is what is left of the word
 * that has its highest bit, shifted left until that bit is on top, then right until the lowest one is at the bottom,
 * without a branch. Its step is packed into one int, of which a shift takes the lowest six bits:
 *
 * <pre>
 *    31..18            17..12            11..6             5..0
 *    index of the word shift right,      1 without a sign, shift left
 *                      keeping the sign  shifted first
 * </pre>
 *
 * <p>What the file says of the message besides is not kept here: see {@link PlannedMessage}.
 */
final class MessagePlan {
  /** Of a J1939 message that its transport protocol carries: 255 packets of 7 bytes. */
  static final int MOST_BYTES = 1785;

  /** Lengths that only CAN FD has, ISO 11898-1. */
  private static final Set<Integer> FD_LENGTHS = Set.of(12, 16, 20, 24, 32, 48, 64);

  private static final int NEVER = Integer.MAX_VALUE;

  private static final int[] NO_NUMBERS = {};
  private static final long[] NO_BOUNDS = {};
  private static final long[][] NO_BRANCHES = {};
  private static final UpperRange[] NO_RANGES = {};
  private static final SignalQualities[] NO_TABLES = {};

  private static final int ZEROS_AT = 6;
  private static final int RIGHT_AT = 12;
  private static final int WORD_AT = 18;

  private final int index;
  private final int lengthBytes;
  private final boolean isNmea2000;
  private final int[] steps;
  private final int[] bytesNeeded; // by each signal
  private final int[] floating; // which signals are
  private final int[] floatingBits; // how long each of these is
  private final int
      mostBytes; // a frame of so many has every signal that does not hang on a multiplexor
  private final int words;
  private final boolean isSpanning; // any signal begins in one word and ends in the next
  private final @Nullable UpperRange[] upperRanges; // of a J1939 message, else none
  private final SignalQualities[] tables; // where a table speaks of any signal, else none
  private final long[] okBelow; // for each signal, where any quality may be said; else none
  private final int partFrom; // a classic frame of so many bytes is but a part of the message
  private final int
      plainFrom; // a frame of so many has all signals, each in one word, by steps alone

  // multiplexing
  private final int[] multiplexors; // which signals decide, those that decide over others first
  private final long[] masks; // the bits of each of these
  private final int[] decidedBy; // for each signal the index in multiplexors; -1 for none
  private final long[][] ranges; // for each signal first, last, first, last …

  /** The plan of the message that has this index in its bus, for those of its signals that can be decoded. */
  MessagePlan(int index, DbcMessage message, List<DbcSignal> signals, boolean isFdBus) {
    this.index = index;
    this.lengthBytes = message.lengthBytes();
    this.isNmea2000 = message.nmea2000();
    this.bytesNeeded = signals.stream().mapToInt(DbcSignal::bytesNeeded).toArray();
    this.mostBytes = Arrays.stream(bytesNeeded).max().orElse(0);
    this.words = Math.max(1, (mostBytes + Long.BYTES - 1) / Long.BYTES);
    this.isSpanning = signals.stream().anyMatch(MessagePlan::isSpanning);
    this.steps = signals.stream().mapToInt(signal -> step(signal, words)).toArray();
    this.floating = indexes(signals.size(), i -> !signals.get(i).kind().isInteger());
    this.floatingBits = lengths(floating, signals);
    this.partFrom = partFrom(message, isFdBus);
    UpperRange[] ofRule = message.j1939()
        ? signals.stream().map(signal -> upperRange(message, signal)).toArray(UpperRange[]::new)
        : NO_RANGES;
    this.upperRanges = Arrays.stream(ofRule).allMatch(Objects::isNull) ? NO_RANGES : ofRule;
    this.tables = signals.stream().allMatch(signal -> signal.qualities().isEmpty())
        ? NO_TABLES
        : signals.stream()
            .map(signal -> new SignalQualities(signal.kind(), signal.qualities()))
            .toArray(SignalQualities[]::new);
    this.okBelow = hasQualities(true) ? new long[steps.length] : NO_BOUNDS;
    Arrays.setAll(okBelow, i -> okBelow(signals.get(i), range(i)));
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < steps.length; i++) {
      places.put(signals.get(i).name(), i);
    }
    this.multiplexors = inOrder(signals, places);
    this.masks = Arrays.stream(lengths(multiplexors, signals))
        .mapToLong(bits -> -1L >>> (Long.SIZE - bits))
        .toArray();
    boolean isMultiplexed = multiplexors.length > 0;
    this.decidedBy = isMultiplexed ? new int[steps.length] : NO_NUMBERS;
    this.ranges = isMultiplexed ? new long[steps.length][] : NO_BRANCHES;
    for (int i = 0; i < decidedBy.length; i++) {
      DbcBranch branch = signals.get(i).branch().orElse(null);
      decidedBy[i] =
          branch == null ? -1 : indexOf(multiplexors, place(places, branch.multiplexor()));
      ranges[i] = branch == null
          ? NO_BOUNDS
          : branch.ranges().stream()
              .flatMapToLong(range -> LongStream.of(range.first(), range.last()))
              .toArray();
    }
    boolean isPlain = words == 1 && floating.length == 0 && !isMultiplexed && partFrom == NEVER;
    this.plainFrom = isPlain ? Math.max(mostBytes, lengthBytes) : NEVER;
  }

  private static int[] indexes(int size, IntPredicate which) {
    int[] found = IntStream.range(0, size).filter(which).toArray();
    return found.length == 0 ? NO_NUMBERS : found;
  }

  private static int[] lengths(int[] which, List<DbcSignal> signals) {
    return which.length == 0
        ? NO_NUMBERS
        : Arrays.stream(which).map(i -> signals.get(i).lengthBits()).toArray();
  }

  /** Raw values below this, as signed numbers, are ok whatever is said. */
  private static long okBelow(DbcSignal signal, @Nullable UpperRange range) {
    long below = range == null ? Long.MAX_VALUE : range.from();
    for (RawQuality said : signal.qualities()) {
      below = Math.min(below, said.first());
    }
    boolean isSaid = range != null || !signal.qualities().isEmpty();
    // of others the order of the bits is not that of the values
    boolean isInOrder = signal.kind().isInteger() && !PlannedMessage.isBeyondSigned(signal);
    return isInOrder || !isSaid ? below : Long.MIN_VALUE;
  }

  private @Nullable UpperRange range(int index) {
    return upperRanges.length == 0 ? null : upperRanges[index];
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

  private static int[] inOrder(List<DbcSignal> signals, Map<String, Integer> places) {
    List<Integer> order = new ArrayList<>();
    signals.forEach(signal -> addWithParents(signal, signals, places, order));
    return order.isEmpty()
        ? NO_NUMBERS
        : order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void addWithParents(
      DbcSignal signal, List<DbcSignal> signals, Map<String, Integer> places, List<Integer> order) {
    signal.branch().ifPresent(branch -> {
      int place = place(places, branch.multiplexor());
      if (!order.contains(place)) {
        addWithParents(signals.get(place), signals, places, order);
        order.add(place);
      }
    });
  }

  /** Where the highest bit of a signal stands, counted along the payload in its byte order. */
  private static int highest(DbcSignal signal) {
    return signal.bigEndian()
        ? (signal.startBit() & ~7) + 7 - (signal.startBit() & 7)
        : signal.startBit() + signal.lengthBits() - 1;
  }

  private static boolean isSpanning(DbcSignal signal) {
    int highest = highest(signal);
    int lowest = signal.bigEndian() ? highest + signal.lengthBits() - 1 : signal.startBit();
    return highest / Long.SIZE != lowest / Long.SIZE;
  }

  private static int step(DbcSignal signal, int words) {
    int highest = highest(signal);
    int word = highest / Long.SIZE;
    int above = highest % Long.SIZE;
    int right = Long.SIZE - signal.lengthBits();
    int zeros = signal.kind() == Kind.SIGNED || right == 0 ? 0 : 1;
    return (signal.bigEndian() ? above : Long.SIZE - 1 - above)
        | zeros << ZEROS_AT
        | (right - zeros) << RIGHT_AT
        | (signal.bigEndian() ? 2 * words - word : 1 + word) << WORD_AT;
  }

  int size() {
    return steps.length;
  }

  boolean isNmea2000() {
    return isNmea2000;
  }

  /** How many words a payload is laid out in. */
  int room() {
    return 2 * words + 1;
  }

  int multiplexors() {
    return multiplexors.length;
  }

  /** Whether raw values may say something of themselves. */
  boolean hasQualities(boolean isRanges) {
    return tables.length > 0 || (isRanges && upperRanges.length > 0);
  }

  /** Whether all that was read is {@link Quality#OK}; mostly one comparison for each, or none at all. */
  boolean isAllOk(DbcReading reading, boolean isRanges) {
    if (hasQualities(isRanges)) {
      int[] places = reading.places();
      long[] raws = reading.raws();
      for (int i = 0; i < reading.size(); i++) {
        if (quality(places[i], raws[i], isRanges) != Quality.OK) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * What a raw value of a signal says of itself: what a table has of it, else, if {@code isRanges}, the upper ranges of
   * J1939.
   */
  Quality quality(int index, long raw, boolean isRanges) {
    return okBelow.length == 0 || raw < okBelow[index] ? Quality.OK : said(index, raw, isRanges);
  }

  private Quality said(int index, long raw, boolean isRanges) {
    Quality said = tables.length == 0 ? null : tables[index].of(raw);
    if (said != null) {
      return said;
    }
    UpperRange range = isRanges ? range(index) : null;
    return range == null ? Quality.OK : range.quality(raw);
  }

  /** Takes the signals that the frame has, in the order of the message. */
  void read(CanFrame frame, DbcReading out) {
    if (frame.length() >= plainFrom) {
      long first = frame.littleEndianAt(0);
      out.words[1] = first;
      out.words[2] = Long.reverseBytes(first);
      fetch(steps, out.words, out.raws);
      out.beginWithAll(index, steps.length);
    } else {
      readOther(frame, out);
    }
  }

  /** Like {@link #read}, for any frame; apart from it, so that the most there is to do is compiled into what calls it. */
  private void readOther(CanFrame frame, DbcReading out) {
    int length = frame.length();
    if (length >= partFrom && isPart(frame)) {
      out.beginAsPart(index);
      return;
    }
    layOut(frame, length, out.words);
    if (length >= mostBytes && multiplexors.length == 0) {
      fetchAll(out.words, out.raws);
      toDoubles(out.raws);
      out.beginWithAll(index, steps.length);
    } else {
      out.begin(index);
      select(length, out);
    }
    out.end(length < lengthBytes, multiplexors.length > 0 && isUnknownBranch(out));
  }

  private void layOut(CanFrame frame, int length, long[] laid) {
    long first = frame.littleEndianAt(0);
    laid[1] = first;
    laid[2 * words] = Long.reverseBytes(first);
    for (int i = 1; i < words && i * Long.BYTES < length; i++) {
      long word = frame.littleEndianAt(i * Long.BYTES);
      laid[1 + i] = word;
      laid[2 * words - i] = Long.reverseBytes(word);
    }
  }

  private void fetchAll(long[] laid, long[] raws) {
    if (isSpanning) {
      for (int i = 0; i < steps.length; i++) {
        raws[i] = spanning(steps[i], laid);
      }
    } else {
      fetch(steps, laid, raws);
    }
  }

  private static void fetch(int[] steps, long[] laid, long[] raws) {
    for (int i = 0; i < steps.length; i++) {
      raws[i] = within(steps[i], laid);
    }
  }

  private long fetchOne(int signal, long[] laid) {
    return isSpanning ? spanning(steps[signal], laid) : within(steps[signal], laid);
  }

  /** A signal that lies in one word. */
  private static long within(int step, long[] laid) {
    return laid[step >>> WORD_AT] << step >>> (step >>> ZEROS_AT) >> (step >>> RIGHT_AT);
  }

  /** Any signal: like {@link #within}, with what flows over into the word below. */
  private static long spanning(int step, long[] laid) {
    int word = step >>> WORD_AT;
    // in two, as it may be by 64: ~step is 63 less the shift to the left
    long top = laid[word] << step | laid[word - 1] >>> 1 >>> ~step;
    return top >>> (step >>> ZEROS_AT) >> (step >>> RIGHT_AT);
  }

  private void toDoubles(long[] raws) {
    for (int i = 0; i < floating.length; i++) {
      int place = floating[i];
      raws[place] = switch (floatingBits[i]) {
        case 16 -> Double.doubleToRawLongBits(half((int) raws[place] & 0xFFFF));
        case 32 -> Double.doubleToRawLongBits(Float.intBitsToFloat((int) raws[place]));
        default -> raws[place];
      };
    }
  }

  /** Fetches what the frame is long enough for and the multiplexors want; of many branches one is mostly there. */
  private void select(int length, DbcReading out) {
    for (int i = 0; i < multiplexors.length; i++) {
      int signal = multiplexors[i];
      out.matched[i] = false;
      out.present[i] = bytesNeeded[signal] <= length && isActive(signal, out);
      // Branches name bit patterns, so a signed multiplexor counts as unsigned here.
      out.values[i] = fetchOne(signal, out.words) & masks[i];
    }
    for (int i = 0; i < steps.length; i++) {
      // The branch first: one that is known counts as known where the frame is too short for it.
      if (isActive(i, out) && bytesNeeded[i] <= length) {
        out.raws[i] = fetchOne(i, out.words);
        out.take(i);
      }
    }
    toDoubles(out.raws);
    out.closeUp();
  }

  private boolean isUnknownBranch(DbcReading out) {
    for (int i = 0; i < multiplexors.length; i++) {
      if (out.present[i] && !out.matched[i]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPart(CanFrame frame) {
    return frame.length() <= CanFrame.MOST_CLASSIC_BYTES
        && (frame.flags() & (CanFrame.FD | CanFrame.JOINED)) == 0;
  }

  /** Whether a frame is one of several in which an NMEA 2000 bus sends the message. */
  boolean isFastPacket(CanFrame frame) {
    return isNmea2000 && partFrom == 0 && isPart(frame);
  }

  private boolean isActive(int signal, DbcReading out) {
    int by = decidedBy.length == 0 ? -1 : decidedBy[signal];
    if (by < 0) {
      return true;
    }
    if (!out.present[by]) {
      return false;
    }
    long value = out.values[by];
    long[] bounds = ranges[signal];
    for (int i = 0; i < bounds.length; i += 2) {
      if (Long.compareUnsigned(value, bounds[i]) >= 0
          && Long.compareUnsigned(value, bounds[i + 1]) <= 0) {
        out.matched[by] = true;
        return true;
      }
    }
    return false;
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
