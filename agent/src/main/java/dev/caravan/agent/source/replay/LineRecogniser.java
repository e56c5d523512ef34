package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells of each line of a log which form it has, and reads it by that form. No two forms share a line: each has a head, or
 * marks of its own that all have to be there.
 *
 * <p>A frame in another form than the frame or head before it is not given out, unless the last one that was not was like it:
 * one damaged line is not taken for another tool's, and logs that are joined go on. One thread uses it.
 */
final class LineRecogniser {
  private enum Form {
    NONE,
    STAMPED,
    SCREEN,
    BARE,
    ASC,
    TRACE,
    CRTD,
    BUS_MASTER,
    MICROCHIP,
    TABLE,
    /** Below a head that is not known. */
    FOREIGN
  }

  private final LineSplitter lines;
  private final Candump candump;
  private final VectorAsc asc;
  private final PcanTrace trace;
  private final TextExports exports;
  private final HeadedTable table;

  // what the lines are: of the frame or head before, of the line being read, of the one last not
  // read
  private Form form = Form.NONE;
  private Form found = Form.NONE;
  private Form other = Form.NONE;
  private boolean afterErrorMessage;

  private final CanFrame spare = new CanFrame();

  // until the first frame: what the log seems to be instead
  private boolean hasFrame;
  private @Nullable String suspicion;
  private char foreignSeparator;

  LineRecogniser(LogScratch scratch, LineSplitter lines) {
    this.lines = lines;
    candump = new Candump(scratch, lines);
    asc = new VectorAsc(scratch);
    trace = new PcanTrace(scratch);
    exports = new TextExports(scratch);
    table = new HeadedTable(scratch);
  }

  /**
   * Reads a line.
   *
   * @param into takes the frame, if it is one; left alone otherwise
   * @throws UnreadableLogException if there was no frame so far and the log is of another kind
   */
  Verdict read(LineCursor line, CanFrame into) throws UnreadableLogException {
    int start = line.at();
    Verdict verdict = recognise(line, into);
    if (verdict == Verdict.FRAME) {
      if (found != form || other != Form.NONE || !hasFrame) {
        return settle(into);
      }
      afterErrorMessage = into.is(CanFrame.ERROR);
    } else if (verdict != Verdict.NOTHING) {
      afterErrorMessage = false;
      if (!hasFrame && found != Form.FOREIGN) {
        line.moveTo(start);
        suspect(line);
      }
    }
    return verdict;
  }

  /** The first frame, or one whose form is not that of the one before it, or that ends a doubt. */
  private Verdict settle(CanFrame into) {
    if (!isExpected()) {
      other = found;
      return Verdict.OTHER_FORM;
    }
    begin(found);
    hasFrame = true;
    afterErrorMessage = into.is(CanFrame.ERROR);
    return Verdict.FRAME;
  }

  /** Tells that the log has ended, and refuses it if all that there was looked like something else. */
  void end() throws UnreadableLogException {
    refuseIf(true);
  }

  /** Whether stamps were taken for differences. */
  boolean addsTimesUp() {
    return candump.addsTimesUp();
  }

  /** Two lines in a row that look like the same other thing are enough to refuse the log. */
  private void suspect(LineCursor line) throws UnreadableLogException {
    line.skipBlanks();
    String what = ForeignText.of(line).orElse(null);
    refuseIf(what != null && what.equals(suspicion));
    suspicion = what;
  }

  private void refuseIf(boolean isForeign) throws UnreadableLogException {
    if (isForeign && suspicion != null && !hasFrame) {
      throw new UnreadableLogException(suspicion);
    }
  }

  /** Notes the form that a line has; where a frame is to go, which is nowhere if the line has no business here. */
  private CanFrame as(Form wanted, CanFrame into) {
    found = wanted;
    return wanted == form || isExpected() ? into : spare;
  }

  /** Whether a line may be of the form found: that of the lines before, or the second of another. */
  private boolean isExpected() {
    boolean isBegun = form != Form.NONE && form != Form.FOREIGN;
    return isBegun ? found == form || found == other : !isRestOfStamped();
  }

  /** The first line of a log that was cut may look like one without a stamp, and what it says be cut as well. */
  private boolean isRestOfStamped() {
    return (found == Form.SCREEN || found == Form.BARE) && lines.nextBegins('(');
  }

  /** A head came that says what the lines below it are. */
  private void begin(Form begun) {
    form = begun;
    other = Form.NONE;
    suspicion = null;
  }

  private Verdict recognise(LineCursor line, CanFrame into) throws UnreadableLogException {
    boolean isErrorText = afterErrorMessage && Candump.isErrorText(line);
    line.skipBlanks();
    int first = line.peek();
    boolean isForeign = form == Form.FOREIGN && line.has(foreignSeparator);
    if (first == '(' && !isForeign) {
      return candump.stamped(line, as(Form.STAMPED, into));
    }
    if (first == -1 || first == '#' || isErrorText || (first == '/' && line.peek(1) == '/')) {
      return Verdict.NOTHING;
    }
    if (isForeign) {
      return foreign(line);
    }
    if (form == Form.TABLE && table.hasColumns(line)) {
      return isHead(line) ? head(line) : table.row(line, as(Form.TABLE, into));
    }
    if (first == ';') {
      begin(Form.TRACE);
      return trace.header(line);
    }
    if (first == '*' && line.peek(1) == '*') {
      begin(Form.BUS_MASTER);
      return exports.busMasterHeader(line);
    }
    int digit = first == '-' || first == '+' ? line.peek(1) : first;
    return digit >= '0' && digit <= '9' ? numbered(line, into) : worded(line, into);
  }

  /** A line that begins with a number: its first word, and at times the second, tell what it is. */
  private Verdict numbered(LineCursor line, CanFrame into) {
    int start = line.at();
    line.word();
    int mark = line.wordMark();
    if (mark >= 0) {
      return marked(line, into, mark, start);
    }
    boolean isFraction = line.wordHas('.');
    int second = line.at();
    line.word();
    if (line.wordAt(0) == '(') {
      // frames numbered by whoever wrote the log
      line.moveTo(line.wordFrom());
      return candump.stamped(line, as(Form.STAMPED, into));
    }
    if (isFraction && TextExports.isCrtdType(line)) {
      line.moveTo(start);
      long timeNs = line.signedNs(1_000_000_000L);
      line.word();
      return exports.crtd(line, as(Form.CRTD, into), timeNs);
    }
    line.moveTo(isFraction ? start : second);
    return isFraction
        ? asc.event(line, as(Form.ASC, into))
        : trace.second(line, as(Form.TRACE, into));
  }

  /** A first word with a mark in it that tells enough. */
  private Verdict marked(LineCursor line, CanFrame into, int mark, int start) {
    if (mark == ')') {
      boolean isNumbered = line.wordAt(line.wordLength() - 1) == ')';
      return isNumbered ? trace.first(line, as(Form.TRACE, into)) : Verdict.UNKNOWN_FORM;
    }
    line.moveTo(start);
    return switch (mark) {
      case ';' -> exports.microchip(line, as(Form.MICROCHIP, into));
      case ',' -> headless(line, as(Form.TABLE, into));
      case ':' -> exports.busMaster(line, as(Form.BUS_MASTER, into));
      default -> candump.bare(line, as(Form.BARE, into));
    };
  }

  /** A row without a head above it. */
  private Verdict headless(LineCursor line, CanFrame into) {
    if (!HeadedTable.isGvret(line)) {
      return Verdict.UNKNOWN_FORM;
    }
    table.beginAsGvret(line);
    return table.row(line, into);
  }

  /** A line that begins with anything else: a head, or the name of a bus. */
  private Verdict worded(LineCursor line, CanFrame into) {
    int start = line.at();
    if (form != Form.SCREEN && form != Form.BARE) {
      if (TextExports.isMicrochipHeader(line)) {
        begin(Form.MICROCHIP);
        return Verdict.NOTHING;
      }
      if (isHead(line)) {
        return head(line);
      }
    }
    line.word();
    if (line.wordHas('#')) {
      line.moveTo(start);
      return candump.bare(line, as(Form.BARE, into));
    }
    Verdict header = asc.header(line);
    if (header != Verdict.UNKNOWN_FORM) {
      begin(Form.ASC);
      return header;
    }
    line.moveTo(start);
    return candump.unstamped(line, as(Form.SCREEN, into));
  }

  private static boolean isHead(LineCursor line) {
    return ForeignText.headSeparator(line) != 0;
  }

  /** A row below a head that is not known, or a head that is. */
  private Verdict foreign(LineCursor line) throws UnreadableLogException {
    String before = suspicion;
    if (isHead(line) && head(line) == Verdict.NOTHING) {
      return Verdict.NOTHING;
    }
    suspicion = before;
    refuseIf(true);
    return Verdict.UNKNOWN_FORM;
  }

  /** The head of a table. */
  private Verdict head(LineCursor line) {
    char separator = ForeignText.headSeparator(line);
    List<String> columns = ForeignText.columns(line, separator);
    boolean isKnown = table.begin(columns, separator);
    found = isKnown ? Form.TABLE : Form.FOREIGN;
    begin(found);
    suspicion = isKnown ? null : ForeignText.table(columns);
    foreignSeparator = separator;
    return isKnown ? Verdict.NOTHING : Verdict.UNKNOWN_FORM;
  }
}
