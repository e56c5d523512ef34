package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    MF4,
    PYTHON_CAN,
    GVRET,
    NO_TIMES
  }

  /** Columns by their names in lower case, of which those that are needed have to be there. */
  private record Head(
      Kind kind, String words, Map<String, Column> columns, Map<String, Column> optional) {}

  private static final List<Head> HEADS = List.of(
      new Head(
          Kind.MF4,
          "mdf2csv (TimestampEpoch;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;DataBytes)",
          Map.of(
              "timestampepoch", Column.TIME,
              "id", Column.ID,
              "ide", Column.EXTENDED,
              "dlc", Column.CODE,
              "datalength", Column.LENGTH,
              "databytes", Column.HEX),
          Map.of(
              "buschannel", Column.CHANNEL,
              "dir", Column.DIRECTION,
              "edl", Column.FD,
              "brs", Column.RATE_SWITCH,
              "esi", Column.ERROR_STATE,
              "rtr", Column.REMOTE)),
      new Head(
          Kind.PYTHON_CAN,
          "python-can (timestamp,arbitration_id,extended,remote,error,dlc,data)",
          Map.of(
              "timestamp", Column.TIME,
              "arbitration_id", Column.ID,
              "extended", Column.EXTENDED,
              "remote", Column.REMOTE,
              "error", Column.ERROR,
              "dlc", Column.LENGTH,
              "data", Column.BASE64),
          Map.of()),
      new Head(
          Kind.GVRET,
          "GVRET (Time Stamp,ID,Extended,Dir,Bus,LEN,D1,..)",
          Map.of(
              "time stamp", Column.TIME,
              "id", Column.ID,
              "extended", Column.EXTENDED,
              "bus", Column.CHANNEL,
              "len", Column.LENGTH,
              "d1", Column.BYTES),
          Map.of("dir", Column.DIRECTION)),
      new Head(
          Kind.NO_TIMES,
          "SavvyCAN (ID,Data Bytes)",
          Map.of("id", Column.ID, "data bytes", Column.WORDS),
          Map.of()));

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MICROSECOND_NS = 1_000L;
  private static final Column[] NONE = {};

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
    return HEADS.stream().map(Head::words).collect(Collectors.joining(", "));
  }

  /** Begins a table with these columns; false if it is not known. */
  boolean begin(List<String> names, char between) {
    List<String> wanted =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (Head head : HEADS) {
      if (isOf(head, wanted)) {
        int size = head.kind == Kind.GVRET ? wanted.indexOf("d1") + 1 : wanted.size();
        kind = head.kind;
        separator = between;
        columns = new Column[size];
        for (int i = 0; i < size; i++) {
          Column known = head.columns.get(wanted.get(i));
          columns[i] =
              known != null ? known : head.optional.getOrDefault(wanted.get(i), Column.UNUSED);
        }
        return true;
      }
    }
    return false;
  }

  private static boolean isOf(Head head, List<String> names) {
    boolean areOnce = Stream.concat(head.columns.keySet().stream(), head.optional.keySet().stream())
        .allMatch(name -> names.indexOf(name) == names.lastIndexOf(name));
    return areOnce
        && names.containsAll(head.columns.keySet())
        && (head.kind != Kind.GVRET || areBytes(names, names.indexOf("d1")));
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
      if (line.wordAt(0) == '"' && line.wordAt(line.wordLength() - 1) == '"') {
        line.dropFromWord(1);
        line.cutFromWord(1);
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
      case HEX -> count = scratch.hexWord(line);
      case BASE64 -> count = scratch.base64Word(line);
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
      return isRemote ? scratch.frame(into, timeNs, id, flags, asked, channel) : Verdict.BAD_LENGTH;
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
