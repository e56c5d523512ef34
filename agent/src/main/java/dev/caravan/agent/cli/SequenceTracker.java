package dev.caravan.agent.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Watches the sequence numbers of one route of one device, as they arrive: what is new, what came twice, what is
 * missing. What was sent before the first number seen is not missed. One thread.
 */
final class SequenceTracker {
  /** What one arrival is. */
  enum Arrival {
    /** Not seen before. */
    NEW,
    /** Seen before, with the same content. */
    DUPLICATE,
    /** Seen before, with other content: the sender broke its promise. */
    CONFLICT
  }

  /** How many of the newest numbers are remembered with a digest of their content. */
  private static final int REMEMBERED = 200_000;

  /** A missing number may still come from a backlog; a gap is told when so many others came since a number in it did. */
  private static final int PATIENCE = 32;

  /** A run of missing numbers, and after how many arrivals it became what it is. */
  private record Hole(long last, long since) {}

  private final Map<Long, Long> digests = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
      return size() > REMEMBERED;
    }
  };

  // by the first missing number
  private final NavigableMap<Long, Hole> holes = new TreeMap<>();
  private final Map<Long, Long> told = new HashMap<>();
  private long first = -1;
  private long highest = -1;
  private long arrivals;

  /** One arrival; {@code digest} stands for its content. */
  Arrival arrived(long sequence, long digest) {
    Long before = digests.putIfAbsent(sequence, digest);
    arrivals++;
    if (before != null) {
      return before == digest ? Arrival.DUPLICATE : Arrival.CONFLICT;
    }
    if (first < 0) {
      first = sequence;
      highest = sequence;
    } else if (sequence > highest) {
      if (sequence > highest + 1) {
        miss(highest + 1, sequence - 1);
      }
      highest = sequence;
    } else if (sequence >= first && !fill(sequence)) {
      return Arrival.DUPLICATE; // so old that its digest is forgotten
    }
    return Arrival.NEW;
  }

  private void miss(long from, long to) {
    if (from <= to) {
      holes.put(from, new Hole(to, arrivals));
    }
  }

  private boolean fill(long sequence) {
    Map.Entry<Long, Hole> hole = holes.floorEntry(sequence);
    if (hole == null || hole.getValue().last < sequence) {
      return false;
    }
    holes.remove(hole.getKey());
    miss(hole.getKey(), sequence - 1);
    miss(sequence + 1, hole.getValue().last);
    return true;
  }

  /** Tells each gap once, as its first and last missing number, when patience with it has ended. */
  void tellGaps(boolean atTheEnd, BiConsumer<Long, Long> gap) {
    holes.forEach((from, hole) -> {
      boolean isOver = atTheEnd || arrivals - hole.since > PATIENCE;
      if (isOver && told.putIfAbsent(from, hole.last) == null) {
        gap.accept(from, hole.last);
      }
    });
  }

  /** How many gaps there are now, and how many numbers are missing in them. */
  int gaps() {
    return holes.size();
  }

  long missing() {
    return holes.entrySet().stream()
        .mapToLong(hole -> hole.getValue().last - hole.getKey() + 1)
        .sum();
  }
}
