package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import java.util.ArrayList;
import java.util.List;

/**
 * Satellites in view, by GSV. Each talker tells one series of sentences, or one for each signal (4.11), with most
 * satellites in several; under talker GN one for each system may follow one another. So each series is kept, and counted
 * are the different satellites of all, and those that a talker counts beyond the ones that it names. A series that was not told
 * anew for a few epochs no longer counts. One thread uses it.
 */
final class SatellitesInView {
  private static final int MOST_SERIES = 32;
  private static final int MOST_OF_A_SERIES = 64;
  private static final int FIRST_SATELLITE = 4;
  private static final int FIELDS_OF_A_SATELLITE = 4;
  private static final long STALE_NS = 10_000_000_000L;

  /** What one talker tells of one signal of one system. */
  private static final class Series {
    long talker;
    long signal;
    int system;
    long timeNs;
    long told;
    long latest;
    int[] whole = new int[MOST_OF_A_SERIES];
    int wholeCount;
    int[] coming = new int[MOST_OF_A_SERIES];
    int comingCount;

    boolean isOf(Series other) {
      return talker == other.talker && system == other.system;
    }

    void add(int satellite) {
      if (satellite >= 0 && comingCount < MOST_OF_A_SERIES) {
        coming[comingCount++] = satellite;
      }
    }

    void complete() {
      int[] before = whole;
      whole = coming;
      wholeCount = comingCount;
      coming = before;
      comingCount = 0;
      latest = 0;
    }
  }

  private final List<Series> all = new ArrayList<>();
  private final SatelliteSet seen = new SatelliteSet();

  // when the sentence that is read came in
  private long nowNs;

  void arrived(long timeNs) {
    nowNs = timeNs;
  }

  /** 8.3.42: number of sentences, this one's number, satellites in view, four of them with four fields each, signal. */
  void gsv(NmeaFields f, Epoch epoch) {
    long sentences = f.decimal(1, 0);
    long number = f.decimal(2, 0);
    long told = f.decimal(3, 0);
    epoch.tell(Item.SATELLITES_IN_VIEW, MISSING);
    if (number < 1 || number > sentences || told < 0 || told > 999) {
      return;
    }
    int system = SatelliteSet.systemOfTalker(f.character(0, 0), f.character(0, 1));
    if (told == 0 && isOfAllSignals(f) && system != SatelliteSet.ANY) {
      all.removeIf(one -> one.system == system);
    }
    Series series = series(f, number);
    if (number <= series.latest) {
      series.comingCount = 0; // the first of a new series is lost
    }
    series.latest = number;
    series.told = told;
    series.timeNs = nowNs;
    for (int at = FIRST_SATELLITE; at < signalField(f); at += FIELDS_OF_A_SATELLITE) {
      if (!f.isEmpty(at)) {
        series.add(SatelliteSet.satellite(system, f.decimal(at, 0)));
      }
    }
    if (number == sentences) {
      series.complete();
    }
    epoch.tell(Item.SATELLITES_IN_VIEW, count());
  }

  /** The signal that a sentence is about, 0 if it does not say so. */
  static char signal(NmeaFields f) {
    return f.letter(signalField(f));
  }

  private static boolean isOfAllSignals(NmeaFields f) {
    char signal = signal(f);
    return signal == 0 || signal == '0';
  }

  /** Index of the field behind the satellites, which is there or not. */
  private static int signalField(NmeaFields f) {
    int fields = Math.max(0, f.count() - FIRST_SATELLITE);
    return f.count() - (fields % FIELDS_OF_A_SATELLITE == 1 ? 1 : 0);
  }

  /** The series that a sentence is of; the first one of it says of which system it is. */
  private Series series(NmeaFields f, long number) {
    long talker = f.address();
    char signal = signal(f);
    int system = SatelliteSet.systemOfTalker(f.character(0, 0), f.character(0, 1));
    boolean isShared = system == SatelliteSet.ANY;
    if (isShared && number == 1 && !f.isEmpty(FIRST_SATELLITE)) {
      system = SatelliteSet.systemOf(SatelliteSet.satellite(system, f.decimal(FIRST_SATELLITE, 0)));
    }
    Series found = null;
    Series oldest = null;
    for (Series one : all) {
      boolean isOther = one.talker != talker || one.signal != signal;
      boolean fits = (isShared && number > 1) ? one.latest > 0 : one.system == system;
      if (!isOther && fits && (found == null || one.timeNs >= found.timeNs)) {
        found = one;
      }
      oldest = oldest == null || one.timeNs < oldest.timeNs ? one : oldest;
    }
    if (found == null) {
      if (oldest != null && all.size() == MOST_SERIES) {
        all.remove(oldest);
      }
      found = new Series();
      found.talker = talker;
      found.signal = signal;
      found.system = system;
      all.add(found);
    }
    return found;
  }

  private long count() {
    long unnamed = 0;
    for (int i = 0; i < all.size(); i++) {
      unnamed += isFirstOfItsTalker(i) ? unnamed(all.get(i)) : 0;
    }
    seen.clear();
    for (Series one : all) {
      see(one);
    }
    return seen.size() + unnamed;
  }

  private boolean isFirstOfItsTalker(int index) {
    for (int i = 0; i < index; i++) {
      if (all.get(i).isOf(all.get(index))) {
        return false;
      }
    }
    return true;
  }

  /** How many a talker counts beyond those that it names: sentences were lost, or hold less than there is. */
  private long unnamed(Series of) {
    seen.clear();
    long told = 0;
    for (Series one : all) {
      if (one.isOf(of) && isFresh(one)) {
        see(one);
        told = Math.max(told, one.told);
      }
    }
    return Math.max(0, told - seen.size());
  }

  private void see(Series one) {
    for (int i = 0; i < one.wholeCount && isFresh(one); i++) {
      seen.add(one.whole[i]);
    }
  }

  private boolean isFresh(Series one) {
    return Math.abs(nowNs - one.timeNs) <= STALE_NS;
  }
}
