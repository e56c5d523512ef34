package dev.caravan.agent.store;

import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes out of a queue what goes on elsewhere. The courier's lock of the queue is held. */
final class Leaving {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private final QueueParts parts;

  Leaving(QueueParts parts) {
    this.parts = parts;
  }

  /**
   * What a queue leaves whose disk cannot be used now, but comes back with what is on it.
   *
   * @param unsure in memory, written, and perhaps not on the disk; never handed out
   * @param held never written nor handed out
   * @param onDisk how many more are on the disk alone
   * @param onDiskReports reports in them
   * @param newestHanded of those that were handed out the one with the highest sequence
   */
  record Rest(
      List<Entry> unsure,
      List<Entry> held,
      long onDisk,
      long onDiskReports,
      @Nullable Entry newestHanded) {}

  /**
   * What a queue leaves whose files are gone for good.
   *
   * @param at how far it was emptied, and its streams; what was neither delivered nor in memory is counted as lost
   * @param entries in memory, with their sequences
   * @param newestHanded of those that were handed out the one with the highest sequence
   */
  record Saved(
      QueueParts.Beginning at,
      List<Entry> entries,
      @Nullable Entry newestHanded) {}

  /** Those above a sequence that were never handed out, all durable; at least one, if there is any. */
  List<Entry> neverHandedOut(long above, long atMostBytes) throws IOException {
    return left(Math.max(above, parts.locked(parts.removal::handedThrough)) + 1, atMostBytes);
  }

  /** All that are durable and not gone, in a queue that goes on elsewhere. */
  Saved all() throws IOException {
    Removal removal = parts.removal;
    List<Entry> entries = left(parts.locked(removal::removedThrough) + 1, Long.MAX_VALUE);
    return parts.locked(() -> new Saved(
        beginning(removal.removedThrough(), removal.reportsRemoved()),
        entries,
        removal.newestHanded()));
  }

  private QueueParts.Beginning beginning(long removedThrough, long reports) {
    return new QueueParts.Beginning(
        new Cursor.Position(removedThrough, reports, removedThrough, 0, parts.removal.lost()),
        parts.streams.stretches());
  }

  /** Those of some entries, with rising sequences, that a queue does not hold which nothing was taken from yet. */
  List<Entry> lacking(List<Entry> entries) throws IOException {
    List<Entry> lacking = new ArrayList<>();
    for (Entry each : entries) {
      StoredEntry there = parts.backlog.next(each.sequence(), each.sequence(), false);
      if (there == null || !there.entry().equals(each)) {
        lacking.add(each);
      }
    }
    return lacking;
  }

  private List<Entry> left(long first, long atMostBytes) throws IOException {
    long from = first;
    long through = parts.locked(parts.writer::durableThrough);
    List<Entry> found = new ArrayList<>();
    long bytes = 0;
    while (bytes <= atMostBytes) {
      StoredEntry each = parts.backlog.next(from, through, false);
      if (each == null) {
        break;
      }
      long sequence = each.entry().sequence();
      if (!parts.locked(() -> parts.removal.isGone(sequence))) {
        found.add(each.entry());
        bytes += each.entry().body().length();
      }
      from = sequence + 1;
    }
    return found;
  }

  /** With the lock held; nothing is written any more. */
  Rest rest() {
    Writer writer = parts.writer;
    Removal removal = parts.removal;
    List<Entry> unsure = new ArrayList<>();
    for (StoredEntry each :
        writer.remembered(removal.handedThrough() + 1, writer.writtenThrough())) {
      if (!removal.isGone(each.entry().sequence())) {
        unsure.add(each.entry());
      }
    }
    List<Entry> held = writer.takeHeld();
    long all = parts.waiting().entries();
    long reports = writer.reports()
        - removal.reportsRemoved()
        - removal.goneReports(writer.reports())
        - unsure.stream().mapToLong(Entry::reports).sum();
    return new Rest(
        unsure,
        held,
        all - unsure.size() - held.size(),
        Math.max(0, reports),
        removal.newestHanded());
  }

  /** With the lock held; nothing is written any more. */
  Saved saved() {
    Removal removal = parts.removal;
    List<StoredEntry> written = new ArrayList<>(
        parts.writer.remembered(removal.removedThrough() + 1, parts.writer.writtenThrough()));
    written.removeIf(each -> removal.isGone(each.entry().sequence()));
    List<Entry> entries = new ArrayList<>();
    written.forEach(each -> entries.add(each.entry()));
    List<Entry> held = parts.writer.takeHeld();
    entries.addAll(held);
    long first = entries.isEmpty() ? parts.next : entries.get(0).sequence();
    long reports = written.isEmpty() ? parts.writer.reports() : written.get(0).reportsBefore();
    removal.vanished(first - 1, reports, "its file is gone");
    return new Saved(beginning(first - 1, reports), entries, removal.newestHanded());
  }

  /** Lets go of the files, as they are. */
  void close() {
    try {
      parts.backlog.reset();
      parts.upkeep.close();
      parts.directory.close();
    } catch (IOException e) {
      LOG.debug("files of a store not closed: {}", Words.of(e));
    }
  }
}
