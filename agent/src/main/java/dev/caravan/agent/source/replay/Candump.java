package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;

/**
 * Lines of candump (can-utils), of both kinds:
 *
 * <pre>
 * (1398128223.803317) can0 166#D0320009            candump -L, -l
 * (1398128223.803317)  can0  166   [4]  D0 32 00 09   candump -ta, and without the stamp
 * </pre>
 *
 * <p>Three hex digits are an 11-bit identifier and eight a 29-bit one, whatever its value. Bit 29 of eight digits marks
 * an error message of the adapter (linux/can/error.h).
 */
final class Candump {
  private static final int ERROR_MESSAGE = 0x2000_0000;
  private static final int REMOTE_REQUEST = 0x4000_0000;
  private static final long SECOND_NS = 1_000_000_000L;

  private final LogScratch scratch;
  private final CandumpTimes times;

  // of the line being read
  private long id;
  private int flags;

  Candump(LogScratch scratch, LineSplitter lines) {
    this.scratch = scratch;
    this.times = new CandumpTimes(lines);
  }

  /** A line that begins with a stamp in parentheses; the cursor is on the opening one. */
  Verdict stamped(LineCursor line, CanFrame into) {
    line.skip('(');
    long timeNs = stampNs(line);
    if (timeNs == LineCursor.NO_TIME || !line.skip(')')) {
      return Verdict.BAD_TIME;
    }
    if (!line.word()) {
      return Verdict.UNKNOWN_FORM;
    }
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
    line.skipBlanks();
    int start = line.at();
    if (readId(line) && line.peek() == '#') {
      return logForm(line, into, timeNs, channel);
    }
    line.moveTo(start);
    line.word();
    if (line.wordHas('#')) {
      return isXl(line) ? Verdict.CAN_XL : Verdict.BAD_ID;
    }
    line.moveTo(start);
    return screenForm(line, into, times.timeNs(timeNs), channel);
  }

  /** Whether stamps were found to be differences, and added up. */
  boolean addsTimesUp() {
    return times.areAddedUp();
  }

  /** A line without a stamp that begins with the name of a bus; it takes the time of the frame before. */
  Verdict unstamped(LineCursor line, CanFrame into) {
    line.word();
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
    Verdict verdict = screenForm(line, into, scratch.lastNs, channel);
    // without an identifier nothing speaks for this form
    return verdict == Verdict.BAD_ID ? Verdict.UNKNOWN_FORM : verdict;
  }

  /** A frame alone, as cansend takes it. */
  Verdict bare(LineCursor line, CanFrame into) {
    return readId(line) && line.peek() == '#'
        ? logForm(line, into, scratch.lastNs, "")
        : Verdict.BAD_ID;
  }

  // the stamp

  private static long stampNs(LineCursor line) {
    return line.peek(4) == '-' ? dateNs(line) : line.signedNs(SECOND_NS);
  }

  /** {@code 2020-12-19 12:04:45.485261}, candump -tA; taken as UTC. */
  private static long dateNs(LineCursor line) {
    long year = line.whole();
    boolean whole = line.skip('-');
    long month = line.whole();
    whole &= line.skip('-');
    long day = line.whole();
    whole &= line.skip(' ');
    long hour = line.whole();
    whole &= line.skip(':');
    long minute = line.whole();
    whole &= line.skip(':');
    long secondNs = line.decimalNs(SECOND_NS);
    boolean isDate = year >= 1970
        && year <= 2261
        && month >= 1
        && month <= 12
        && day >= 1
        && day <= 31
        && hour >= 0
        && hour <= 23
        && minute >= 0
        && minute <= 59
        && secondNs >= 0
        && secondNs < 61 * SECOND_NS;
    return whole && isDate
        ? ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 * SECOND_NS + secondNs
        : LineCursor.NO_TIME;
  }

  /** Days from 1970-01-01 to a day of the Gregorian calendar. */
  private static long days(long year, long month, long day) {
    // counted in years that begin in March, so that the leap day comes last
    long marchYear = month > 2 ? year : year - 1;
    long daysBeforeMonth = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
    long daysBeforeYear = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400;
    return daysBeforeYear + daysBeforeMonth + day - 1 - 719_468;
  }

  // the identifier

  /** Reads a run of hex digits into {@link #id} and {@link #flags}; false if they are not 3 or 8. */
  private boolean readId(LineCursor line) {
    int start = line.at();
    byte[] bytes = line.bytes();
    int at = start;
    int value = 0;
    while (at < line.end() && at - start < 9) {
      int digit = LineCursor.hexDigit(bytes[at]);
      if (digit < 0) {
        break;
      }
      value = value << 4 | digit;
      at++;
    }
    line.moveTo(at);
    if (at - start == 3) {
      id = value;
      flags = 0;
      return true;
    }
    if (at - start != 8 || (value & REMOTE_REQUEST) != 0) {
      return false;
    }
    // bit 31, which says "29 bits" inside the kernel, is allowed for and says nothing new
    id = value & LogScratch.EXTENDED_IDS;
    flags = (value & ERROR_MESSAGE) != 0 ? CanFrame.ERROR : CanFrame.EXTENDED;
    return true;
  }

  private Verdict give(CanFrame into, long timeNs, int length, String channel) {
    if ((flags & CanFrame.ERROR) != 0) {
      into.set(timeNs, (int) id, flags, scratch.payload, 0, length).setChannel(channel);
      return Verdict.FRAME;
    }
    return scratch.frame(into, timeNs, id, flags, length, channel);
  }

  /** {@code 123#81:00:12345678#11.22}: flags and types of CAN XL, with colons between. */
  private static boolean isXl(LineCursor line) {
    return line.wordHas(':') || line.wordHas('P');
  }

  // candump -L

  private Verdict logForm(LineCursor line, CanFrame into, long timeNs, String channel) {
    line.skip('#');
    int next = line.peek();
    if (next == 'R' || next == 'r') {
      return remote(line, into, timeNs, channel);
    }
    if (next == '#') {
      line.skip('#');
      int bits = LineCursor.hexDigit(line.peek());
      if (line.isAtEnd() || bits < 0) {
        return Verdict.BAD_PAYLOAD;
      }
      line.moveTo(line.at() + 1);
      flags |= CanFrame.FD
          | ((bits & 1) != 0 ? CanFrame.BIT_RATE_SWITCH : 0)
          | ((bits & 2) != 0 ? CanFrame.ERROR_STATE : 0);
    }
    int start = line.at();
    int length = packedPayload(line);
    if (length > CanFrame.MOST_BYTES) {
      return Verdict.BAD_LENGTH;
    }
    boolean hasRawCode = length >= 0 && rawCode(line);
    if (length < 0 || !endsHere(line)) {
      line.moveTo(start);
      line.word();
      return isXl(line) ? Verdict.CAN_XL : Verdict.BAD_PAYLOAD;
    }
    if (hasRawCode && (length != 8 || (flags & CanFrame.FD) != 0)) {
      return Verdict.BAD_LENGTH;
    }
    if (length > 8) {
      flags |= CanFrame.FD;
    }
    return give(into, timeNs, length, channel);
  }

  private Verdict remote(LineCursor line, CanFrame into, long timeNs, String channel) {
    line.moveTo(line.at() + 1);
    int length = line.isAtEnd() ? -1 : LineCursor.hexDigit(line.peek());
    if (length >= 0) {
      line.moveTo(line.at() + 1);
    }
    boolean isWrong = length > 8 || (rawCode(line) && length != 8);
    if (isWrong || !endsHere(line)) {
      return Verdict.BAD_LENGTH;
    }
    flags |= CanFrame.REMOTE;
    return give(into, timeNs, Math.max(length, 0), channel);
  }

  /** Pairs of hex digits, dots allowed between: how many bytes; 65 if too many; -1 if a digit is alone. */
  private int packedPayload(LineCursor line) {
    byte[] bytes = line.bytes();
    byte[] payload = scratch.payload;
    int end = line.end();
    int at = line.at();
    int length = 0;
    while (at < end) {
      int high = LineCursor.hexDigit(bytes[at]);
      if (high < 0) {
        if (bytes[at] != '.') {
          break;
        }
        at++;
        continue;
      }
      int low = at + 1 < end ? LineCursor.hexDigit(bytes[at + 1]) : -1;
      if (low < 0) {
        return -1;
      }
      if (length == CanFrame.MOST_BYTES) {
        return CanFrame.MOST_BYTES + 1;
      }
      payload[length++] = (byte) (high << 4 | low);
      at += 2;
    }
    line.moveTo(at);
    return length;
  }

  /** Steps over a raw length code, {@code _9} to {@code _F}: a classic frame of 8 bytes (ISO 11898-1, 8.4.2.4). */
  private static boolean rawCode(LineCursor line) {
    boolean isThere =
        line.peek() == '_' && line.peek(1) >= 0 && LineCursor.hexDigit(line.peek(1)) > 8;
    if (isThere) {
      line.moveTo(line.at() + 2);
    }
    return isThere;
  }

  /** Steps over a mark of direction; true if nothing else follows. */
  private boolean endsHere(LineCursor line) {
    if (line.isAtEnd()) {
      return true;
    }
    if (line.peek() != ' ' && line.peek() != '\t') {
      return false;
    }
    line.word();
    if (line.wordIs("T")) {
      flags |= CanFrame.SENT;
    } else if (!line.wordIs("R")) {
      return false;
    }
    return line.isAtEnd();
  }

  // the screen form

  private Verdict screenForm(LineCursor line, CanFrame into, long timeNs, String channel) {
    line.word();
    boolean isSent = line.wordIs("TX");
    if (isSent || line.wordIs("RX")) {
      // candump -x: direction, then B or -, then E or -
      line.word();
      line.word();
      line.word();
    }
    line.moveTo(line.wordFrom());
    if (line.isAtEnd()) {
      return Verdict.UNKNOWN_FORM;
    }
    if (!readId(line) || !(line.isAtEnd() || line.peek() == ' ' || line.peek() == '\t')) {
      return Verdict.BAD_ID;
    }
    flags |= isSent ? CanFrame.SENT : 0;
    line.skipBlanks();
    boolean isRawCode = line.peek() == '{';
    if (!line.skip('[') && !line.skip('{')) {
      return Verdict.UNKNOWN_FORM;
    }
    int digitsFrom = line.at();
    long length = isRawCode ? rawLength(line) : line.whole();
    boolean isTwoDigits = line.at() - digitsFrom == 2;
    if (length < 0 || length > CanFrame.MOST_BYTES || !line.skip(isRawCode ? '}' : ']')) {
      return Verdict.BAD_LENGTH;
    }
    // an FD frame's length is printed with two digits
    flags |= isTwoDigits || length > 8 ? CanFrame.FD : 0;
    int start = line.at();
    if (line.word() && line.wordIs("remote")) {
      flags = (flags & ~CanFrame.FD) | CanFrame.REMOTE;
      return give(into, timeNs, (int) Math.min(length, 8), channel);
    }
    boolean isOtherView = length > 0 && (line.wordHas('`') || line.wordLength() == Byte.SIZE);
    line.moveTo(start);
    Verdict payload =
        isOtherView ? otherView(line, (int) length) : scratch.bytes(line, (int) length, 16);
    if (payload != Verdict.FRAME) {
      return payload;
    }
    // what candump -a and error messages have behind the payload
    boolean isWhole = !line.word() || line.wordAt(0) == '\'' || line.wordIs("ERRORFRAME");
    return isWhole ? give(into, timeNs, (int) length, channel) : Verdict.BAD_LENGTH;
  }

  /** {@code 00000001 11111110}, candump -i, or {@code 08`07`06}, candump -S, which begins with the last byte; or both. */
  private Verdict otherView(LineCursor line, int length) {
    line.skipBlanks();
    int digits = 0;
    while (LineCursor.hexDigit(line.peek(digits)) >= 0 && line.peek(digits) >= 0) {
      digits++;
    }
    int radix = digits == Byte.SIZE ? 2 : 16;
    boolean isSwapped = line.peek(digits) == '`';
    if (digits != (radix == 2 ? Byte.SIZE : 2)) {
      return Verdict.BAD_PAYLOAD;
    }
    for (int i = 0; i < length; i++) {
      if (i > 0 && !line.skip(isSwapped ? '`' : ' ')) {
        return line.isAtEnd() ? Verdict.BAD_LENGTH : Verdict.BAD_PAYLOAD;
      }
      int value = 0;
      for (int k = 0; k < digits; k++) {
        int digit = line.isAtEnd() ? -1 : LineCursor.hexDigit(line.peek());
        if (digit < 0 || digit >= radix) {
          return line.isAtEnd() ? Verdict.BAD_LENGTH : Verdict.BAD_PAYLOAD;
        }
        value = value * radix + digit;
        line.moveTo(line.at() + 1);
      }
      scratch.payload[isSwapped ? length - 1 - i : i] = (byte) value;
    }
    return Verdict.FRAME;
  }

  /** {@code {F}}: candump -8 prints the raw length code, and more than 8 means 8. */
  private static long rawLength(LineCursor line) {
    int code = line.isAtEnd() ? -1 : LineCursor.hexDigit(line.peek());
    line.moveTo(Math.min(line.at() + 1, line.end()));
    return Math.min(code, 8);
  }

  /** Whether an indented line may be what candump -e writes below an error message. */
  static boolean isErrorText(LineCursor line) {
    return line.peek() == '\t';
  }
}
