package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The signals that one frame has: those that fit into it and whose multiplex branch is active, in the order of the
 * message. Mutable and reused; {@link DbcPlan#read} fills it.
 */
public final class DbcReading {
  private static final int NONE = -1;

  private final MessagePlan[] plans;
  private final PlannedMessage[] described;

  // for the plan to work with
  final long[] words;
  final long[] raws;
  final long[] values; // of multiplexors
  final boolean[] present; // whether they are in the frame at hand
  final boolean[] matched; // whether their value has a branch

  private final int[] all; // 0, 1, 2 …
  private final int[] some;

  // of the frame read last
  private int plan = NONE; // a number is written faster than a reference, which a collector watches
  private boolean isAll;
  private int size;
  private boolean isShort;
  private boolean isUnknownBranch;
  private boolean isPart;

  /** One with room for the largest of these; what they and their signals are can only be asked where it is {@code described}. */
  DbcReading(MessagePlan[] plans, PlannedMessage... described) {
    this.plans = plans;
    this.described = described;
    int mostSignals = most(MessagePlan::size, plans);
    int mostMultiplexors = most(MessagePlan::multiplexors, plans);
    words = new long[most(MessagePlan::room, plans)];
    raws = new long[mostSignals];
    values = new long[mostMultiplexors];
    present = new boolean[mostMultiplexors];
    matched = new boolean[mostMultiplexors];
    all = IntStream.range(0, mostSignals).toArray();
    some = new int[mostSignals];
  }

  private static int most(ToIntFunction<MessagePlan> what, MessagePlan... plans) {
    return Arrays.stream(plans).mapToInt(what).max().orElse(0);
  }

  /** Of a frame of this message none of the signals is taken yet. */
  void begin(int of) {
    plan = of;
    isAll = false;
    size = 0;
  }

  /** The frame has all signals of this message, so many, as they lie in {@link #raws}. */
  void beginWithAll(int of, int signals) {
    plan = of;
    isAll = true;
    size = signals;
    end(false, false);
  }

  /** The frame is one of several that this message came in: it has none of the signals. */
  void beginAsPart(int of) {
    begin(of);
    end(false, false);
    isPart = true;
  }

  /** Adds one that lies in {@link #raws} at its place, which is behind the last one's, until {@link #closeUp}. */
  void take(int place) {
    some[size++] = place;
  }

  /** Moves the raw values of those taken together. */
  void closeUp() {
    for (int i = 0; i < size; i++) {
      raws[i] = raws[some[i]];
    }
  }

  void end(boolean shortFrame, boolean unknownBranch) {
    isShort = shortFrame;
    isUnknownBranch = unknownBranch;
    isPart = false;
  }

  private int plan() {
    if (plan == NONE) {
      throw new IllegalStateException("no frame read yet");
    }
    return plan;
  }

  /**
   * What was read.
   *
   * @throws IllegalStateException before the first frame that the plan knows
   */
  public DbcMessage message() {
    return described[plan()].message();
  }

  /** Whether the frame has every signal of the message. */
  boolean isAll() {
    return isAll;
  }

  /** How many signals the frame has. */
  public int size() {
    return size;
  }

  /** One of them, {@code 0 <= index < size()}. */
  public DbcSignal signal(int index) {
    return described[plan()].signal(place(index));
  }

  /** The places of all among the signals of the message that can be decoded, ascending; {@link #size} of them count. */
  int[] places() {
    return isAll ? all : some;
  }

  /** The raw values of all, as {@link #rawBits}; {@link #size} of them count. */
  long[] raws() {
    return raws;
  }

  /** Its place among the signals of the message that can be decoded, below the number of all its signals. */
  public int place(int index) {
    return isAll ? index : some[index];
  }

  /** Its raw value: the 64 bits of a whole number ({@link Kind} says whether signed), or of a double. */
  public long rawBits(int index) {
    return raws[index];
  }

  /** Its physical value, raw * factor + offset in double. */
  public double value(int index) {
    return described[plan].physical(isAll ? index : some[index], raws[index]);
  }

  /** The text of its raw value; null if it has none. */
  public @Nullable String label(int index) {
    return signal(index).label(raws[index]);
  }

  /** What its raw value says of itself: by a table beside the file, else by the upper ranges of J1939. */
  public Quality quality(int index) {
    return plans[plan()].quality(place(index), raws[index], true);
  }

  /** Whether the frame was shorter than the message, so that signals may be missing. */
  public boolean isShort() {
    return isShort;
  }

  /** Whether the frame is but one of several that its message is sent in, so that it has no signals by itself. */
  public boolean isPart() {
    return isPart;
  }

  /** Whether a multiplexor had a value that no branch has. */
  public boolean isUnknownBranch() {
    return isUnknownBranch;
  }
}
