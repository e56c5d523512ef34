package dev.caravan.agent.source.isotp;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.CanFrame;
import java.util.Arrays;

/**
 * Joins the frames that come under one identifier to messages, as the receiver of ISO 15765-2 does.
 *
 * <pre>
 *   single        0L  dd…                  L = 1..7 bytes, frame of at most 8
 *                 00 LL dd…                LL bytes, CAN FD frame of more than 8
 *   first         1L LL dd…                12 bits of length, then as much as the frame holds
 *                 10 00 LL LL LL LL dd…    32 bits of length, over 4095
 *   consecutive   2N dd…                   N = 1..F, 0, 1…; all as long as the first, but the last
 *   flow control  3S BS ST                 from the other side: nothing for a receiver
 * </pre>
 *
 * <p>A message is whole and right or it is not given out: a frame that is missing, doubled, out of order or too late ends
 * it, and nothing is taken for it before the next single or first frame. Frames that are no ISO-TP are counted and change
 * nothing. No sequence of frames makes it throw, or keep more than the longest message allowed.
 *
 * <p>One thread. Allocates at a longer message than before, and for each whole one.
 *
 * @see "ISO 15765-2:2016, 9.6 and 9.8"
 */
final class IsoTpReassembler {
  /** What a frame did. */
  enum Step {
    /** Nothing: not of ISO-TP, or not expected. */
    NONE,
    /** A message of several frames began; its sender waits for flow control. */
    FIRST,
    /** A message went on. */
    NEXT,
    /** A message is whole: {@link #message}. */
    WHOLE,
    /** A message began that is longer than allowed; it is not received. */
    TOO_LONG,
    /** The message that was being received is lost. */
    BROKEN
  }

  /** The longest message without the 32-bit length. */
  static final int MOST_BYTES = 4095;

  /** N_Cr, the time to the next consecutive frame: ISO 15765-2:2016, 9.7, table 16. */
  static final long NEXT_FRAME_NS = 1_000_000_000L;

  private static final int CLASSIC_BYTES = 8;

  private final int most;
  private final IsoTpCounts counts;

  // the message that is being received, or the one that is whole
  private byte[] message = new byte[64];
  private int length;
  private int received;
  private boolean open;
  private int frameBytes;
  private int sequence;
  private long latestNs;

  /** A receiver of messages of at most {@code most} bytes. */
  IsoTpReassembler(int most, IsoTpCounts counts) {
    this.most = most;
    this.counts = counts;
  }

  /** Takes a data frame, in the order of the bus. */
  Step accept(CanFrame frame) {
    Step before = expire(frame.timeNs()) ? Step.BROKEN : Step.NONE;
    Step step = switch (frame.length() == 0 ? -1 : frame.byteAt(0) >> 4) {
      case 0 -> single(frame);
      case 1 -> first(frame);
      case 2 -> consecutive(frame);
      case 3 -> Step.NONE;
      default -> malformed();
    };
    return step == Step.NONE ? before : step;
  }

  private Step malformed() {
    counts.malformed().increment();
    return Step.NONE;
  }

  private Step single(CanFrame frame) {
    int low = frame.byteAt(0) & 0x0F;
    boolean isLong = frame.length() > CLASSIC_BYTES;
    int bytes = isLong ? frame.byteAt(1) : low;
    int from = isLong ? 2 : 1;
    if (bytes == 0 || bytes > frame.length() - from || (isLong && low != 0)) {
      return malformed();
    }
    abort();
    begin(bytes, frame, from);
    open = false;
    return Step.WHOLE;
  }

  private Step first(CanFrame frame) {
    long bytes = ((frame.byteAt(0) & 0x0FL) << 8) | frame.byteAt(1);
    int from = 2;
    if (bytes == 0) {
      bytes = Integer.toUnsignedLong((int) (frame.bigEndianAt(2) >> 32));
      from = 6;
    }
    // 9.6.3.1: what fits a single frame may not come so, nor a short length in the long form
    int fewest =
        from == 6 ? MOST_BYTES + 1 : frame.length() == CLASSIC_BYTES ? 8 : frame.length() - 1;
    if (frame.length() < CLASSIC_BYTES || bytes < fewest) {
      return malformed();
    }
    abort();
    if (bytes > most) {
      counts.aborted().increment();
      return Step.TOO_LONG;
    }
    frameBytes = frame.length();
    begin((int) bytes, frame, from);
    sequence = 1;
    open = true;
    return Step.FIRST;
  }

  private void begin(int bytes, CanFrame frame, int from) {
    length = bytes;
    if (message.length < bytes) {
      message = new byte[bytes];
    }
    received = 0;
    take(frame, from);
  }

  private void take(CanFrame frame, int from) {
    int count = Math.min(frame.length() - from, length - received);
    for (int i = 0; i < count; i++) {
      message[received++] = (byte) frame.byteAt(from + i);
    }
    latestNs = frame.timeNs();
  }

  private Step consecutive(CanFrame frame) {
    if (!open) {
      return Step.NONE;
    }
    int left = length - received;
    boolean isLast = left <= frameBytes - 1;
    boolean fits = isLast
        ? frame.length() > left && frame.length() <= frameBytes
        : frame.length() == frameBytes;
    if ((frame.byteAt(0) & 0x0F) != sequence || !fits) {
      abort();
      return Step.BROKEN;
    }
    sequence = (sequence + 1) & 0x0F;
    take(frame, 1);
    open = !isLast;
    return isLast ? Step.WHOLE : Step.NEXT;
  }

  private void abort() {
    if (open) {
      open = false;
      counts.aborted().increment();
    }
  }

  /**
   * Gives a message up whose next frame is late.
   *
   * @param nowNs by the clock of the frames' times
   * @return whether there was one
   */
  boolean expire(long nowNs) {
    if (!open || Math.abs(nowNs - latestNs) <= NEXT_FRAME_NS) {
      return false;
    }
    open = false;
    counts.timeouts().increment();
    return true;
  }

  /** Forgets a message that has begun, without counting it. */
  void reset() {
    open = false;
  }

  /** Whether a message has begun and is not whole. */
  boolean isOpen() {
    return open;
  }

  /** What there is of the latest message: all of it after {@link Step#WHOLE}, its beginning after {@link Step#FIRST}. */
  Bytes message() {
    return Bytes.owning(Arrays.copyOf(message, received));
  }
}
