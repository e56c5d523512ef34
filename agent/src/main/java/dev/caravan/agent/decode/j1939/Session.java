package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.source.CanFrame;

/**
 * One message on its way from one address to another, as far as its packets were heard. Reused; one thread.
 *
 * @see "SAE J1939-21, 5.10"
 */
final class Session {
  /** 255 packets of 7 bytes. */
  static final int MOST_BYTES = 1785;

  static final int PACKET_BYTES = 7;
  private static final int FIRST_DATA_BYTE = 1;

  private final CanFrame message = new CanFrame(MOST_BYTES);

  // while open
  private boolean open;
  private int sender;
  private int destination;
  private int pgn;
  private int sizeBytes;
  private int packets;
  private int held; // packets 1 to held are in the message
  private int next; // the packet that is due
  private long heardNs;

  /** What came of a packet. */
  enum Outcome {
    /** More are to come. */
    TAKEN,
    /** The message is whole. */
    WHOLE,
    /** One is missing or not as it should be: the message cannot become whole. */
    BROKEN
  }

  void open(long timeNs, int from, int to, int group, int bytes) {
    open = true;
    sender = from;
    destination = to;
    pgn = group;
    sizeBytes = bytes;
    packets = (bytes + PACKET_BYTES - 1) / PACKET_BYTES;
    held = 0;
    next = 1;
    heardNs = timeNs;
    message.begin(timeNs, Identifier.of(group, from, to), CanFrame.EXTENDED, bytes);
  }

  void close() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }

  boolean isBetween(int from, int to) {
    return open && sender == from && destination == to;
  }

  boolean isFor(int group) {
    return pgn == group;
  }

  /** Whether it is this announcement that opened it, and nothing came since. */
  boolean isUntouched(int group, int bytes) {
    return held == 0 && pgn == group && sizeBytes == bytes;
  }

  /** When something was last heard of it. */
  long heardNs() {
    return heardNs;
  }

  void heard(long timeNs) {
    heardNs = timeNs;
  }

  /** The message; whole only after {@link Outcome#WHOLE}. */
  CanFrame message() {
    return message;
  }

  /** A packet: its number, and seven bytes of which those past the end of the message do not count. */
  Outcome packet(CanFrame frame) {
    int number = frame.byteAt(0);
    int from = (number - 1) * PACKET_BYTES;
    int count = Math.min(PACKET_BYTES, sizeBytes - from);
    if (frame.length() < FIRST_DATA_BYTE + Math.max(count, 0)) {
      return Outcome.BROKEN;
    }
    if (number != next) {
      // The bus repeats a frame that not all have acknowledged.
      return number == next - 1 && number > 0 && isSame(frame, from, count)
          ? Outcome.TAKEN
          : Outcome.BROKEN;
    }
    for (int i = 0; i < count; i++) {
      message.putByte(from + i, frame.byteAt(FIRST_DATA_BYTE + i));
    }
    heardNs = frame.timeNs();
    held = Math.max(held, number);
    next++;
    if (next <= packets) {
      return Outcome.TAKEN;
    }
    message.setTimeNs(frame.timeNs());
    message.setChannel(frame.channel());
    return Outcome.WHOLE;
  }

  private boolean isSame(CanFrame frame, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (message.byteAt(from + i) != frame.byteAt(FIRST_DATA_BYTE + i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The receiver clears packets to be sent, maybe such that came already.
   *
   * @param count 0 to make the sender wait
   * @return false if it has packets that were not heard here, so that the message cannot become whole
   */
  boolean clear(int count, int from, long timeNs) {
    heardNs = timeNs;
    if (count == 0) {
      return true;
    }
    if (from < 1 || from > held + 1) {
      return false;
    }
    next = from;
    return true;
  }
}
