package dev.caravan.agent.receive;

import dev.caravan.agent.wire.MalformedMessageException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Watches the sequence numbers of one stream, as they arrive: what is new, what came twice, what is
 * missing. What was sent before the first number seen is not missed, unless the stream is known to have begun meanwhile. Of
 * numbers that are older than {@link Digests} remembers it is known that they came, and not what with. One thread; a sender that leaves more holes than there is
 * room for has the oldest forgotten, and counted as missing for good.
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

  /** What one takes before it has seen anything. */
  static final long COST_BYTES = 1_000;

  private static final long HOLE_BYTES = 150;

  /** A missing number may still come from a backlog; a gap is told when so many others came since a number in it did. */
  private static final int PATIENCE = 32;

  private enum State {
    /** Below the first number that was seen when the watch began: it may come, and is not missed. */
    BEFORE,
    /** Missing, and not told yet. */
    OPEN,
    /** Told as missing. */
    TOLD
  }

  /** A run of numbers that did not come, and after how many arrivals it became what it is. */
  private record Hole(long last, long since, State state) {
    boolean isMissed() {
      return state != State.BEFORE;
    }
  }

  private record Untold(long from, long since) {}

  private final Room room;
  private final Digests digests;

  // by its first number
  private final NavigableMap<Long, Hole> holes = new TreeMap<>();
  // those that are not told, in the order in which they became what they are; some may be filled by
  // now
  private final Deque<Untold> untold = new ArrayDeque<>();
  private long first = -1;
  private long highest = -1;
  private long arrivals;

  // of the holes that had to be forgotten
  private long forgotten;
  private long gapsForgotten;
  private long missingForgotten;
  private long forgottenThrough = -1;

  /** A tracker that has seen nothing, whose {@link #COST_BYTES} the room has given. */
  SequenceTracker(Room room) {
    this.room = room;
    this.digests = new Digests(room);
  }

  /**
   * Whether it is a number that a sender comes to.
   *
   * @throws MalformedMessageException if it is 2^63 or more
   */
  static void check(long sequence) throws MalformedMessageException {
    if (sequence < 0) {
      throw new MalformedMessageException(
          "sequence=" + Long.toUnsignedString(sequence) + "; want less than 2^63");
    }
  }

  /** The stream began while it was watched, so that nothing may be missing from 1 on. Called before anything arrived. */
  void began() {
    first = 1;
    highest = 0;
  }

  /** One arrival; {@code digest} stands for its content. */
  Arrival arrived(long sequence, long digest) {
    arrivals++;
    if (digests.has(sequence)) {
      return digests.of(sequence) == digest ? Arrival.DUPLICATE : Arrival.CONFLICT;
    }
    digests.put(sequence, digest);
    if (first < 0) {
      first = sequence;
      highest = sequence;
    } else if (sequence > highest) {
      if (sequence > highest + 1) {
        miss(highest + 1, sequence - 1, State.OPEN);
      }
      highest = sequence;
    } else if (sequence < first) {
      miss(sequence + 1, first - 1, State.BEFORE);
      first = sequence;
    } else if (!fill(sequence) && sequence > forgottenThrough) {
      return Arrival.DUPLICATE; // so old that its digest is forgotten
    }
    return Arrival.NEW;
  }

  private void miss(long from, long to, State state) {
    if (from > to) {
      return;
    }
    while (!room.take(HOLE_BYTES)) {
      if (holes.isEmpty()) {
        forget(from, new Hole(to, arrivals, state));
        return;
      }
      Map.Entry<Long, Hole> eldest = holes.pollFirstEntry();
      room.give(HOLE_BYTES);
      forget(eldest.getKey(), eldest.getValue());
    }
    holes.put(from, new Hole(to, arrivals, state));
    if (state == State.OPEN) {
      untold.add(new Untold(from, arrivals));
    }
  }

  private void forget(long from, Hole hole) {
    forgotten++;
    if (hole.isMissed()) {
      gapsForgotten++;
      missingForgotten += hole.last - from + 1;
    }
    forgottenThrough = Math.max(forgottenThrough, hole.last);
  }

  private boolean fill(long sequence) {
    Map.Entry<Long, Hole> hole = holes.floorEntry(sequence);
    if (hole == null || hole.getValue().last < sequence) {
      return false;
    }
    holes.remove(hole.getKey());
    room.give(HOLE_BYTES);
    miss(hole.getKey(), sequence - 1, hole.getValue().state);
    miss(sequence + 1, hole.getValue().last, hole.getValue().state);
    return true;
  }

  /** Tells each gap once, as its first and last missing number, when patience with it has ended. */
  void tellGaps(boolean atTheEnd, BiConsumer<Long, Long> gap) {
    while (!untold.isEmpty()) {
      Untold next = untold.element();
      if (!atTheEnd && arrivals - next.since <= PATIENCE) {
        return;
      }
      untold.remove();
      Hole hole = holes.get(next.from);
      if (hole != null && hole.state == State.OPEN && hole.since == next.since) {
        holes.put(next.from, new Hole(hole.last, hole.since, State.TOLD));
        gap.accept(next.from, hole.last);
      }
    }
  }

  /** How many gaps there are now, and how many numbers are missing in them. */
  long gaps() {
    return gapsForgotten + holes.values().stream().filter(Hole::isMissed).count();
  }

  /** How many runs of missing numbers had to be forgotten, which might have been filled. */
  long forgotten() {
    return forgotten;
  }

  long missing() {
    return missingForgotten
        + holes.entrySet().stream()
            .filter(hole -> hole.getValue().isMissed())
            .mapToLong(hole -> hole.getValue().last - hole.getKey() + 1)
            .sum();
  }
}
