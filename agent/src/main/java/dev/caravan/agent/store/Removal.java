package dev.caravan.agent.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a queue was emptied, by delivery or by eviction, and which entries are out with the courier. What is evicted
 * while it is out is counted as lost only once the courier comes back without having delivered it.
 *
 * <p>Guarded by the queue's lock.
 */
final class Removal {
  private final Losses losses;
  private long removedThrough;
  private long reportsRemoved;
  private List<StoredEntry> handed = List.of();
  private final List<StoredEntry> evictedWhileHanded = new ArrayList<>();
  private String evictedWhy = "";

  // dropped before they were written, from and through, in order, above what was removed
  private final ArrayDeque<long[]> gaps = new ArrayDeque<>();

  Removal(Losses losses, long removedThrough, long reportsRemoved) {
    this.losses = losses;
    this.removedThrough = removedThrough;
    this.reportsRemoved = reportsRemoved;
  }

  long removedThrough() {
    return removedThrough;
  }

  /** Reports in all written entries up to the last removed. */
  long reportsRemoved() {
    return reportsRemoved;
  }

  void handOut(List<StoredEntry> entries) {
    handed = entries;
  }

  /** The courier comes for more, or never again: what is out comes back. */
  void takeBack() {
    for (StoredEntry each : evictedWhileHanded) {
      losses.evicted(1, each.entry().reports(), evictedWhy);
    }
    evictedWhileHanded.clear();
    handed = List.of();
  }

  /** Removes what was delivered or refused for good. */
  void deliveredThrough(long sequence) {
    evictedWhileHanded.removeIf(each -> each.entry().sequence() <= sequence);
    if (sequence > removedThrough) {
      moveTo(sequence);
      for (StoredEntry each : handed) {
        if (each.entry().sequence() <= sequence) {
          reportsRemoved = Math.max(reportsRemoved, each.reportsThrough());
        }
      }
    }
  }

  /** An entry is lost before it was written; it is counted now, and not when its place in the sequence is passed. */
  void dropped(Entry entry, String why) {
    losses.evicted(1, entry.reports(), why);
    long[] latest = gaps.peekLast();
    if (latest != null && latest[1] == entry.sequence() - 1) {
      latest[1]++;
    } else {
      gaps.add(new long[] {entry.sequence(), entry.sequence()});
    }
  }

  private long gapsThrough(long sequence) {
    long count = 0;
    for (long[] gap : gaps) {
      long from = Math.max(gap[0], removedThrough + 1);
      count += Math.max(0, Math.min(gap[1], sequence) - from + 1);
    }
    return count;
  }

  private void moveTo(long sequence) {
    removedThrough = Math.max(removedThrough, sequence);
    while (!gaps.isEmpty() && gaps.element()[1] <= removedThrough) {
      gaps.remove();
    }
  }

  /** Removes one entry, the oldest, and counts it as lost. */
  void evict(StoredEntry oldest, String why) {
    moveTo(oldest.entry().sequence());
    reportsRemoved = Math.max(reportsRemoved, oldest.reportsThrough());
    losses.evicted(1, oldest.entry().reports(), why);
  }

  /** Passes over what is not there; a hole has its own count. */
  void passThrough(long sequence) {
    moveTo(sequence);
  }

  /**
   * Removes the oldest entries, which are written, and counts them as lost.
   *
   * @param reportsThrough reports in all written entries up to the sequence; -1 if not known
   */
  void evictThrough(long sequence, long reportsThrough, String why) {
    if (sequence <= removedThrough) {
      return;
    }
    long batches = sequence - removedThrough - gapsThrough(sequence);
    long reports = reportsThrough < 0 ? 0 : reportsThrough - reportsRemoved;
    for (StoredEntry each : handed) {
      if (each.entry().sequence() > removedThrough && each.entry().sequence() <= sequence) {
        evictedWhileHanded.add(each);
        evictedWhy = why;
        batches--;
        reports -= each.entry().reports();
      }
    }
    moveTo(sequence);
    reportsRemoved = Math.max(reportsRemoved, reportsThrough);
    losses.evicted(batches, reports, why);
  }
}
