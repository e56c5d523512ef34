package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import org.jspecify.annotations.Nullable;

/**
 * The signals that one frame has: those that fit into it and whose multiplex branch is active, in the order of the
 * message. Mutable and reused; {@link DbcPlan#read} fills it.
 */
public final class DbcReading {
  private final int[] places;
  private final long[] raws;

  // of the frame read last
  private @Nullable MessagePlan plan;
  private int size;
  private boolean isShort;
  private boolean isUnknownBranch;
  private boolean isPart;

  DbcReading(int mostSignals) {
    places = new int[mostSignals];
    raws = new long[mostSignals];
  }

  void begin(MessagePlan of) {
    plan = of;
    size = 0;
  }

  void add(int place, long raw) {
    places[size] = place;
    raws[size++] = raw;
  }

  void end(boolean shortFrame, boolean unknownBranch) {
    isShort = shortFrame;
    isUnknownBranch = unknownBranch;
    isPart = false;
  }

  /** The frame is one of several that the message came in: it has none of the signals. */
  void endAsPart() {
    end(false, false);
    isPart = true;
  }

  private MessagePlan plan() {
    return java.util.Objects.requireNonNull(plan, "no frame read yet");
  }

  /**
   * What was read.
   *
   * @throws NullPointerException before the first frame that the plan knows
   */
  public DbcMessage message() {
    return plan().message();
  }

  /** How many signals the frame has. */
  public int size() {
    return size;
  }

  /** One of them, {@code 0 <= index < size()}. */
  public DbcSignal signal(int index) {
    return plan().signal(places[index]);
  }

  /** Its place among the signals of the message that can be decoded, below the number of all its signals. */
  public int place(int index) {
    return places[index];
  }

  /** Its raw value: the 64 bits of a whole number ({@link Kind} says whether signed), or of a double. */
  public long rawBits(int index) {
    return raws[index];
  }

  /** Its physical value, raw * factor + offset in double. */
  public double value(int index) {
    return plan().physical(places[index], raws[index]);
  }

  /** The text of its raw value; null if it has none. */
  public @Nullable String label(int index) {
    return signal(index).label(raws[index]);
  }

  /** What its raw value says of itself: by a table beside the file, else by the upper ranges of J1939. */
  public Quality quality(int index) {
    return plan().quality(places[index], raws[index], true);
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
