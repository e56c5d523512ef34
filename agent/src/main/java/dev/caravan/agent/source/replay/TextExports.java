package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.OptionalLong;

/**
 * Lines of smaller log programs, as SavvyCAN writes them too.
 *
 * <pre>
 * 166.064000 R11 0000021A FE 36 12              CRTD (OVMS): seconds, R or T and bits of the id, with the bus before it
 * 22:20:14:992 Rx 0 0000021A s 3 FE 36 12       BusMaster: time of day, direction, bus, id, s or x (r: remote), length
 * 166064;RX;0x0000021A;3;0xFE;0x36;0x12;        Microchip CAN Bus Analyzer: milliseconds
 * 166064000,0000021A,false,0,3,FE,36,12,        GVRET: microseconds, id, 29 bits, (direction,) bus, length
 * 0000021A,FE 36 12                             id and payload; takes the time of the frame before
 * </pre>
 */
final class TextExports {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long DAY_NS = 86_400 * SECOND_NS;

  private final LogScratch scratch;

  // BusMaster's header
  private long busMasterStartNs;
  private boolean isSystemTime = true;
  private boolean isRelativeTime;
  private int busMasterRadix = 16;

  // BusMaster's clock
  private long beforeNs;
  private long daysNs;

  TextExports(LogScratch scratch) {
    this.scratch = scratch;
  }

  // CRTD

  /** Whether the word is a CRTD record type, {@code R11 T29 1R11 CXX}. */
  static boolean isCrtdType(LineCursor line) {
    int letter = line.wordAt(0) >= '0' && line.wordAt(0) <= '9' ? 1 : 0;
    int type = line.wordAt(letter);
    boolean isFrame = (type == 'R' || type == 'T')
        && line.wordLength() == letter + 3
        && line.wordAt(letter + 1) >= '1'
        && line.wordAt(letter + 1) <= '2';
    return isFrame || line.wordIs("CXX") || line.wordIs("CEV");
  }

  /** A line of CRTD, whose time and type have been read, the type last. */
  Verdict crtd(LineCursor line, CanFrame into, long timeNs) {
    int letter = line.wordAt(0) >= '0' && line.wordAt(0) <= '9' ? 1 : 0;
    if (timeNs < 0) {
      return Verdict.BAD_TIME;
    }
    if (line.wordAt(letter) == 'C') {
      return Verdict.NOTHING;
    }
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordFrom() + letter);
    int flags = (line.wordAt(letter + 1) == '2' ? CanFrame.EXTENDED : 0)
        | (line.wordAt(letter) == 'T' ? CanFrame.SENT : 0);
    line.word();
    long id = line.wordNumber(16);
    int length = scratch.bytesToEnd(line);
    if (length < 0 || length > 8) {
      return length < 0 ? Verdict.BAD_PAYLOAD : Verdict.BAD_LENGTH;
    }
    return scratch.frame(into, timeNs, id, flags, length, channel);
  }

  // BusMaster

  /** A line that begins with stars. */
  Verdict busMasterHeader(LineCursor line) {
    String text = line.rest().replace("***", "").strip();
    if (text.startsWith("START DATE AND TIME")) {
      OptionalLong dateNs = LogDate.ofDayMonthYear(text.substring(19));
      if (dateNs.isEmpty()) {
        return Verdict.BAD_TIME;
      }
      busMasterStartNs = dateNs.getAsLong();
      beforeNs = 0;
      daysNs = 0;
    }
    switch (text) {
      case "DEC" -> busMasterRadix = 10;
      case "HEX" -> busMasterRadix = 16;
      case "SYSTEM MODE", "ABSOLUTE MODE", "RELATIVE MODE" -> {
        isSystemTime = text.startsWith("SYSTEM");
        isRelativeTime = text.startsWith("RELATIVE");
      }
      default -> {
        // says nothing about the lines
      }
    }
    return Verdict.NOTHING;
  }

  /** A line of BusMaster; the cursor is on its time. */
  Verdict busMaster(LineCursor line, CanFrame into) {
    long timeNs = busMasterTimeNs(line);
    if (timeNs < 0) {
      return Verdict.BAD_TIME;
    }
    line.word();
    int flags = line.wordIs("Tx") ? CanFrame.SENT : 0;
    if (flags == 0 && !line.wordIs("Rx")) {
      return Verdict.UNKNOWN_FORM;
    }
    line.word();
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
    line.word();
    if (line.wordStarts("0x")) {
      line.dropFromWord(2);
    }
    long id = line.wordNumber(busMasterRadix);
    line.word();
    if (line.wordIs("x") || line.wordIs("xr")) {
      flags |= CanFrame.EXTENDED;
    } else if (!line.wordIs("s") && !line.wordIs("sr")) {
      return Verdict.UNKNOWN_FORM;
    }
    flags |= line.wordLength() == 2 ? CanFrame.REMOTE : 0;
    line.word();
    long length = line.wordNumber(10);
    if (length < 0 || length > 8) {
      return Verdict.BAD_LENGTH;
    }
    if ((flags & CanFrame.REMOTE) == 0) {
      Verdict payload = scratch.bytes(line, (int) length, busMasterRadix);
      if (payload != Verdict.FRAME) {
        return payload;
      }
    }
    return scratch.frame(into, timeNs, id, flags, (int) length, channel);
  }

  private long busMasterTimeNs(LineCursor line) {
    long hours = line.whole();
    boolean isTime = line.skip(':');
    long minutes = line.whole();
    isTime &= line.skip(':');
    long seconds = line.whole();
    isTime &= line.skip(':');
    int digitsFrom = line.at();
    long fraction = line.whole();
    // three digits are milliseconds, four are tenths of them
    long unitNs = line.at() - digitsFrom == 4 ? 100_000 : 1_000_000;
    boolean inRange = hours >= 0
        && hours < 24 * 365
        && minutes >= 0
        && minutes < 60
        && seconds >= 0
        && seconds < 60
        && fraction >= 0
        && fraction < 10_000;
    if (!isTime || !inRange) {
      return LineCursor.NONE;
    }
    long clockNs = ((hours * 60 + minutes) * 60 + seconds) * SECOND_NS + fraction * unitNs;
    if (isRelativeTime) {
      beforeNs += clockNs;
      return busMasterStartNs + beforeNs;
    }
    if (!isSystemTime) {
      return busMasterStartNs + clockNs;
    }
    if (clockNs < beforeNs - DAY_NS / 2) {
      daysNs += DAY_NS;
    }
    beforeNs = clockNs;
    return busMasterStartNs / DAY_NS * DAY_NS + daysNs + clockNs;
  }

  // Microchip

  /** A line with semicolons; the cursor is on its beginning. */
  Verdict microchip(LineCursor line, CanFrame into) {
    long timeNs = line.decimalNs(1_000_000);
    if (timeNs < 0 || !line.skip(';')) {
      return Verdict.BAD_TIME;
    }
    line.field(';');
    int flags = line.wordIs("TX") ? CanFrame.SENT : 0;
    line.field(';');
    long id = prefixedHex(line);
    line.field(';');
    long length = line.wordNumber(10);
    if (length < 0 || length > 8) {
      return Verdict.BAD_LENGTH;
    }
    for (int i = 0; i < length; i++) {
      if (!line.field(';')) {
        return Verdict.BAD_LENGTH;
      }
      long value = prefixedHex(line);
      if (value < 0 || value > 0xFF) {
        return Verdict.BAD_PAYLOAD;
      }
      scratch.payload[i] = (byte) value;
    }
    // the log does not say how many bits an identifier has
    flags |= id > LogScratch.STANDARD_IDS ? CanFrame.EXTENDED : 0;
    return scratch.frame(into, timeNs, id, flags, (int) length, "");
  }

  private static long prefixedHex(LineCursor line) {
    if (line.wordStarts("0x")) {
      line.dropFromWord(2);
    }
    return line.wordNumber(16);
  }

  // comma separated

  /** A line with commas; the cursor is on its beginning. */
  Verdict commas(LineCursor line, CanFrame into) {
    int start = line.at();
    line.field(',');
    line.field(',');
    if (line.isAtEnd() || line.wordHas(' ')) {
      line.moveTo(start);
      return idAndPayload(line, into);
    }
    line.moveTo(start);
    return gvret(line, into);
  }

  private Verdict idAndPayload(LineCursor line, CanFrame into) {
    line.field(',');
    long id = line.wordNumber(16);
    int length = scratch.bytesToEnd(line);
    if (length < 0 || length > 8) {
      return length < 0 ? Verdict.BAD_PAYLOAD : Verdict.BAD_LENGTH;
    }
    int flags = id > LogScratch.STANDARD_IDS ? CanFrame.EXTENDED : 0;
    return scratch.frame(into, scratch.lastNs, id, flags, length, "");
  }

  private Verdict gvret(LineCursor line, CanFrame into) {
    long timeNs = line.decimalNs(1_000);
    if (timeNs < 0 || !line.skip(',')) {
      return Verdict.BAD_TIME;
    }
    line.field(',');
    long id = line.wordNumber(16);
    line.field(',');
    int flags = line.wordIs("true") ? CanFrame.EXTENDED : 0;
    if (flags == 0 && !line.wordIs("false")) {
      return Verdict.UNKNOWN_FORM;
    }
    line.field(',');
    if (line.wordIs("Rx") || line.wordIs("Tx")) {
      flags |= line.wordIs("Tx") ? CanFrame.SENT : 0;
      line.field(',');
    }
    String channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
    line.field(',');
    long length = line.wordNumber(10);
    if (length < 0 || length > CanFrame.MOST_BYTES) {
      return Verdict.BAD_LENGTH;
    }
    for (int i = 0; i < length; i++) {
      if (!line.field(',') || line.wordLength() == 0) {
        return Verdict.BAD_LENGTH;
      }
      long value = line.wordNumber(16);
      if (value < 0 || value > 0xFF) {
        return Verdict.BAD_PAYLOAD;
      }
      scratch.payload[i] = (byte) value;
    }
    flags |= length > 8 ? CanFrame.FD : 0;
    return scratch.frame(into, timeNs, id, flags, (int) length, channel);
  }

  /** Whether a line that begins with a letter is one of the headers of these forms. */
  static boolean isHeader(LineCursor line) {
    return line.wordIs("Microchip")
        || line.wordIs("CAN")
        || line.wordIs("SavvyCAN")
        || line.wordIs("Logging")
        || line.wordIs("Time")
        || line.wordStarts("ID,");
  }
}
