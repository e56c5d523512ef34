package dev.caravan.agent.receive;

import java.util.Arrays;

/**
 * What stands for the content of the newest sequence numbers of a stream: a table in which each number has one place, by its
 * last bits, so that one that is higher by the size of the table takes the place of the old. It grows while there is room, up to
 * {@value #MOST} numbers, which are 64 KiB. One thread.
 */
final class Digests {
  private static final int LEAST = 16;
  private static final int MOST = 1 << 12;
  private static final long NONE = Long.MIN_VALUE;

  private final Room room;
  private long[] sequences = none(LEAST);
  private long[] digests = new long[LEAST];

  /** An empty table; what it takes at first is reckoned by whoever makes it. */
  Digests(Room room) {
    this.room = room;
  }

  private static long[] none(int size) {
    long[] sequences = new long[size];
    Arrays.fill(sequences, NONE);
    return sequences;
  }

  private static int place(long sequence, int size) {
    return (int) sequence & (size - 1);
  }

  /** Whether a number is remembered. */
  boolean has(long sequence) {
    return sequences[place(sequence, sequences.length)] == sequence && sequence != NONE;
  }

  /** What was put for a number that is remembered. */
  long of(long sequence) {
    return digests[place(sequence, digests.length)];
  }

  /** Remembers a number, and where there is no room for two that share a place only the higher one. */
  void put(long sequence, long digest) {
    int size = sequences.length;
    boolean isTaken = sequences[place(sequence, size)] != NONE;
    if (isTaken && size < MOST && room.takeSpare(2L * Long.BYTES * size)) {
      grow(2 * size);
    }
    int place = place(sequence, sequences.length);
    if (sequence > sequences[place]) {
      sequences[place] = sequence;
      digests[place] = digest;
    }
  }

  private void grow(int size) {
    long[] sequencesBefore = sequences;
    long[] digestsBefore = digests;
    sequences = none(size);
    digests = new long[size];
    for (int i = 0; i < sequencesBefore.length; i++) {
      if (sequencesBefore[i] != NONE) {
        int place = place(sequencesBefore[i], size);
        sequences[place] = sequencesBefore[i];
        digests[place] = digestsBefore[i];
      }
    }
  }
}
