package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;

/**
 * Cuts the bytes of an slcan adapter into lines and the lines into frames.
 *
 * <pre>
 *   t iii l dd…  [tttt|tttttttt] CR      11-bit id          T, x  29-bit id
 *   r iii [l]    [tttt|tttttttt] CR      11-bit id, remote  R     29-bit id, remote
 *   d iii l dd…  [tttt|tttttttt] CR      CAN FD             D     29-bit id
 *   b iii l dd…  [tttt|tttttttt] CR      CAN FD, fast data  B     29-bit id
 * </pre>
 *
 * <p>A line ends at CR, at BEL (which also says that a command was refused) and at ACK (CANdapter); LF is dropped, an empty
 * line is nothing. Whatever is not a line of the protocol is told to {@link Notices} and dropped; the next line is read
 * as if nothing had been. No sequence of bytes makes it throw. A line may arrive in any number of pieces; at most
 * {@value #LONGEST_LINE} bytes of it are kept.
 *
 * <p>A line is a frame only if its length is right to the digit, and if it is one that this adapter makes ({@link
 * LineHabit}). A classic length code of 9 to F means 8 bytes (ISO 11898-1:2015, 8.4.2.4).
 *
 * <p>One thread uses it. Allocates nothing.
 */
final class SlcanParser {
  /** What an adapter says besides frames. Called on the parsing thread, in the order of the wire. */
  interface Notices {
    /** A line was dropped; {@code why} is one of a few fixed texts. */
    void malformed(String why);

    /** The adapter's frames have become otherwise, and are believed from here on; {@code before} is why they were not. */
    void changed(String before);

    /** BEL: a command was refused. */
    void refused();

    /** The answer to {@code F}: the status bits. */
    void status(int bits);

    /** A state line; error counts 0..999. */
    void busState(BusState state, int receiveErrors, int transmitErrors);

    /** An error line: how many errors it names, and how many of them are receive overruns. */
    void busErrors(int count, int overruns);
  }

  /** Longer lines are dropped; the longest of the protocol, CAN FD with microseconds, has 146 bytes. */
  static final int LONGEST_LINE = 160;

  /** The longest line of a classic data frame: letter, id, length, 8 bytes, microseconds, CR. */
  private static final int LONGEST_USUAL = 1 + 8 + 1 + 16 + 8 + 1;

  private static final int CR = 0x0D;
  private static final int LF = 0x0A;
  private static final int BEL = 0x07;
  private static final int ACK = 0x06;

  /** ISO 11898-1:2015, 8.4.2.4, table 5: payload bytes for a length code. */
  private static final int[] FD_LENGTHS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

  private final FrameClock clock;
  private final Notices notices;
  private final byte[] payload = new byte[CanFrame.MOST_BYTES];

  // the line that has begun and not ended
  private final byte[] held = new byte[LONGEST_LINE];
  private int heldLength;
  private boolean discarding;
  private boolean mayBeCut;

  private final LineHabit habit = new LineHabit();

  SlcanParser(FrameClock clock, Notices notices) {
    this.clock = clock;
    this.notices = notices;
  }

  /**
   * Forgets a line that has begun: what follows is from a wire opened anew.
   *
   * @param isInStep whether it begins with a whole line. If not, and what comes first could be the rest of one, then it
   *     is no frame and no notice: digits end a line, and {@code b d e F} are digits too
   * @param digits how many a stamp is agreed to have, 0 for none
   * @param hasFd whether the channel is one of CAN FD
   */
  void reset(boolean isInStep, int digits, boolean hasFd) {
    endLine();
    mayBeCut = !isInStep;
    habit.reset(digits, hasFd);
  }

  private void endLine() {
    heldLength = 0;
    discarding = false;
    mayBeCut = false;
  }

  /**
   * Adds the frames of some bytes to a chunk, and stops early when it is full.
   *
   * @return index of the first byte not used, {@code to} if all were
   */
  int parse(byte[] bytes, int from, int to, FrameChunk out) {
    if (to - from == 1 && holdOne(bytes[from])) {
      return to;
    }
    int at = from;
    while (at < to && !out.isFull()) {
      int next = discarding || mayBeCut
          ? at
          : heldLength == 0 ? usual(bytes, at, to, out) : usualRest(bytes, at, to, out);
      if (next > at) {
        at = next;
        continue;
      }
      int end = endOfRun(bytes, at, to);
      hold(bytes, at, end);
      if (end < to && bytes[end] != LF) {
        heldLine(out);
        if (bytes[end] == BEL) {
          notices.refused();
        }
      }
      at = Math.min(to, end + 1);
    }
    return at;
  }

  /**
   * Reads a classic data frame that is whole, right and as all are, without looking for its end first: its length says
   * where that is.
   *
   * @return index behind its CR; {@code at} if it is anything else, and then nothing was done
   */
  private int usual(byte[] a, int at, int to, FrameChunk out) {
    int first = a[at];
    if (first != 't' && first != 'T') {
      return at;
    }
    int idDigits = first == 't' ? 3 : 8;
    int dataAt = at + 2 + idDigits;
    if (dataAt > to) {
      return at;
    }
    int length = HexDigits.VALUES[a[dataAt - 1] & 0xFF];
    int stampAt = dataAt + 2 * length;
    int digits = habit.digits();
    int end = stampAt + digits;
    if (length < 0 || length > 8 || end >= to || a[end] != CR || !habit.isKnown()) {
      return at;
    }
    long id = HexDigits.number(a, at + 1, idDigits);
    long payload = 0;
    int wrong = 0;
    for (int i = dataAt; i < stampAt; i++) {
      int digit = HexDigits.VALUES[a[i] & 0xFF];
      wrong |= digit;
      payload = payload << 4 | digit;
    }
    if (!isId(id, idDigits) || wrong < 0) {
      return at;
    }
    long stamp = HexDigits.number(a, stampAt, digits);
    boolean isStamp = stamp >= 0 && (digits != 4 || stamp < FrameClock.STAMPS_MS);
    long timeNs = isStamp ? clock.timeNs(stamp, digits) : -1;
    if (timeNs < 0) {
      return at;
    }
    if (habit.isWatching()) {
      habit.usual();
    }
    int flags = first == 't' ? 0 : CanFrame.EXTENDED;
    out.addCan().set(timeNs, (int) id, flags, payload, length);
    return end + 1;
  }

  /** The same of a frame whose line has begun in the piece before. */
  private int usualRest(byte[] bytes, int at, int to, FrameChunk out) {
    int rest = Math.min(to - at, LONGEST_USUAL - heldLength);
    if (rest <= 0) {
      return at;
    }
    System.arraycopy(bytes, at, held, heldLength, rest);
    int end = usual(held, 0, heldLength + rest, out);
    if (end == 0) {
      return at;
    }
    int used = end - heldLength;
    heldLength = 0;
    return at + used;
  }

  /** Takes a payload out of its digits; false if one of them is none. */
  private boolean isPayload(byte[] a, int from, int length) {
    int wrong = 0;
    for (int i = 0, p = from; i < length; i++, p += 2) {
      int value = HexDigits.VALUES[a[p] & 0xFF] << 4 | HexDigits.VALUES[a[p + 1] & 0xFF];
      wrong |= value;
      payload[i] = (byte) value;
    }
    return wrong >= 0;
  }

  private static boolean isSpecial(byte b) {
    return (b & 0xFF) <= CR && (b == CR || b == LF || b == BEL || b == ACK);
  }

  private static int endOfRun(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && !isSpecial(bytes[end])) {
      end++;
    }
    return end;
  }

  /** Keeps bytes of a line, as many as it may have. */
  private void hold(byte[] bytes, int from, int to) {
    int kept = Math.min(to - from, LONGEST_LINE - heldLength);
    System.arraycopy(bytes, from, held, heldLength, kept);
    heldLength += kept;
    discarding |= kept < to - from;
  }

  /** Keeps a byte that came alone, if it is an ordinary one. */
  private boolean holdOne(byte b) {
    boolean isOrdinary = (b & 0xFF) > CR && heldLength < LONGEST_LINE;
    if (isOrdinary) {
      held[heldLength++] = b;
    }
    return isOrdinary;
  }

  private void heldLine(FrameChunk out) {
    if (discarding) {
      malformed("line too long");
    } else if (mayBeCut && heldLength > 0 && HexDigits.VALUES[held[0] & 0xFF] >= 0) {
      malformed("rest of a line that began before");
    } else {
      line(held, 0, heldLength, out);
    }
    endLine();
  }

  private void line(byte[] a, int from, int to, FrameChunk out) {
    if (from == to) {
      return;
    }
    switch (a[from]) {
      case 't' -> data(a, from, to, 3, 0, out);
      case 'T', 'x' -> data(a, from, to, 8, CanFrame.EXTENDED, out);
      case 'r' -> remote(a, from, to, 3, CanFrame.REMOTE, out);
      case 'R' -> remote(a, from, to, 8, CanFrame.REMOTE | CanFrame.EXTENDED, out);
      case 'd' -> data(a, from, to, 3, CanFrame.FD, out);
      case 'D' -> data(a, from, to, 8, CanFrame.FD | CanFrame.EXTENDED, out);
      case 'b' -> data(a, from, to, 3, CanFrame.FD | CanFrame.BIT_RATE_SWITCH, out);
      case 'B' ->
        data(a, from, to, 8, CanFrame.FD | CanFrame.BIT_RATE_SWITCH | CanFrame.EXTENDED, out);
      default -> {
        if (!AdapterNotice.tell(a, from, to, notices)) {
          habit.damaged();
        }
      }
    }
  }

  private void data(byte[] a, int from, int to, int idDigits, int flags, FrameChunk out) {
    int lengthAt = from + 1 + idDigits;
    if (to <= lengthAt) {
      malformed("frame cut short");
      return;
    }
    long id = HexDigits.number(a, from + 1, idDigits);
    int code = HexDigits.VALUES[a[lengthAt] & 0xFF];
    if (!isId(id, idDigits) || code < 0) {
      malformed("frame with a wrong id or length");
      return;
    }
    boolean isOver8 = code > 8 && (flags & CanFrame.FD) == 0;
    int length = isOver8 ? 8 : FD_LENGTHS[code];
    int dataAt = lengthAt + 1;
    int stampAt = dataAt + 2 * length;
    if (to < stampAt) {
      malformed("frame cut short");
      return;
    }
    int more = to - stampAt;
    if (isOver8 && more == 2 * (code - 8) && more != habit.digits()) {
      malformed("frame of 8 bytes with more than 8");
      return;
    }
    if (!isPayload(a, dataAt, length)) {
      malformed("frame with a wrong digit");
      return;
    }
    int traits = (flags & CanFrame.FD) == 0 ? 0 : LineHabit.FD;
    add((int) id, flags, traits, length, a, stampAt, to, out);
  }

  /** The length digit may be absent: what follows the id is then nothing or a stamp of 4 or 8 digits. */
  private void remote(byte[] a, int from, int to, int idDigits, int flags, FrameChunk out) {
    int at = from + 1 + idDigits;
    long id = to < at ? -1 : HexDigits.number(a, from + 1, idDigits);
    int rest = to - at;
    int length = 0;
    int traits = LineHabit.REMOTE_WITHOUT;
    if (rest > 0 && (rest & 3) == 1) {
      traits = LineHabit.REMOTE_WITH_LENGTH;
      length = HexDigits.VALUES[a[at] & 0xFF];
      at++;
    }
    if (!isId(id, idDigits) || length < 0) {
      malformed("frame with a wrong id or length");
      return;
    }
    add((int) id, flags, traits, Math.min(length, 8), a, at, to, out);
  }

  private void add(
      int id, int flags, int traits, int length, byte[] a, int stampAt, int to, FrameChunk out) {
    int digits = to - stampAt;
    if (digits != 0 && digits != 4 && digits != 8) {
      malformed("frame too long");
      return;
    }
    long stamp = HexDigits.number(a, stampAt, digits);
    if (stamp < 0) {
      malformed("frame with a wrong digit");
      return;
    }
    boolean isLate = digits == 4 && stamp >= FrameClock.STAMPS_MS;
    boolean isOtherTime = digits == habit.digits() && !clock.mayBe(stamp, digits);
    int seen =
        traits | (isLate ? LineHabit.LATE_STAMP : 0) | (isOtherTime ? LineHabit.OTHER_TIME : 0);
    boolean isOtherClock = isOtherTime || digits != habit.digits();
    String difference = habit.difference(digits, seen);
    LineHabit.Belief belief = habit.judge(digits, seen);
    if (belief == LineHabit.Belief.DOUBTFUL) {
      notices.malformed(difference);
      return;
    }
    if (belief == LineHabit.Belief.NEW) {
      notices.changed(difference);
    }
    if (isOtherClock) {
      clock.reset();
    }
    long timeNs = clock.timeNs(stamp, digits);
    out.addCan().set(timeNs, id, flags, payload, 0, length);
  }

  private void malformed(String why) {
    habit.damaged();
    notices.malformed(why);
  }

  private static boolean isId(long id, int digits) {
    return id >= 0 && id <= (digits == 3 ? 0x7FF : 0x1FFF_FFFF);
  }
}
