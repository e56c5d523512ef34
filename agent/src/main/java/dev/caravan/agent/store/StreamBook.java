package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * To which streams the entries of a directory belong, in its file {@code streams}, format version 1: lines of ASCII, each ended by
 * a line feed, the columns of a line separated by one space.
 *
 * <pre>
 *   caravan-streams 1
 *   FIRST BEFORE STREAM FLEET DEVICE ROUTE KIND MACHINE EVICTED REPORTS REJECTED REPORTS   one line for each, oldest first
 *   crc32c CCCCCCCC                                                                         of all before this line, hex
 *
 *   FIRST     sequence in this directory of the entry that has the number 1 in its stream
 *   BEFORE    reports in all entries that were written there before it
 *   STREAM    16 hex digits; - for the stream without a name of directories that had no such file
 *   KIND      data or event; where bodies are of another format than columns, with its word behind a colon, data:json
 *   MACHINE   16 hex digits, {@link MachineId}; - for none
 *   EVICTED   what the cursor says of losses when the stream begins, and is not the stream's: entries evicted, reports in
 *             them, entries rejected, reports in them
 * </pre>
 *
 * <p>The last line is the current stream. It is another one from the next entry on if the directory is found by another
 * {@link Keeper}, a card in another machine, say, or is written in another format; what lies there leaves before, in its own stream and
 * format. Lines go once no entry of
 * theirs is left. The first and the last line keep their form in every later version.
 *
 * <p>Where the file is damaged, what lies there belongs to a stream that is not known, and leaves as one of its own: at worst it
 * arrives twice.
 *
 * <p>Never changes; any thread.
 */
final class StreamBook {
  /**
   * A stream, as far as it lies in one directory.
   *
   * @param first sequence there of its first entry
   * @param reportsBefore in all entries that were written there before it
   * @param lostBefore lost in the directory, as the cursor counts it, and not in this stream
   */
  record Stretch(long first, long reportsBefore, StreamId stream, Keeper keeper, Lost lostBefore) {}

  /** What a directory holds besides the file. */
  record Found(boolean isEmpty, boolean hasCursor, Cursor.Position at, long next, long reports) {}

  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  static final String NAME = "streams";
  private static final String MAGIC = "caravan-streams ";
  private static final String VERSION = "1";
  private static final String CRC = "crc32c ";
  private static final int MOST_BYTES = 1 << 20;
  private static final String NONE = "-";
  private static final Pattern LINE = Pattern.compile(
      "(\\d{1,18}) (\\d{1,18}) ([0-9a-f]{16}|-) (\\S+) (\\S+) (\\S+) (data|event)"
          + "(?::([a-z0-9_]{1,32}))? ([0-9a-f]{16}|-) (\\d{1,18}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");

  private final Disk disk;
  private final Path dir;
  private final List<Stretch> stretches;

  private StreamBook(Disk disk, Path dir, List<Stretch> stretches) {
    this.disk = disk;
    this.dir = dir;
    this.stretches = List.copyOf(stretches);
  }

  /**
   * The book of a directory that is opened, written if it says anything new.
   *
   * @param goesOn the streams that go on in a directory that was made for them; none else
   * @throws IOException if it cannot be read or written, or is of a version that this program does not know
   */
  static StreamBook open(Disk disk, Path dir, Keeper keeper, Found found, List<Stretch> goesOn)
      throws IOException {
    long removed = found.at.removedThrough();
    List<Stretch> written = List.of();
    boolean isKnown = true;
    if (!found.isEmpty && disk.names(dir).contains(NAME)) {
      String text = text(disk, dir);
      written = parsed(text, dir);
      isKnown = !written.isEmpty();
      if (!isKnown) {
        LOG.warn(
            "read {}: damaged; entries that lie there, sequence={}..{}, leave as a stream of their own, perhaps again",
            dir.resolve(NAME),
            removed + 1,
            found.next - 1);
      }
    }
    List<Stretch> all = new ArrayList<>(found.isEmpty ? goesOn : written);
    if (!isKnown) {
      all.add(new Stretch(
          removed + 1, found.at.reportsRemoved(), StreamId.random(), keeper, Lost.NOTHING));
    } else if (all.isEmpty() && !found.isEmpty) {
      all.add(new Stretch(1, 0, StreamId.NONE, keeper.before(), Lost.NOTHING));
    }
    Stretch last = all.isEmpty() ? null : all.get(all.size() - 1);
    if (last == null || !isKnown || !keeper.goesOnWith(last.keeper)) {
      long first = Math.max(found.next, last == null ? 1 : last.first);
      Stretch begun = new Stretch(first, found.reports, StreamId.random(), keeper, found.at.lost());
      all.add(begun);
      if (last != null && isKnown) {
        LOG.info(
            "{}: of {}, now of {}: stream {} begins, earlier entries leave before it",
            dir,
            last.keeper,
            keeper,
            begun.stream);
      }
    } else {
      // without a cursor the count that the losses were taken from is gone
      Lost lostBefore = found.hasCursor || found.isEmpty ? last.lostBefore : Lost.NOTHING;
      all.set(
          all.size() - 1,
          new Stretch(last.first, last.reportsBefore, last.stream, keeper, lostBefore));
    }
    for (int i = all.size() - 2; i >= 0; i--) {
      if (all.get(i + 1).first <= Math.max(removed + 1, all.get(i).first)) {
        all.remove(i);
      }
    }
    StreamBook book = new StreamBook(disk, dir, all);
    if (!lines(all).equals(lines(written))) {
      book.write();
    }
    return book;
  }

  /**
   * What the file of a directory says, to look at; nothing if it is not there or damaged.
   *
   * @throws IOException if it cannot be read, or is of a version that this program does not know
   */
  static Optional<StreamBook> openToRead(Disk disk, Path dir) throws IOException {
    if (!disk.names(dir).contains(NAME)) {
      return Optional.empty();
    }
    List<Stretch> written = parsed(text(disk, dir), dir);
    return written.isEmpty() ? Optional.empty() : Optional.of(new StreamBook(disk, dir, written));
  }

  private static String text(Disk disk, Path dir) throws IOException {
    try (Disk.File file = disk.openToRead(dir.resolve(NAME))) {
      ByteBuffer in = ByteBuffer.allocate((int) Math.min(MOST_BYTES, file.sizeBytes()));
      int got = 0;
      while (in.hasRemaining() && got >= 0) {
        got = file.read(in, in.position());
      }
      return new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * The lines of a file; none if it is damaged.
   *
   * @throws UnfitStoreException if it is whole, and of another version
   */
  static List<Stretch> parsed(String text, Path dir) throws UnfitStoreException {
    int end = text.lastIndexOf(CRC);
    if (end < 0
        || !text.startsWith(MAGIC)
        || !text.substring(end).equals(lastLine(text.substring(0, end)))) {
      return List.of();
    }
    List<String> lines = text.substring(0, end).lines().toList();
    String version = lines.get(0).substring(MAGIC.length());
    if (!version.equals(VERSION)) {
      throw new UnfitStoreException("read " + dir.resolve(NAME) + ": version=" + version + "; want "
          + VERSION + ", was it written by a newer program?");
    }
    List<Stretch> read = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      Matcher columns = LINE.matcher(line);
      if (!columns.matches()) {
        return List.of();
      }
      Stretch each = stretch(columns);
      if (each.first < (read.isEmpty() ? 1 : read.get(read.size() - 1).first + 1)) {
        return List.of();
      }
      read.add(each);
    }
    return read;
  }

  private static Stretch stretch(Matcher columns) {
    StreamOwner owner = new StreamOwner(
        new DeviceName(columns.group(4), columns.group(5)),
        columns.group(6),
        StreamKind.of(columns.group(7)));
    return new Stretch(
        Long.parseLong(columns.group(1)),
        Long.parseLong(columns.group(2)),
        new StreamId(bytes(columns.group(3))),
        new Keeper(
            owner,
            Optional.ofNullable(columns.group(8)).orElse(Keeper.USUAL_FORMAT),
            new MachineId(bytes(columns.group(9)))),
        new Lost(
            Long.parseLong(columns.group(10)),
            Long.parseLong(columns.group(11)),
            Long.parseLong(columns.group(12)),
            Long.parseLong(columns.group(13))));
  }

  private static String kind(Keeper keeper) {
    String kind = keeper.owner().kind().toString();
    return keeper.format().equals(Keeper.USUAL_FORMAT) ? kind : kind + ":" + keeper.format();
  }

  private static Bytes bytes(String column) {
    return column.equals(NONE) ? Bytes.EMPTY : Bytes.ofHex(column);
  }

  private static String column(Bytes bytes) {
    return bytes.length() == 0 ? NONE : bytes.toString();
  }

  private static String line(Stretch each) {
    StreamOwner owner = each.keeper.owner();
    Lost lost = each.lostBefore;
    return each.first + " " + each.reportsBefore + " " + column(each.stream.bytes()) + " "
        + owner.device().fleet() + " "
        + owner.device().device() + " " + owner.route() + " " + kind(each.keeper) + " "
        + column(each.keeper.machine().hash()) + " " + lost.entriesEvicted() + " "
        + lost.reportsEvicted() + " " + lost.entriesRejected() + " " + lost.reportsRejected()
        + "\n";
  }

  private static String lines(List<Stretch> stretches) {
    return stretches.stream().map(StreamBook::line).collect(Collectors.joining());
  }

  private static String lastLine(String before) {
    CRC32C crc = new CRC32C();
    crc.update(before.getBytes(StandardCharsets.ISO_8859_1));
    return String.format("%s%08x\n", CRC, crc.getValue());
  }

  /** Replaces the file, durably. */
  void write() throws IOException {
    String lines = MAGIC + VERSION + "\n" + lines(stretches);
    String text = lines + lastLine(lines);
    Path part = dir.resolve(NAME + SegmentFormat.PART);
    disk.delete(part);
    try (Disk.File fresh = disk.open(part)) {
      ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (content.hasRemaining()) {
        fresh.write(content, content.position());
      }
      fresh.force();
    }
    disk.move(part, dir.resolve(NAME));
    disk.forceNames(dir);
  }

  /** All of them, oldest first. */
  List<Stretch> stretches() {
    return stretches;
  }

  /** What is written now. */
  Stretch current() {
    return stretches.get(stretches.size() - 1);
  }

  /** The stream of a sequence of this directory. */
  Stretch holding(long sequence) {
    Stretch found = stretches.get(0);
    for (Stretch each : stretches) {
      found = each.first <= sequence ? each : found;
    }
    return found;
  }

  /** Where the entry of a sequence of this directory stands in its stream. */
  Place place(long sequence) {
    Stretch in = holding(sequence);
    return new Place(in.stream, sequence - in.first + 1, in.keeper.format());
  }
}
