package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * Reads a log of CAN frames line by line, compressed with gzip or not, in UTF-8 or UTF-16.
 *
 * <p>Lines of most forms are recognised by themselves, so a log may begin and end anywhere; tables only below their head.
 * A line in another form than those before it is counted and not read, unless the one like it before was counted so too:
 * logs that are joined go on. What is no log, or a table with a head that is not known, is refused as long as no frame was
 * read.
 *
 * <p>A line that cannot be read is counted by kind and never thrown. Frames of candump -L cost no object. A line without
 * a time has that of the frame before it, 0 at the start; times without a date count from 1970, those with a minus sign
 * before it. One thread uses a reader.
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

  /** Of a file that may be no log, so many lines are looked at. */
  private static final int PROBE_LINES = 1000;

  private final InputStream in;
  private final LineSplitter lines;
  private final LineCursor line = new LineCursor();
  private final LogScratch scratch = new LogScratch();
  private final LineRecogniser recogniser;
  private final List<String> remarks = new ArrayList<>();

  private final Map<Verdict, Tally> tallies = new EnumMap<>(Verdict.class);
  private long lineNumber;
  private boolean hasEnded;
  private boolean hasFrame;
  private boolean hasFallen;

  private LogReader(InputStream in) throws IOException {
    this.in = in;
    this.lines = new LineSplitter(LogText.of(in));
    this.recogniser = new LineRecogniser(scratch, lines);
    for (Verdict verdict : Verdict.values()) {
      tallies.put(verdict, new Tally());
    }
  }

  /**
   * Opens a log.
   *
   * @throws IOException if it cannot be opened or its beginning cannot be read
   * @throws UnreadableLogException if its first bytes say that it is no text
   */
  public static LogReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("open " + file + ": a folder; want a file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("open " + file + ": a device or a pipe; want a file");
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

  /** Why a file is no log, by its first bytes and lines; empty if it is one, is empty, or is no plain file. */
  static Optional<String> refusal(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (LogReader reader = open(file)) {
      CanFrame frame = new CanFrame();
      Verdict verdict = Verdict.NOTHING;
      while (reader.lineNumber < PROBE_LINES
          && verdict != Verdict.FRAME
          && verdict != Verdict.END) {
        verdict = reader.next(frame);
      }
      return verdict == Verdict.END && reader.malformed() > 0
          ? Optional.of("no line of it is a frame of a known log")
          : Optional.empty();
    } catch (UnreadableLogException e) {
      return Optional.ofNullable(e.getMessage());
    } catch (IOException e) {
      // whoever opens it is told
      return Optional.empty();
    }
  }

  /**
   * Reads the next line.
   *
   * @param into takes the frame, if it is one; left alone otherwise
   * @throws IOException if the log itself cannot be read on
   * @throws UnreadableLogException if it turns out to be no log
   */
  public Verdict next(CanFrame into) throws IOException {
    Verdict verdict = hasEnded ? Verdict.END : read(into);
    if (verdict == Verdict.FRAME) {
      if (!hasFrame || into.timeNs() < scratch.lastNs) {
        remark(into.timeNs());
      }
      hasFrame = true;
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
      recogniser.end();
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
    return recogniser.read(line, into);
  }

  /** Says once of the log what is odd in its times: of the first frame, or of one that is earlier than the one before. */
  private void remark(long timeNs) {
    if (!hasFrame) {
      if (recogniser.addsTimesUp()) {
        remarks.add("line " + lineNumber
            + ": the stamps are taken for differences (candump -td) and added up; record with -ta"
            + " or -L to have the time of day");
      }
    } else if (!hasFallen) {
      hasFallen = true;
      remarks.add(String.format(
          Locale.ROOT,
          "line %d: time runs backwards, by %.6f s, and is kept as it is: joined logs, a clock that"
              + " was set, or differences in place of times (candump -td; record with -ta or -L)",
          lineNumber,
          (scratch.lastNs - timeNs) / 1e9));
    }
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

  /** What was odd so far, at most once of each kind, with the number of its line; a view that grows. */
  public List<String> remarks() {
    return Collections.unmodifiableList(remarks);
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
