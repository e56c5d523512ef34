package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/**
 * Gives each epoch out as a group of samples. What was told before and is not any more is given out once without a value: as not available
 * where its field is empty or it needs a fix that is not there, as stale where no sentence tells it for
 * {@value #HOLDS_NS} ns. One thread uses it; allocates one text an epoch.
 */
final class EpochSamples {
  /** Nothing says whether there is a fix. */
  static final int UNKNOWN = 0;

  // NMEA 0183, GSA, mode
  static final int NO_FIX = 1;
  static final int TWO_D = 2;
  static final int THREE_D = 3;

  /** A value holds for epochs that do not tell it: many receivers send some sentences every fifth second only. */
  static final long HOLDS_NS = 10_000_000_000L;

  /** No epoch counts for more, as it may be the board's clock that was set. */
  private static final long LONGEST_STEP_NS = 5_000_000_000L;

  private static final long NS_PER_S = 1_000_000_000L;
  private static final DateTimeFormatter ISO_8601 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Signal timestamp;
  private final Signal[] signals = new Signal[Item.count()];
  private final SignalGroup group;
  private final SampleGroup samples = new SampleGroup();

  // since the first epoch
  private long latestNs;
  private long ageNs;
  private boolean hasCompass;
  private boolean isTimestampTold;
  private final boolean[] isTold = new boolean[Item.count()];
  private final long[] toldAtAgeNs = new long[Item.count()];

  EpochSamples(String name, SignalTable table) {
    this.timestamp = table.define(SignalSpec.of(Item.BRANCH + "Timestamp", name, "", Kind.TEXT));
    for (int i = 0; i < signals.length; i++) {
      signals[i] = table.define(Item.at(i).spec(name));
    }
    this.group = table.group(timestamp);
  }

  /**
   * Gives out everything that is told, and what is no longer.
   *
   * @param mode {@link #UNKNOWN} to {@link #THREE_D}
   * @param utcNs moment of the fix, {@link NmeaFields#MISSING} if not known
   * @param ofTime how far that may be believed
   */
  void giveOut(
      Epoch epoch, int mode, long utcNs, Quality ofTime, Consumer<? super SampleGroup> out) {
    long stepNs = epoch.receivedNs - latestNs;
    ageNs += Math.max(0, Math.min(LONGEST_STEP_NS, stepNs));
    latestNs = epoch.receivedNs;
    samples.begin(group, latestNs);
    if (mode > NO_FIX) {
      timestamp(utcNs, ofTime);
    }
    for (int i = 0; i < signals.length; i++) {
      Item item = Item.at(i);
      boolean lacksFix = item.needsFix() && mode == NO_FIX;
      if (!lacksFix && epoch.values[i] != MISSING) {
        hasCompass |= item == Item.HEADING;
        tell(i, Quality.OK, epoch.values[i]);
      } else if (item == Item.HEADING && !hasCompass) {
        course(epoch, mode);
      } else if (lacksFix || epoch.isEmpty(item)) {
        takeBack(i, Quality.NOT_AVAILABLE);
      } else if (ageNs - toldAtAgeNs[i] > HOLDS_NS) {
        takeBack(i, Quality.STALE);
      }
    }
    end(out);
  }

  private void end(Consumer<? super SampleGroup> out) {
    if (samples.size() > 0) {
      out.accept(samples);
    }
  }

  private void timestamp(long utcNs, Quality quality) {
    if (utcNs != MISSING) {
      Instant moment =
          Instant.ofEpochSecond(Math.floorDiv(utcNs, NS_PER_S), Math.floorMod(utcNs, NS_PER_S));
      isTimestampTold = true;
      samples.addText(timestamp, quality, ISO_8601.format(moment));
    } else if (isTimestampTold) {
      isTimestampTold = false;
      samples.addNone(timestamp, Quality.NOT_AVAILABLE);
    }
  }

  /** Who has no compass is taken to point where he goes, as long as that is known. */
  private void course(Epoch epoch, int mode) {
    int place = Item.HEADING.place();
    long course = epoch.value(Item.COURSE);
    if (mode > NO_FIX && course != MISSING) {
      tell(place, Quality.SUBSTITUTED, course);
    } else if (!isTold[Item.COURSE.place()]) {
      takeBack(place, Quality.NOT_AVAILABLE);
    }
  }

  private void tell(int place, Quality quality, long value) {
    isTold[place] = true;
    toldAtAgeNs[place] = ageNs;
    samples.addNumber(signals[place], quality, value);
  }

  private void takeBack(int place, Quality why) {
    if (isTold[place]) {
      isTold[place] = false;
      samples.addNone(signals[place], why);
    }
  }

  /** Nothing has come for long: gives out as stale all that was told. */
  void fallSilent(long nowNs, Consumer<? super SampleGroup> out) {
    latestNs = nowNs;
    samples.begin(group, nowNs);
    for (int i = 0; i < signals.length; i++) {
      takeBack(i, Quality.STALE);
    }
    if (isTimestampTold) {
      isTimestampTold = false;
      samples.addNone(timestamp, Quality.STALE);
    }
    end(out);
  }
}
