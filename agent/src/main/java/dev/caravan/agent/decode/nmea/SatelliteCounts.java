package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

/**
 * Satellites in view, summed over the talkers of GSV, one for each system. A talker that has been silent for a few epochs
 * no longer counts. One thread uses it.
 */
final class SatelliteCounts {
  private static final int MOST_TALKERS = 8;
  private static final long STALE_NS = 10_000_000_000L;

  private final long[] talkers = new long[MOST_TALKERS];
  private final long[] counts = new long[MOST_TALKERS];
  private final long[] timesNs = new long[MOST_TALKERS];
  private int known;

  // when the sentence that is read came in
  private long nowNs;

  void arrived(long timeNs) {
    nowNs = timeNs;
  }

  /** 8.3.42: number of sentences, this one's number, satellites in view, four of them with four fields each, signal. */
  void gsv(NmeaFields f, Epoch epoch) {
    long inView = f.decimal(3, 0);
    if (inView == MISSING || inView < 0 || inView > 999) {
      return;
    }
    long talker = f.address();
    int place = 0;
    while (place < known && talkers[place] != talker) {
      place++;
    }
    if (place == MOST_TALKERS) {
      return;
    }
    known = Math.max(known, place + 1);
    talkers[place] = talker;
    counts[place] = inView;
    timesNs[place] = nowNs;
    long sum = 0;
    for (int i = 0; i < known; i++) {
      sum += nowNs - timesNs[i] <= STALE_NS ? counts[i] : 0;
    }
    epoch.set(Item.SATELLITES_IN_VIEW, sum);
  }
}
