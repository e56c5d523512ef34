package dev.caravan.agent.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes room by taking every second entry out of a segment: the oldest of those that were thinned least. So what is in the
 * queue reaches twice as far back at half the resolution, and so on down to every sixteenth entry.
 *
 * <p>The courier's thread uses it. The queue's lock is not held while the disk works.
 */
final class Thinning {
  /** Makes it durable that entries, and reports in them, are about to be lost. */
  interface Notice {
    void losing(long entries, long reports) throws IOException;
  }

  private static final int MOST_TIMES = 4;
  private static final String WHY = Writer.FULL + ", thinning";

  private final ReentrantLock lock;
  private final Segments segments;
  private final Writer writer;
  private final Removal removal;
  private final Backlog backlog;

  Thinning(ReentrantLock lock, Segments segments, Writer writer, Removal removal, Backlog backlog) {
    this.lock = lock;
    this.segments = segments;
    this.writer = writer;
    this.removal = removal;
    this.backlog = backlog;
  }

  /**
   * Thins one segment; if none is left to thin, takes the oldest out of the queue and evicts what is in it.
   *
   * @param notice told before anything goes
   * @return what was taken out, if anything
   */
  @Nullable
  Segment thinOrEvict(Notice notice) throws IOException {
    Segment chosen;
    lock.lock();
    try {
      chosen = choose();
    } finally {
      lock.unlock();
    }
    if (chosen == null) {
      return evictOldest();
    }
    thin(chosen, notice);
    return null;
  }

  /** Of the segments before the last two that are durable and not out, the oldest that was thinned least. */
  private @Nullable Segment choose() {
    List<Segment> all = segments.all();
    Segment best = null;
    for (Segment each : all.subList(0, Math.max(0, all.size() - 2))) {
      boolean canBe = each.sealed
          && !each.dirty
          && !each.suspect
          && !each.hollow
          && !each.unreadable
          && each.reportsBefore >= 0
          && each.last <= writer.durableThrough()
          && each.last > removal.removedThrough()
          && each.thinned.times() < MOST_TIMES
          && !removal.isAnyHanded(each.first, each.last);
      if (canBe && (best == null || each.thinned.times() < best.thinned.times())) {
        best = each;
      }
    }
    return best;
  }

  private void thin(Segment old, Notice notice) throws IOException {
    int times = old.thinned.times() + 1;
    List<StoredEntry> all = read(old);
    if (all.isEmpty()) {
      old.unreadable = true;
      return;
    }
    List<StoredEntry> kept = new ArrayList<>();
    List<StoredEntry> taken = new ArrayList<>();
    lock.lock();
    try {
      for (int i = 0; i < all.size(); i++) {
        StoredEntry each = all.get(i);
        long sequence = each.entry().sequence();
        if (i == all.size() - 1 || sequence % (1L << times) == 0) {
          kept.add(each);
        } else if (!removal.isGone(sequence)) {
          taken.add(each);
        }
      }
    } finally {
      lock.unlock();
    }
    long reports = taken.stream().mapToLong(each -> each.entry().reports()).sum();
    SegmentFormat header = new SegmentFormat(
        old.first,
        old.timeNs,
        old.reportsBefore,
        new SegmentFormat.Thinned(
            times, old.thinned.entries() + taken.size(), old.thinned.reports() + reports));
    Segment fresh = segments.written(header, kept);
    notice.losing(taken.size(), reports);
    segments.named(fresh);
    lock.lock();
    try {
      segments.replace(old, fresh);
      old.closeFile();
      // until it is forced, a power cut may bring the old one back, which is as well
      segments.namesStillChanged();
      removal.evictSome(taken, WHY);
      writer.forget(old.first, old.last, each -> !kept.contains(each));
    } finally {
      lock.unlock();
    }
    backlog.reset();
  }

  private @Nullable Segment evictOldest() throws IOException {
    Segment oldest;
    lock.lock();
    try {
      oldest = segments.oldest();
    } finally {
      lock.unlock();
    }
    if (oldest == null) {
      return null;
    }
    boolean isReadable = !oldest.hollow && !oldest.unreadable;
    List<StoredEntry> all = isReadable ? read(oldest) : List.of();
    lock.lock();
    try {
      if (!isReadable) {
        return writer.evictOldest();
      }
      Segment after = segments.after(oldest);
      if (after == null || !segments.hasDurableAfter(oldest, writer.durableThrough())) {
        return null;
      }
      List<StoredEntry> still = new ArrayList<>(all);
      still.removeIf(each -> removal.isGone(each.entry().sequence()));
      removal.evictThrough(after.first - 1, after.reportsBefore, still, WHY);
      segments.remove(oldest);
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  private List<StoredEntry> read(Segment segment) throws IOException {
    try {
      return backlog.whole(segment);
    } catch (IOException e) {
      segment.unreadable = true;
      throw e;
    }
  }
}
