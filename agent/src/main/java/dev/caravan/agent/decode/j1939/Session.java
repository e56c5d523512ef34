package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.source.CanFrame;
import java.util.BitSet;

/**
 * One message on its way in numbered packets, as far as they were heard. Which packets are due, and how long one may be
 * waited for, its protocol says. Reused; one thread.
 */
final class Session {
  private static final int MOST_PACKETS = 256;

  private final CanFrame message;
  private final BitSet held = new BitSet(MOST_PACKETS); // the packets that are in the message

  // while open
  private boolean open;
  private int key;
  private int first;
  private int last;
  private int sizeBytes;
  private int next; // the packet that is due; one past the last: none
  private int lastCleared; // the last that may come without another word of its receiver
  private boolean isNew; // whether the message holds what was not handed on
  private boolean isGiven;
  private int overtaken;
  private long heardNs;
  private long waitNs;

  /** What came of a packet. */
  enum Outcome {
    /** It is in the message now. */
    TAKEN,
    /** It is the one before once more, as the bus repeats a frame that not all have acknowledged. */
    REPEATED,
    /** It is not one that may come now, or not as it should be. */
    BROKEN
  }

  /** For messages of at most so many bytes. */
  Session(int mostBytes) {
    message = new CanFrame(mostBytes);
  }

  /** Begins a message with the given identifier, in packets numbered from {@code first} to {@code last}. */
  void open(long timeNs, int key, int id, int sizeBytes, int first, int last) {
    this.open = true;
    this.key = key;
    this.first = first;
    this.last = last;
    this.sizeBytes = sizeBytes;
    this.next = first;
    this.lastCleared = last;
    this.isNew = false;
    this.isGiven = false;
    this.overtaken = 0;
    this.heardNs = timeNs;
    held.clear();
    message.begin(timeNs, id, CanFrame.EXTENDED | CanFrame.JOINED, sizeBytes);
  }

  void close() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }

  int key() {
    return key;
  }

  int id() {
    return message.id();
  }

  int sizeBytes() {
    return sizeBytes;
  }

  int last() {
    return last;
  }

  int lastCleared() {
    return lastCleared;
  }

  /** Whether nothing came since it was begun. */
  boolean isUntouched() {
    return held.isEmpty();
  }

  /** Whether every packet before one was heard. */
  boolean holdsAllBefore(int number) {
    return held.nextClearBit(first) >= number;
  }

  /** Whether the message was handed on already. */
  boolean isGiven() {
    return isGiven;
  }

  /** Another one began after it; how many did so far. */
  int overtake() {
    return ++overtaken;
  }

  /** When something was last heard of it, by the frames' times. */
  long heardNs() {
    return heardNs;
  }

  /** Something was heard of it; what comes next may take so long. */
  void heard(CanFrame frame, long mostNs) {
    heardNs = frame.timeNs();
    waitNs = mostNs;
  }

  /** Whether a frame comes too late to belong to it, or from another time: the clock of a log may have been set back. */
  boolean isOver(CanFrame frame) {
    return Math.abs(frame.timeNs() - heardNs) > waitNs;
  }

  /** From here on these packets are due. */
  void expect(int from, int to) {
    next = from;
    lastCleared = to;
  }

  /** From here on none is due. */
  void expectNothing() {
    next = last + 1;
  }

  /**
   * A packet.
   *
   * @param at where its bytes lie in the message; those past the end of the message do not count
   * @param from where they begin in the frame
   * @param mayLeaveOut whether packets before it may be missing, to be sent again later
   */
  Outcome packet(CanFrame frame, int number, int at, int from, boolean mayLeaveOut) {
    int count = Math.min(CanFrame.MOST_CLASSIC_BYTES - from, sizeBytes - at);
    if (number < first || number > last || frame.length() < from + count) {
      return Outcome.BROKEN;
    }
    if (number < next || (number > next && !mayLeaveOut)) {
      return number == next - 1 && held.get(number) && isSame(frame, at, from, count)
          ? Outcome.REPEATED
          : Outcome.BROKEN;
    }
    isNew |= !held.get(number) || !isSame(frame, at, from, count);
    for (int i = 0; i < count; i++) {
      message.putByte(at + i, frame.byteAt(from + i));
    }
    held.set(number);
    next = number + 1;
    return Outcome.TAKEN;
  }

  private boolean isSame(CanFrame frame, int at, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (message.byteAt(at + i) != frame.byteAt(from + i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the message is whole and was not handed on as it is now. */
  boolean isReady() {
    return isNew && holdsAllBefore(last + 1);
  }

  /** Hands the message on, with the time and the bus of the frame that made it whole. */
  CanFrame give(CanFrame frame) {
    isNew = false;
    isGiven = true;
    message.setTimeNs(frame.timeNs());
    message.setChannel(frame.channel());
    return message;
  }
}
