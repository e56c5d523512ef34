package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.OptionalLong;

/**
 * Lines of smaller log programs, as SavvyCAN writes them too.
 *
 * <pre>
 * 166.064000 R11 0000021A FE 36 12              CRTD (OVMS): seconds, R or T and bits of the id, with the bus before it
 * 22:20:14:992 Rx 0 0000021A s 3 FE 36 12       BusMaster: time of day, direction, bus, id, s or x (r: remote), length
 * 166064;RX;0x0000021A;3;0xFE;0x36;0x12;        Microchip CAN Bus Analyzer: milliseconds, or seconds with a fraction
 * </pre>
 */
final class TextExports {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MILLISECOND_NS = 1_000_000L;
  private static final long DAY_NS = 86_400 * SECOND_NS;

  private final LogScratch scratch;

  // BusMaster's header
  private long busMasterStartNs;
  private boolean isSystemTime = true;
  private boolean isRelativeTime;
  private int busMasterRadix = 16;

  // BusMaster's clock
  private long sumNs;
  private long beforeNs;
  private long daysNs;

  // Microchip's unit of time, by the first stamp that is not 0; 0 before it
  private long microchipUnitNs;

  TextExports(LogScratch scratch) {
    this.scratch = scratch;
  }

  // CRTD

  /** Whether the word is a CRTD record type, {@code R11 T29 1R11 CXX}. */
  static boolean isCrtdType(LineCursor line) {
    int letter = line.wordAt(0) >= '0' && line.wordAt(0) <= '9' ? 1 : 0;
    int type = line.wordAt(letter);
    int tens = line.wordAt(letter + 1);
    int units = line.wordAt(letter + 2);
    boolean isFrame = (type == 'R' || type == 'T')
        && line.wordLength() == letter + 3
        && ((tens == '1' && units == '1') || (tens == '2' && units == '9'));
    return isFrame || line.wordIs("CXX") || line.wordIs("CEV");
  }

  /** A line of CRTD, whose time and type have been read, the type last. */
  Verdict crtd(LineCursor line, CanFrame into, long timeNs) {
    int letter = line.wordAt(0) >= '0' && line.wordAt(0) <= '9' ? 1 : 0;
    if (timeNs == LineCursor.NO_TIME) {
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
      sumNs = 0;
      beforeNs = busMasterStartNs % DAY_NS;
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
    long code = line.wordNumber(10);
    if (code < 0 || code > 15) {
      return Verdict.BAD_LENGTH;
    }
    int length = (int) Math.min(code, 8);
    Verdict payload = (flags & CanFrame.REMOTE) != 0
        ? Verdict.FRAME
        : scratch.bytes(line, length, busMasterRadix);
    if (payload == Verdict.FRAME && line.word()) {
      return Verdict.BAD_LENGTH;
    }
    return payload == Verdict.FRAME
        ? scratch.frame(into, timeNs, id, flags, length, channel)
        : payload;
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
      sumNs += clockNs;
      return busMasterStartNs + sumNs;
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

  /** Whether a line is one of its headers. */
  static boolean isMicrochipHeader(LineCursor line) {
    String text = line.rest();
    return text.startsWith("Microchip Technology")
        || text.equals("CAN BUS Analyzer")
        || text.equals("SavvyCAN Exporter")
        || text.startsWith("Logging Started:");
  }

  /** A line with semicolons; the cursor is on its beginning. */
  Verdict microchip(LineCursor line, CanFrame into) {
    line.field(';');
    long timeNs = microchipTimeNs(line);
    line.field(';');
    int flags = line.wordIs("TX") ? CanFrame.SENT : 0;
    if (flags == 0 && !line.wordIs("RX")) {
      return Verdict.UNKNOWN_FORM;
    }
    line.field(';');
    if (!line.wordStarts("0x")) {
      return Verdict.UNKNOWN_FORM;
    }
    if (timeNs == LineCursor.NO_TIME) {
      return Verdict.BAD_TIME;
    }
    if (line.wordAt(line.wordLength() - 1) == 'x') {
      line.cutFromWord(1);
      flags |= CanFrame.EXTENDED;
    }
    long id = prefixedHex(line);
    line.field(';');
    long code = line.wordNumber(10);
    if (code < 0 || code > 15) {
      return Verdict.BAD_LENGTH;
    }
    int length = (int) Math.min(code, 8);
    int columns = 0;
    while (line.field(';') && line.wordLength() > 0) {
      long value = columns < 8 ? prefixedHex(line) : LineCursor.NONE;
      if (value < 0 || value > 0xFF) {
        return columns < 8 ? Verdict.BAD_PAYLOAD : Verdict.BAD_LENGTH;
      }
      scratch.payload[columns++] = (byte) value;
    }
    while (line.skip(';')) {
      // columns of bytes that the frame has not
    }
    // some versions write eight bytes whatever the length
    if (!line.isAtEnd() || (columns != length && columns != 8)) {
      return Verdict.BAD_LENGTH;
    }
    // without the x the log does not say how many bits an identifier has
    flags |= id > LogScratch.STANDARD_IDS ? CanFrame.EXTENDED : 0;
    return scratch.frame(into, timeNs, id, flags, length, "");
  }

  /** The word as a time: seconds if the first of the log had a fraction, else whole milliseconds. */
  private long microchipTimeNs(LineCursor line) {
    boolean isFraction = line.wordHas('.');
    boolean isSeconds = microchipUnitNs == 0 ? isFraction : microchipUnitNs == SECOND_NS;
    if (isFraction && !isSeconds) {
      return LineCursor.NO_TIME;
    }
    long unitNs = isSeconds ? SECOND_NS : MILLISECOND_NS;
    long timeNs = line.wordNs(unitNs);
    if (timeNs != 0 && timeNs != LineCursor.NO_TIME) {
      microchipUnitNs = unitNs;
    }
    return timeNs;
  }

  private static long prefixedHex(LineCursor line) {
    boolean isPrefixed = line.wordStarts("0x");
    line.dropFromWord(2);
    return isPrefixed ? line.wordNumber(16) : LineCursor.NONE;
  }
}
