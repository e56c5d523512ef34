package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the oldest durable entries, in memory or on disk, and drops those that became too old.
 *
 * <p>The courier's thread uses it.
 */
final class HeadReader {
  private static final int READ_ATTEMPTS = 3;
  private static final long PATIENCE_NS = 60_000_000_000L;

  private final ReentrantLock lock;
  private final Writer writer;
  private final Removal removal;
  private final Backlog backlog;
  private final EntryAge age;
  private final DiskState state;
  private final Timeline timeline;

  // since something could be read
  private int failures;
  private long failingSinceNs;

  HeadReader(
      ReentrantLock lock,
      Writer writer,
      Removal removal,
      Backlog backlog,
      EntryAge age,
      DiskState state,
      Timeline timeline) {
    this.lock = lock;
    this.writer = writer;
    this.removal = removal;
    this.backlog = backlog;
    this.age = age;
    this.state = state;
    this.timeline = timeline;
  }

  /**
   * The oldest entries that are not gone, all durable, handed out to the courier; none if there is none, or if the disk
   * does not give them: a page that cannot be read for a minute is passed over, and what was in it counted as damaged.
   */
  List<StoredEntry> handOut(int atMost, long atMostBytes) {
    return oldest(atMost, atMostBytes, true);
  }

  /** Drops the oldest entries that became too old, but for those that are out. */
  void dropAged() {
    oldest(1, 0, false);
  }

  private List<StoredEntry> oldest(int atMost, long atMostBytes, boolean handsOut) {
    try {
      return readHead(atMost, atMostBytes, handsOut);
    } catch (NoSuchFileException e) {
      state.failed(DiskState.Task.READ, e);
      pass(backlog.skipSegment(removedThrough() + 1, allReports()));
    } catch (IOException e) {
      state.failed(DiskState.Task.READ, e);
      failures++;
      if (failures == 1) {
        failingSinceNs = timeline.monotonicNs();
      }
      if (failures % READ_ATTEMPTS == 0 && timeline.monotonicNs() - failingSinceNs >= PATIENCE_NS) {
        backlog.skipPage();
      }
    }
    return List.of();
  }

  private List<StoredEntry> readHead(int atMost, long atMostBytes, boolean handsOut)
      throws IOException {
    while (true) {
      List<StoredEntry> found = read(atMost, atMostBytes);
      lock.lock();
      try {
        // what was evicted since it was read is counted already
        List<StoredEntry> still = new ArrayList<>(found);
        still.removeIf(each -> removal.isGone(each.entry().sequence()));
        if (still.isEmpty() && !found.isEmpty()) {
          removal.passThrough(found.get(found.size() - 1).entry().sequence());
        }
        while (!still.isEmpty() && isTooOld(still.get(0))) {
          evictAged(still.remove(0));
        }
        boolean more = writer.durableThrough() > removal.removedThrough();
        if (!still.isEmpty() || found.isEmpty() || !more) {
          if (handsOut) {
            removal.handOutOldest(still);
          }
          return still;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isTooOld(StoredEntry each) {
    long sequence = each.entry().sequence();
    return age.isTooOld(sequence, each.entry().timeNs(), each.clockKnown())
        && !removal.isHanded(sequence);
  }

  private void evictAged(StoredEntry each) {
    removal.evict(each, "max_age reached");
    writer.trim();
  }

  /** Reads durable entries; if there is none, the rest of what is durable is holes, and passed over. */
  private List<StoredEntry> read(int atMost, long atMostBytes) throws IOException {
    long from;
    long through;
    lock.lock();
    try {
      from = removal.passedThrough() + 1;
      through = writer.durableThrough();
      List<StoredEntry> recent = writer.recent(from, atMost, atMostBytes);
      if (recent != null && !recent.isEmpty()) {
        return recent;
      }
    } finally {
      lock.unlock();
    }
    List<StoredEntry> found = new ArrayList<>();
    long bytes = 0;
    long at = from;
    try {
      while (found.size() < atMost) {
        StoredEntry each = backlog.next(at, through, found.isEmpty());
        if (each != null && firstThere(each.entry().sequence()) != each.entry().sequence()) {
          // behind a hole, and not to be given out
          at = firstThere(each.entry().sequence());
          continue;
        }
        bytes += each == null ? 0 : each.entry().body().length();
        if (each == null || (!found.isEmpty() && bytes > atMostBytes)) {
          break;
        }
        found.add(each);
        at = firstThere(each.entry().sequence() + 1);
      }
      failures = 0;
      state.did(DiskState.Task.READ);
    } catch (IOException e) {
      if (found.isEmpty()) {
        throw e;
      }
      // those before the place first; it is tried again when they are gone
    }
    if (found.isEmpty()) {
      pass(through);
    }
    return found;
  }

  private void pass(long through) {
    lock.lock();
    try {
      removal.passThrough(through);
      writer.trim();
    } finally {
      lock.unlock();
    }
  }

  private long allReports() {
    lock.lock();
    try {
      return writer.reports();
    } finally {
      lock.unlock();
    }
  }

  private long firstThere(long from) {
    lock.lock();
    try {
      return removal.firstThere(from);
    } finally {
      lock.unlock();
    }
  }

  private long removedThrough() {
    lock.lock();
    try {
      return removal.removedThrough();
    } finally {
      lock.unlock();
    }
  }
}
