package dev.caravan.agent.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences out of the order of a queue that need not be looked for any more, as runs: delivered before older ones, or
 * dropped before they were written.
 *
 * <p>Guarded by the queue's lock.
 */
final class Gone {
  private static final int MOST_RUNS = 4096;

  /**
   * An unbroken run.
   *
   * @param reportsBefore reports in all entries written before the run; -1 where none of the run was written
   * @param reportsThrough reports in all entries written up to its end
   */
  private record Run(long first, long last, long reportsBefore, long reportsThrough) {
    Run and(Run next) {
      boolean nextOnly = reportsBefore < 0;
      return new Run(
          first,
          next.last,
          nextOnly ? next.reportsBefore : reportsBefore,
          Math.max(reportsThrough, next.reportsThrough));
    }

    long reports() {
      return reportsBefore < 0 ? 0 : reportsThrough - reportsBefore;
    }
  }

  private final TreeMap<Long, Run> runs = new TreeMap<>();

  /** One that was never written. */
  void add(long sequence) {
    add(sequence, -1, -1);
  }

  /** One that is not in it yet. */
  void add(long sequence, long reportsBefore, long reportsThrough) {
    Run run = new Run(sequence, sequence, reportsBefore, reportsThrough);
    Map.Entry<Long, Run> before = runs.lowerEntry(sequence);
    if (before != null && before.getValue().last == sequence - 1) {
      runs.remove(before.getKey());
      run = before.getValue().and(run);
    }
    Run after = runs.remove(sequence + 1);
    runs.put(run.first, after == null ? run : run.and(after));
  }

  /** The sequences of a stretch that are not in it, as runs of first and last. */
  List<long[]> others(long first, long last) {
    List<long[]> others = new ArrayList<>();
    long at = first;
    while (at <= last) {
      if (contains(at)) {
        at = through(at) + 1;
        continue;
      }
      Long next = runs.higherKey(at);
      long end = next == null ? last : Math.min(last, next - 1);
      others.add(new long[] {at, end});
      at = end + 1;
    }
    return others;
  }

  boolean contains(long sequence) {
    Map.Entry<Long, Run> run = runs.floorEntry(sequence);
    return run != null && run.getValue().last >= sequence;
  }

  boolean isScattered() {
    return runs.size() >= MOST_RUNS;
  }

  /** The end of the run that holds a sequence or begins behind it; else the sequence itself. */
  long through(long sequence) {
    Map.Entry<Long, Run> run = runs.floorEntry(sequence + 1);
    return run == null ? sequence : Math.max(sequence, run.getValue().last);
  }

  /** How many there are up to a sequence. */
  long count(long through) {
    return runs.headMap(through, true).values().stream()
        .mapToLong(run -> Math.min(run.last, through) - run.first + 1)
        .sum();
  }

  /** Reports in them up to a sequence, through which so many reports were written. */
  long reports(long through, long reportsThrough) {
    return runs.headMap(through, true).values().stream()
        .mapToLong(run -> run.last <= through || run.reportsBefore < 0
            ? run.reports()
            : Math.max(0, reportsThrough - run.reportsBefore))
        .sum();
  }

  /** Forgets the runs up to a sequence; gives the reports in all entries written up to their end, -1 if not known. */
  long forgetThrough(long sequence) {
    long reportsThrough = -1;
    while (!runs.isEmpty() && runs.firstKey() <= sequence) {
      reportsThrough = Math.max(reportsThrough, runs.pollFirstEntry().getValue().reportsThrough);
    }
    return reportsThrough;
  }
}
