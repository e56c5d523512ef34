package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tables of frames (CSV), each known by the names in its head; what stands in a column follows from its name alone, so
 * columns may come in any order.
 *
 * <pre>
 * TimestampEpoch;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;ESI;RTR;DataBytes    mdf2csv and others, from MF4
 * 1689951599.925001;9;067;0;8;8;0;0;0;0;0;E19462F0C9F66E01
 * timestamp,arbitration_id,extended,remote,error,dlc,data                          python-can; payload in base64
 * 1483389464.165,0x1ffffff0,1,0,0,2,3q0=
 * Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8                       GVRET (SavvyCAN); microseconds
 * 166064000,0000021A,false,Rx,0,3,FE,36,12,
 * ID,Data Bytes                                                                    SavvyCAN; has no times
 * 0000021A,FE 36 12
 * </pre>
 */
final class HeadedTable {
  private enum Column {
    TIME,
    CHANNEL,
    ID,
    EXTENDED,
    CODE,
    LENGTH,
    DIRECTION,
    FD,
    RATE_SWITCH,
    ERROR_STATE,
    REMOTE,
    ERROR,
    HEX,
    BASE64,
    WORDS,
    BYTES,
    UNUSED
  }

  private enum Kind {
    MF4(
        "mdf2csv (TimestampEpoch;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;DataBytes)",
        Map.ofEntries(
            Map.entry("timestampepoch", Column.TIME),
            Map.entry("buschannel", Column.CHANNEL),
            Map.entry("id", Column.ID),
            Map.entry("ide", Column.EXTENDED),
            Map.entry("dlc", Column.CODE),
            Map.entry("datalength", Column.LENGTH),
            Map.entry("dir", Column.DIRECTION),
            Map.entry("edl", Column.FD),
            Map.entry("brs", Column.RATE_SWITCH),
            Map.entry("esi", Column.ERROR_STATE),
            Map.entry("rtr", Column.REMOTE),
            Map.entry("databytes", Column.HEX)),
        Set.of("timestampepoch", "id", "ide", "dlc", "datalength", "databytes")),
    PYTHON_CAN(
        "python-can (timestamp,arbitration_id,extended,remote,error,dlc,data)",
        Map.of(
            "timestamp", Column.TIME,
            "arbitration_id", Column.ID,
            "extended", Column.EXTENDED,
            "remote", Column.REMOTE,
            "error", Column.ERROR,
            "dlc", Column.LENGTH,
            "data", Column.BASE64),
        Set.of("timestamp", "arbitration_id", "extended", "remote", "error", "dlc", "data")),
    GVRET(
        "GVRET (Time Stamp,ID,Extended,Dir,Bus,LEN,D1,..)",
        Map.of(
            "time stamp", Column.TIME,
            "id", Column.ID,
            "extended", Column.EXTENDED,
            "dir", Column.DIRECTION,
            "bus", Column.CHANNEL,
            "len", Column.LENGTH,
            "d1", Column.BYTES),
        Set.of("time stamp", "id", "extended", "bus", "len", "d1")),
    NO_TIMES(
        "SavvyCAN (ID,Data Bytes)",
        Map.of("id", Column.ID, "data bytes", Column.WORDS),
        Set.of("id", "data bytes"));

    private final String words;
    private final Map<String, Column> columns;
    private final Set<String> required;

    Kind(String words, Map<String, Column> columns, Set<String> required) {
      this.words = words;
      this.columns = columns;
      this.required = required;
    }
  }

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MICROSECOND_NS = 1_000L;
  private static final Column[] NONE = {};

  private static final byte[] BASE64 = new byte[128];

  static {
    Arrays.fill(BASE64, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      BASE64[digits.charAt(i)] = (byte) i;
    }
  }

  private final LogScratch scratch;

  // from the head
  private Kind kind = Kind.GVRET;
  private char separator = ',';
  private Column[] columns = NONE;

  // of the row being read
  private long timeNs;
  private long id;
  private int flags;
  private long code;
  private long length;
  private int count;
  private String channel = "";

  HeadedTable(LogScratch scratch) {
    this.scratch = scratch;
  }

  /** The tables that are known, for a message. */
  static String known() {
    return Arrays.stream(Kind.values()).map(kind -> kind.words).collect(Collectors.joining(", "));
  }

  /** Begins a table with these columns; false if it is not known. */
  boolean begin(List<String> names, char between) {
    List<String> wanted =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (Kind candidate : Kind.values()) {
      int bytesAt = wanted.indexOf("d1");
      boolean isKnown = wanted.containsAll(candidate.required)
          && candidate.columns.keySet().stream()
              .allMatch(name -> wanted.indexOf(name) == wanted.lastIndexOf(name))
          && (candidate != Kind.GVRET || areBytes(wanted, bytesAt));
      if (isKnown) {
        int size = candidate == Kind.GVRET ? bytesAt + 1 : wanted.size();
        kind = candidate;
        separator = between;
        columns = new Column[size];
        for (int i = 0; i < size; i++) {
          columns[i] = candidate.columns.getOrDefault(wanted.get(i), Column.UNUSED);
        }
        return true;
      }
    }
    return false;
  }

  /** Whether the columns from an index on are D1, D2 and so on. */
  private static boolean areBytes(List<String> names, int from) {
    for (int i = from; i < names.size(); i++) {
      boolean isByte = names.get(i).equals("d" + (i - from + 1));
      if (!isByte && !(names.get(i).isEmpty() && i == names.size() - 1)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a row is one of GVRET's to the letter: microseconds, eight hex digits, true or false. The cursor stays. */
  static boolean isGvret(LineCursor line) {
    int start = line.at();
    line.field(',');
    boolean isRow = !line.wordHas('.') && line.wordNs(MICROSECOND_NS) != LineCursor.NO_TIME;
    line.field(',');
    isRow &= line.wordLength() == 8 && line.wordNumber(16) >= 0;
    line.field(',');
    isRow &= line.wordIs("true") || line.wordIs("false");
    line.moveTo(start);
    return isRow;
  }

  /** Begins a table of GVRET whose head is missing, with the columns that a row of it has. The cursor stays. */
  void beginAsGvret(LineCursor line) {
    int start = line.at();
    for (int i = 0; i < 4; i++) {
      line.field(',');
    }
    boolean hasDirection = line.wordIs("Rx") || line.wordIs("Tx");
    line.moveTo(start);
    String head = hasDirection
        ? "time stamp,id,extended,dir,bus,len,d1"
        : "time stamp,id,extended,bus,len,d1";
    begin(List.of(head.split(",", -1)), ',');
  }

  /** Whether a line has more than one column of this table. */
  boolean hasColumns(LineCursor line) {
    return line.has(separator);
  }

  /** Reads a row; the cursor is on its beginning. */
  Verdict row(LineCursor line, CanFrame into) {
    timeNs = scratch.lastNs;
    flags = 0;
    code = LineCursor.NONE;
    length = LineCursor.NONE;
    count = 0;
    channel = "";
    for (int i = 0; i < columns.length; i++) {
      boolean isThere = columns[i] == Column.BYTES || line.field(separator);
      if (!isThere && i < columns.length - 1) {
        return Verdict.UNKNOWN_FORM;
      }
      Verdict verdict = take(columns[i], line);
      if (verdict != Verdict.FRAME) {
        return verdict;
      }
    }
    return line.isAtEnd() ? whole(into) : Verdict.UNKNOWN_FORM;
  }

  /** Takes the word as what stands in a column. */
  private Verdict take(Column column, LineCursor line) {
    switch (column) {
      case TIME -> {
        timeNs = line.wordNs(kind == Kind.GVRET ? MICROSECOND_NS : SECOND_NS);
        return timeNs == LineCursor.NO_TIME ? Verdict.BAD_TIME : Verdict.FRAME;
      }
      case CHANNEL -> {
        channel = scratch.names.name(line.bytes(), line.wordFrom(), line.wordTo());
        return line.wordNumber(10) < 0 ? Verdict.UNKNOWN_FORM : Verdict.FRAME;
      }
      case ID -> {
        boolean isPrefixed = line.wordStarts("0x");
        line.dropFromWord(isPrefixed ? 2 : 0);
        id = line.wordNumber(16);
        return id < 0 || (kind == Kind.PYTHON_CAN && !isPrefixed) ? Verdict.BAD_ID : Verdict.FRAME;
      }
      case EXTENDED -> {
        return flag(line, CanFrame.EXTENDED, "true", "false");
      }
      case FD -> {
        return flag(line, CanFrame.FD, "true", "false");
      }
      case RATE_SWITCH -> {
        return flag(line, CanFrame.BIT_RATE_SWITCH, "true", "false");
      }
      case ERROR_STATE -> {
        return flag(line, CanFrame.ERROR_STATE, "true", "false");
      }
      case REMOTE -> {
        return flag(line, CanFrame.REMOTE, "true", "false");
      }
      case DIRECTION -> {
        return flag(line, CanFrame.SENT, "Tx", "Rx");
      }
      case ERROR -> {
        return flag(line, CanFrame.ERROR, "true", "false");
      }
      case CODE -> {
        code = line.wordNumber(10);
        return code < 0 || code > 15 ? Verdict.BAD_LENGTH : Verdict.FRAME;
      }
      case LENGTH -> {
        length = line.wordNumber(10);
        return length < 0 || length > CanFrame.MOST_BYTES ? Verdict.BAD_LENGTH : Verdict.FRAME;
      }
      case HEX -> count = hex(line);
      case BASE64 -> count = base64(line);
      case WORDS -> {
        line.moveTo(line.wordFrom());
        count = scratch.bytesToEnd(line);
      }
      case BYTES -> count = bytes(line);
      case UNUSED -> {
        // says nothing about the frame
      }
    }
    return count < 0 ? Verdict.BAD_PAYLOAD : Verdict.FRAME;
  }

  /** Sets a flag where the word says yes: in a word of GVRET's, else 1. */
  private Verdict flag(LineCursor line, int flag, String yes, String no) {
    boolean isSet = line.wordIs(kind == Kind.GVRET ? yes : "1");
    flags |= isSet ? flag : 0;
    boolean isKnown = isSet || line.wordIs(kind == Kind.GVRET ? no : "0");
    return isKnown ? Verdict.FRAME : Verdict.UNKNOWN_FORM;
  }

  /** Two hex digits for each byte; how many bytes, or -1. */
  private int hex(LineCursor line) {
    int digits = line.wordLength();
    if (digits % 2 != 0 || digits > 2 * CanFrame.MOST_BYTES) {
      return -1;
    }
    for (int i = 0; i < digits; i += 2) {
      int high = LineCursor.hexDigit(line.wordAt(i));
      int low = LineCursor.hexDigit(line.wordAt(i + 1));
      if (high < 0 || low < 0) {
        return -1;
      }
      scratch.payload[i / 2] = (byte) (high << 4 | low);
    }
    return digits / 2;
  }

  /** RFC 4648, clause 4, padded: four characters for three bytes; how many bytes, or -1. */
  private int base64(LineCursor line) {
    int characters = line.wordLength();
    int digits = characters;
    while (digits > 0 && characters - digits < 2 && line.wordAt(digits - 1) == '=') {
      digits--;
    }
    int bytes = digits * 3 / 4;
    if (characters % 4 != 0 || bytes > CanFrame.MOST_BYTES) {
      return -1;
    }
    int bits = 0;
    for (int i = 0, filled = 0; i < digits; i++) {
      int character = line.wordAt(i);
      int value = character < BASE64.length ? BASE64[character] : -1;
      if (value < 0) {
        return -1;
      }
      bits = bits << 6 | value;
      // each character but the first of four completes a byte
      if (i % 4 != 0) {
        scratch.payload[filled++] = (byte) (bits >> (6 - i % 4 * 2));
      }
    }
    return bytes;
  }

  /** A hex number for each byte, to the end of the row; how many bytes, or -1. */
  private int bytes(LineCursor line) {
    int bytes = 0;
    while (line.field(separator) && line.wordLength() > 0) {
      long value = line.wordNumber(16);
      if (value < 0 || value > 0xFF || bytes == CanFrame.MOST_BYTES) {
        return -1;
      }
      scratch.payload[bytes++] = (byte) value;
    }
    while (line.skip(separator)) {
      // columns of bytes that the frame has not
    }
    return bytes;
  }

  private Verdict whole(CanFrame into) {
    if ((flags & CanFrame.ERROR) != 0) {
      return scratch.errorFrame(into, timeNs, channel);
    }
    if (kind == Kind.NO_TIMES) {
      length = count;
      flags |= id > LogScratch.STANDARD_IDS ? CanFrame.EXTENDED : 0;
    }
    if ((flags & CanFrame.REMOTE) != 0) {
      boolean isRemote = count == 0 && (flags & CanFrame.FD) == 0;
      int asked = (int) Math.min(code < 0 ? length : code, 8);
      return isRemote
          ? scratch.frame(into, timeNs, id, flags, asked, channel)
          : Verdict.BAD_LENGTH;
    }
    int bytes = kind == Kind.GVRET ? stated() : (int) length;
    boolean isFd = (flags & CanFrame.FD) != 0 || (bytes > 8 && kind != Kind.MF4);
    boolean fits = bytes >= 0
        && (bytes == count || (kind == Kind.GVRET && isFilledUp(bytes)))
        && (isFd ? LogScratch.isLengthOfFd(bytes) : bytes <= 8)
        && (code < 0 || bytes == (isFd ? LogScratch.lengthOfCode((int) code) : Math.min(code, 8)));
    return fits
        ? scratch.frame(into, timeNs, id, isFd ? flags | CanFrame.FD : flags, bytes, channel)
        : Verdict.BAD_LENGTH;
  }

  /** GVRET fills the columns of a classic frame up with zeros. */
  private boolean isFilledUp(int bytes) {
    boolean areZeros = bytes < count && count <= 8;
    for (int i = bytes; areZeros && i < count; i++) {
      areZeros = scratch.payload[i] == 0;
    }
    return areZeros;
  }

  /** GVRET's length: of 9 to 15 it is the code of a classic frame where 8 bytes follow. */
  private int stated() {
    return (int) (length > 8 && length < 16 && count == 8 ? 8 : length);
  }
}
