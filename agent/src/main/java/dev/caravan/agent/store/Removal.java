package dev.caravan.agent.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a queue was emptied, by delivery or by eviction, what is gone beyond that, and which entries are out with the
 * courier. What is evicted while it is out is counted as lost only once the courier comes back without having delivered
 * it. What is set aside is evicted as if it had never been sent.
 *
 * <p>Guarded by the queue's lock.
 */
final class Removal {
  private final Losses losses;
  private final Gone gone = new Gone();
  private long removedThrough;
  private long reportsRemoved;
  private final List<StoredEntry> handed = new ArrayList<>();
  private List<StoredEntry> handedOldest = List.of();
  private final List<StoredEntry> evictedWhileHanded = new ArrayList<>();
  private String evictedWhy = "";
  private final TreeMap<Long, Aside> aside = new TreeMap<>();
  // all through here is gone or set aside
  private long passedThrough;
  private final long openedAt;
  private @Nullable Entry newestHanded;

  /** An entry that is not given out for now, and how many reports had been written before and with it. */
  private record Aside(long reportsBefore, long reportsThrough) {}

  Removal(Losses losses, long removedThrough, long reportsRemoved) {
    this.losses = losses;
    this.removedThrough = removedThrough;
    this.openedAt = removedThrough;
    this.passedThrough = removedThrough;
    this.reportsRemoved = reportsRemoved;
  }

  long removedThrough() {
    return removedThrough;
  }

  /** Reports in all written entries up to the last removed. */
  long reportsRemoved() {
    return reportsRemoved;
  }

  /** Whether an entry belongs to a stream that has ended. */
  boolean isFormer(long sequence) {
    return losses.isFormer(sequence);
  }

  /** What was lost since the queue was made, but for streams that had ended, with what will be unless the courier comes back and has delivered it. */
  Lost lost() {
    long entries = 0;
    long reports = 0;
    for (StoredEntry each : evictedWhileHanded) {
      if (!losses.isFormer(each.entry().sequence())) {
        entries++;
        reports += each.entry().reports();
      }
    }
    return losses.lost().andEvicted(entries, reports);
  }

  /** Whether an entry was removed, or dropped before it was written. */
  boolean isGone(long sequence) {
    return sequence <= removedThrough || gone.contains(sequence);
  }

  /** The end of what is gone from the sequence behind this one on; the sequence itself if that is there. */
  long goneThrough(long sequence) {
    return gone.through(sequence);
  }

  /** How many entries above {@link #removedThrough()} are gone. */
  long goneBeyond() {
    return gone.count(Long.MAX_VALUE);
  }

  /** Reports in what is gone beyond it, of so many in all that were written. */
  long goneReports(long reportsThrough) {
    return gone.reports(Long.MAX_VALUE, reportsThrough);
  }

  /** Whether what is gone lies in so many pieces that no more should be made. */
  boolean isScattered() {
    return gone.isScattered();
  }

  boolean isAside(long sequence) {
    return aside.containsKey(sequence);
  }

  /** The first from a sequence on that is neither gone nor set aside; it may not have been written yet. */
  long firstThere(long from) {
    long at = Math.max(from, removedThrough + 1);
    while (true) {
      if (gone.contains(at)) {
        at = gone.through(at) + 1;
      } else if (isAside(at)) {
        at++;
      } else {
        return at;
      }
    }
  }

  /** Up to where all is gone or set aside. */
  long passedThrough() {
    passedThrough = firstThere(passedThrough + 1) - 1;
    return passedThrough;
  }

  /** Of the entries that are out these are not given out again, until they are {@link #delivered} or {@link #giveAgain given again}. */
  void setAside(Collection<Long> sequences) {
    for (StoredEntry each : handed) {
      long sequence = each.entry().sequence();
      if (sequences.contains(sequence) && !isGone(sequence)) {
        aside.put(sequence, new Aside(each.reportsBefore(), each.reportsThrough()));
      }
    }
    handed.removeIf(each -> isAside(each.entry().sequence()));
  }

  void giveAgain(Collection<Long> sequences) {
    for (long each : sequences) {
      if (aside.remove(each) != null) {
        passedThrough = Math.min(passedThrough, each - 1);
        // it lies between them now
        handedOldest = List.of();
      }
    }
  }

  void handOut(List<StoredEntry> entries) {
    handed.addAll(entries);
    for (StoredEntry each : entries) {
      if (each.entry().sequence() > handedThrough()) {
        newestHanded = each.entry();
      }
    }
  }

  /** Of the entries that ever were out since the queue was opened, the one with the highest sequence. */
  @Nullable
  Entry newestHanded() {
    return newestHanded;
  }

  /** Its sequence, or how far the queue was emptied when it was opened. */
  long handedThrough() {
    Entry newest = newestHanded;
    return newest == null ? openedAt : newest.sequence();
  }

  /** Entries from one on and before another were never out, and are not in the queue any more. */
  void passOver(long from, long before) {
    for (long each = from; each < before; each++) {
      if (!isGone(each)) {
        gone.add(each);
      }
    }
    moveTo(removedThrough);
  }

  /** Hands out the oldest entries: between them, and before them, there is nothing else. */
  void handOutOldest(List<StoredEntry> entries) {
    handOut(entries);
    handedOldest = entries;
  }

  boolean isHanded(long sequence) {
    return handed.stream().anyMatch(each -> each.entry().sequence() == sequence);
  }

  /** The courier comes for more, or never again: what is out comes back. */
  void takeBack() {
    for (StoredEntry each : evictedWhileHanded) {
      losses.evicted(each.entry().sequence(), 1, each.entry().reports(), evictedWhy);
    }
    evictedWhileHanded.clear();
    handed.clear();
    handedOldest = List.of();
  }

  /** Removes those of the entries that are out, or set aside, that were delivered or refused for good. */
  void delivered(Collection<Long> sequences) {
    for (long sequence : sequences) {
      Aside there = aside.remove(sequence);
      if (there != null && !isGone(sequence)) {
        gone.add(sequence, there.reportsBefore, there.reportsThrough);
      }
    }
    evictedWhileHanded.removeIf(each -> sequences.contains(each.entry().sequence()));
    for (StoredEntry each : handed) {
      long sequence = each.entry().sequence();
      if (sequences.contains(sequence) && !isGone(sequence)) {
        gone.add(sequence, each.reportsBefore(), each.reportsThrough());
      }
    }
    for (StoredEntry each : handedOldest) {
      if (!isGone(each.entry().sequence()) || isAnyAsideThrough(each.entry().sequence())) {
        break;
      }
      moveTo(each.entry().sequence());
    }
    moveTo(removedThrough);
  }

  private boolean isAnyAsideThrough(long sequence) {
    return !aside.isEmpty() && aside.firstKey() <= sequence;
  }

  /** An entry is lost before it was written; it is counted now, and not when its place in the sequence is passed. */
  void dropped(Entry entry, String why) {
    losses.evicted(entry.sequence(), 1, entry.reports(), why);
    gone.add(entry.sequence());
  }

  /**
   * Counts as lost those entries of a stretch that cannot be read and are not gone; they are gone then.
   *
   * @param reports in them, as far as that is known
   */
  void damaged(long first, long last, long reports, String where) {
    long rest = reports;
    for (long[] run : gone.others(Math.max(first, removedThrough + 1), last)) {
      losses.corrupt(run[0], run[1], rest, where);
      rest = 0;
      for (long sequence = run[0]; sequence <= run[1]; sequence++) {
        gone.add(sequence);
      }
    }
  }

  /**
   * The oldest entries through this one went with their files.
   *
   * @param reportsThrough reports in all written entries up to it; -1 if not known
   */
  void vanished(long through, long reportsThrough, String where) {
    long reports = reportsThrough - reportsRemoved - gone.reports(through, reportsThrough);
    damaged(removedThrough + 1, through, Math.max(0, reports), where);
    moveTo(through);
    reportsRemoved = Math.max(reportsRemoved, reportsThrough);
  }

  private void moveTo(long sequence) {
    removedThrough = Math.max(removedThrough, gone.through(sequence));
    reportsRemoved = Math.max(reportsRemoved, gone.forgetThrough(removedThrough));
    aside.headMap(removedThrough, true).clear();
  }

  /** Removes one entry, the oldest but for those set aside, and counts them as lost. */
  void evict(StoredEntry oldest, String why) {
    aside
        .headMap(oldest.entry().sequence())
        .forEach((sequence, each) ->
            losses.evicted(sequence, 1, each.reportsThrough - each.reportsBefore, why));
    moveTo(oldest.entry().sequence());
    reportsRemoved = Math.max(reportsRemoved, oldest.reportsThrough());
    losses.evicted(oldest.entry().sequence(), 1, oldest.entry().reports(), why);
  }

  /** Passes over what is not there; a hole has its own count. */
  void passThrough(long sequence) {
    moveTo(aside.isEmpty() ? sequence : Math.min(sequence, aside.firstKey() - 1));
  }

  /**
   * Removes the oldest entries, which are written, and counts them as lost.
   *
   * @param reportsThrough reports in all written entries up to the sequence; -1 if not known
   * @param thinned what of them went before, and is counted
   */
  void evictThrough(long sequence, long reportsThrough, SegmentFormat.Thinned thinned, String why) {
    if (sequence <= removedThrough) {
      return;
    }
    long first = removedThrough + 1;
    long batches = sequence - removedThrough - gone.count(sequence) - thinned.entries();
    long reports = reportsThrough < 0
        ? 0
        : reportsThrough
            - reportsRemoved
            - gone.reports(sequence, reportsThrough)
            - thinned.reports();
    for (StoredEntry each : handed) {
      long out = each.entry().sequence();
      if (out <= sequence && !isGone(out)) {
        evictedWhileHanded.add(each);
        evictedWhy = why;
        batches--;
        reports -= each.entry().reports();
      }
    }
    moveTo(sequence);
    reportsRemoved = Math.max(reportsRemoved, reportsThrough);
    losses.evicted(first, batches, reports, why);
  }

  /** The oldest entries through this one are not there any more, and were counted. */
  void evictedThrough(long sequence, long reportsThrough) {
    moveTo(sequence);
    reportsRemoved = Math.max(reportsRemoved, reportsThrough);
  }

  /**
   * Counts entries as lost that are taken out of the order and not gone, those that are out only if they come back; all are of the
   * stream of {@code sequence}.
   */
  void evictSome(long sequence, long entries, long reports, List<StoredEntry> out, String why) {
    for (StoredEntry each : out) {
      if (!isGone(each.entry().sequence())) {
        evictedWhileHanded.add(each);
        evictedWhy = why;
      }
    }
    losses.evicted(sequence, entries, reports, why);
  }

  /** Whether one of a run of entries is out or set aside. */
  boolean isAnyHanded(long first, long last) {
    return !aside.subMap(first, true, last, true).isEmpty()
        || handed.stream()
            .mapToLong(each -> each.entry().sequence())
            .anyMatch(sequence -> sequence >= first && sequence <= last);
  }
}
