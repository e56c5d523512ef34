package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a log of CAN frames line by line, compressed with gzip or not. Every line is recognised by itself, so a log may
 * be cut anywhere or joined from others; only what headers say (start, base of numbers) is remembered.
 *
 * <p>A line that cannot be read is counted by kind and never thrown. Frames of candump -L cost no object. A line without
 * a time has that of the frame before it, 0 at the start; times without a date count from 1970. One thread uses a
 * reader.
 */
public final class LogReader implements AutoCloseable {
  private static final class Tally {
    private long count;
    private long firstLine;

    private void add(long line) {
      if (count++ == 0) {
        firstLine = line;
      }
    }
  }

  private static final int GZIP_FIRST = 0x1F;
  private static final int GZIP_SECOND = 0x8B;

  private final InputStream in;
  private final LineSplitter lines;
  private final LineCursor line = new LineCursor();
  private final LogScratch scratch = new LogScratch();
  private final Candump candump;
  private final VectorAsc asc = new VectorAsc(scratch);
  private final PcanTrace trace = new PcanTrace(scratch);
  private final TextExports exports = new TextExports(scratch);

  private final Map<Verdict, Tally> tallies = new EnumMap<>(Verdict.class);
  private long lineNumber;
  private boolean hasEnded;
  private boolean afterErrorMessage;

  private LogReader(InputStream in) throws IOException {
    this.in = in;
    this.lines = new LineSplitter(unpacked(in));
    this.candump = new Candump(scratch, lines);
    for (Verdict verdict : Verdict.values()) {
      tallies.put(verdict, new Tally());
    }
  }

  /**
   * Opens a log.
   *
   * @throws IOException if it cannot be opened or its beginning cannot be read
   */
  public static LogReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("open " + file + ": a folder; want a file");
    }
    FileInputStream in = new FileInputStream(file.toFile());
    try {
      return new LogReader(in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Reads a log from a stream, which is closed with the reader. Waits for its first bytes.
   *
   * @throws IOException if they cannot be read
   */
  public static LogReader of(InputStream in) throws IOException {
    return new LogReader(in);
  }

  private static InputStream unpacked(InputStream in) throws IOException {
    int first = in.read();
    int second = first == GZIP_FIRST ? in.read() : -1;
    byte[] begun = {(byte) first, (byte) second};
    InputStream whole = new SequenceInputStream(
        new ByteArrayInputStream(Arrays.copyOf(begun, first < 0 ? 0 : second < 0 ? 1 : 2)), in);
    return first == GZIP_FIRST && second == GZIP_SECOND
        ? new GZIPInputStream(whole, 1 << 16)
        : whole;
  }

  /**
   * Reads the next line.
   *
   * @param into takes the frame, if it is one; left alone otherwise
   * @throws IOException if the log itself cannot be read on
   */
  public Verdict next(CanFrame into) throws IOException {
    Verdict verdict = hasEnded ? Verdict.END : read(into);
    afterErrorMessage = verdict == Verdict.FRAME
        ? into.is(CanFrame.ERROR)
        : afterErrorMessage && verdict == Verdict.NOTHING;
    if (verdict == Verdict.FRAME) {
      scratch.lastNs = into.timeNs();
    }
    tally(verdict).add(lineNumber);
    return verdict;
  }

  private Tally tally(Verdict verdict) {
    return Objects.requireNonNull(tallies.get(verdict), "every verdict has its tally");
  }

  private Verdict read(CanFrame into) throws IOException {
    LineSplitter.Found found;
    try {
      found = lines.next();
    } catch (EOFException | ZipException e) {
      // the device that wrote the log may have lost power: what came before is good
      hasEnded = true;
      return Verdict.CUT_OFF;
    }
    if (found == LineSplitter.Found.END) {
      hasEnded = true;
      return Verdict.END;
    }
    lineNumber++;
    if (found == LineSplitter.Found.TOO_LONG) {
      return Verdict.TOO_LONG;
    }
    line.start(lines.bytes(), lines.from(), lines.to());
    if (lineNumber == 1 && line.peek() == 0xEF && line.peek(1) == 0xBB && line.peek(2) == 0xBF) {
      // a byte order mark
      line.moveTo(line.at() + 3);
    }
    return recognise(into);
  }

  private Verdict recognise(CanFrame into) {
    boolean isErrorText = afterErrorMessage && Candump.isErrorText(line);
    line.skipBlanks();
    int first = line.peek();
    if (first == '(') {
      return candump.stamped(line, into);
    }
    if (first == -1 || first == '#' || isErrorText || (first == '/' && line.peek(1) == '/')) {
      return Verdict.NOTHING;
    }
    if (first == ';') {
      return trace.header(line);
    }
    if (first == '*' && line.peek(1) == '*') {
      return exports.busMasterHeader(line);
    }
    return first >= '0' && first <= '9' ? numbered(into) : worded(into);
  }

  /** A line that begins with a digit: its first word, and at times the second, tell what it is. */
  private Verdict numbered(CanFrame into) {
    int start = line.at();
    line.word();
    if (line.wordHas('#')) {
      line.moveTo(start);
      return candump.bare(line, into);
    }
    if (line.wordAt(line.wordLength() - 1) == ')') {
      return trace.first(line, into);
    }
    boolean isFraction = line.wordHas('.');
    if (line.wordHas(';') || line.wordHas(',') || line.wordHas(':')) {
      boolean hasSemicolon = line.wordHas(';');
      boolean hasComma = line.wordHas(',');
      line.moveTo(start);
      return hasSemicolon
          ? exports.microchip(line, into)
          : hasComma ? exports.commas(line, into) : exports.busMaster(line, into);
    }
    int second = line.at();
    line.word();
    if (line.wordAt(0) == '(') {
      // frames numbered by whoever wrote the log
      line.moveTo(line.wordFrom());
      return candump.stamped(line, into);
    }
    if (isFraction && TextExports.isCrtdType(line)) {
      line.moveTo(start);
      long timeNs = line.decimalNs(1_000_000_000L);
      line.word();
      return exports.crtd(line, into, timeNs);
    }
    line.moveTo(isFraction ? start : second);
    return isFraction ? asc.event(line, into) : trace.second(line, into);
  }

  /** A line that begins with anything else: a header, or the name of a bus. */
  private Verdict worded(CanFrame into) {
    int start = line.at();
    line.word();
    if (line.wordHas('#')) {
      line.moveTo(start);
      return candump.bare(line, into);
    }
    if (TextExports.isHeader(line)) {
      return Verdict.NOTHING;
    }
    Verdict header = asc.header(line);
    if (header != Verdict.UNKNOWN_FORM) {
      return header;
    }
    line.moveTo(start);
    return candump.unstamped(line, into);
  }

  /** How many lines were read, which is the number of the line read last, from 1. */
  public long lineNumber() {
    return lineNumber;
  }

  /** How many lines turned out to be this. */
  public long count(Verdict verdict) {
    return tally(verdict).count;
  }

  /** The number of the first line that turned out to be this; 0 if none did. */
  public long firstLine(Verdict verdict) {
    return tally(verdict).firstLine;
  }

  /** How many lines should have been frames and could not be read. */
  public long malformed() {
    long sum = 0;
    for (Verdict verdict : Verdict.values()) {
      sum += verdict.isMalformed() ? count(verdict) : 0;
    }
    return sum;
  }

  /** How many bytes of the file were taken so far, packed ones if it is packed; 0 for a stream that is no file. */
  public long positionBytes() {
    try {
      return in instanceof FileInputStream file ? file.getChannel().position() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Closes the log; a second time does nothing. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // nothing is written, so nothing can be lost
      hasEnded = true;
    }
    hasEnded = true;
  }
}
