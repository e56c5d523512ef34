package dev.caravan.agent.decode.nmea;

/**
 * Learns which sentence is the last of a receiver's cycle, so that an epoch need not wait for the next one. It counts as
 * known when three cycles in a row have ended with it and it came once in each. When it is wrong, it is forgotten, and it
 * takes sixty cycles to be believed again. One thread uses it.
 */
final class CycleEnd {
  private static final int FIRST_TRUST = 3;
  private static final int LATER_TRUST = 60;
  private static final int MOST_KINDS = 32;

  /** A sentence that may not end a cycle: not the last of its group. */
  static final long NOT_LAST = 0;

  // since the first cycle
  private long candidate;
  private int confirmed;
  private int trust = FIRST_TRUST;

  // in this cycle
  private final long[] kinds = new long[MOST_KINDS];
  private int count;

  /** The kind of a sentence: its address, with the signal of a GSV; {@link #NOT_LAST} for a GSV that others follow. */
  static long kind(SentenceType type, NmeaFields fields) {
    if (type != SentenceType.GSV) {
      return fields.address();
    }
    return fields.decimal(1, 0) == fields.decimal(2, 0)
        ? fields.address() << 8 | SatellitesInView.signal(fields)
        : NOT_LAST;
  }

  /** Takes note of a sentence; whether it is known to be the last of its cycle. */
  boolean isLast(long kind) {
    if (count < MOST_KINDS) {
      kinds[count++] = kind;
    }
    return confirmed >= trust && kind == candidate;
  }

  /** The cycle is over, as the next one has begun or nothing has come for a while. */
  void cycleIsOver() {
    long last = count == 0 ? NOT_LAST : kinds[count - 1];
    int times = 0;
    for (int i = 0; i < count; i++) {
      times += kinds[i] == last ? 1 : 0;
    }
    if (last == NOT_LAST || times != 1 || count == MOST_KINDS) {
      confirmed = 0;
    } else if (last == candidate) {
      confirmed = Math.min(confirmed + 1, LATER_TRUST);
    } else {
      candidate = last;
      confirmed = 1;
    }
    count = 0;
  }

  /** More has come of a cycle that was taken to be over. */
  void wasWrong() {
    confirmed = 0;
    trust = LATER_TRUST;
  }
}
