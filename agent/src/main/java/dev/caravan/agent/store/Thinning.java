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
    void losing(long sequence, long entries, long reports) throws IOException;
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

  /** What is about to go, and the entry read last. */
  private static final class Sum {
    long entries;
    long reports;
    final List<StoredEntry> handed = new ArrayList<>();

    @Nullable
    StoredEntry last;

    void add(StoredEntry each) {
      entries++;
      reports += each.entry().reports();
    }
  }

  private void thin(Segment old, Notice notice) throws IOException {
    int times = old.thinned.times() + 1;
    Sum taken = new Sum();
    read(old, each -> {
      StoredEntry before = taken.last;
      if (before != null && !isKept(before, times) && !isGone(before)) {
        taken.add(before);
      }
      taken.last = each;
    });
    StoredEntry last = taken.last;
    if (last == null) {
      old.unreadable = true;
      return;
    }
    long lastKept = last.entry().sequence();
    SegmentFormat header = new SegmentFormat(
        old.first,
        old.timeNs,
        old.reportsBefore,
        new SegmentFormat.Thinned(
            times, old.thinned.entries() + taken.entries, old.thinned.reports() + taken.reports));
    Segment fresh = segments.written(
        header,
        into -> backlog.whole(old, each -> {
          if (isKept(each, times) || each.entry().sequence() == lastKept) {
            into.take(each);
          }
        }));
    notice.losing(old.first, taken.entries, taken.reports);
    segments.named(fresh);
    lock.lock();
    try {
      segments.replace(old, fresh);
      old.closeFile();
      // until it is forced, a power cut may bring the old one back, which is as well
      segments.namesStillChanged();
      removal.evictSome(old.first, taken.entries, taken.reports, List.of(), WHY);
      writer.forget(
          old.first, old.last, each -> !isKept(each, times) && each.entry().sequence() != lastKept);
    } finally {
      lock.unlock();
    }
    backlog.reset();
  }

  private static boolean isKept(StoredEntry each, int times) {
    return each.entry().sequence() % (1L << times) == 0;
  }

  private boolean isGone(StoredEntry each) {
    lock.lock();
    try {
      return removal.isGone(each.entry().sequence());
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Segment evictOldest() throws IOException {
    Segment oldest;
    Segment after;
    boolean isReadable;
    lock.lock();
    try {
      oldest = segments.oldest();
      after = oldest == null ? null : segments.after(oldest);
      if (oldest == null
          || after == null
          || !segments.hasDurableAfter(oldest, writer.durableThrough())) {
        return null;
      }
      isReadable = !oldest.hollow && !oldest.unreadable;
      if (!isReadable) {
        return writer.evictOldest();
      }
    } finally {
      lock.unlock();
    }
    Sum still = new Sum();
    read(oldest, each -> {
      lock.lock();
      try {
        if (removal.isHanded(each.entry().sequence())) {
          still.handed.add(each);
        } else if (!removal.isGone(each.entry().sequence())) {
          still.add(each);
        }
      } finally {
        lock.unlock();
      }
    });
    lock.lock();
    try {
      removal.evictSome(oldest.first, still.entries, still.reports, still.handed, WHY);
      removal.evictedThrough(after.first - 1, after.reportsBefore);
      segments.remove(oldest);
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  private void read(Segment segment, Backlog.Taker taker) throws IOException {
    try {
      backlog.whole(segment, taker);
    } catch (IOException e) {
      segment.unreadable = true;
      throw e;
    }
  }
}
