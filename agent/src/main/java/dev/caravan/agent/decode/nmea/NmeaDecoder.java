package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import dev.caravan.agent.clock.TimeFixes;
import dev.caravan.agent.clock.TimeTeller;
import dev.caravan.agent.clock.WeekRollover;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.NmeaSentence;
import java.util.function.Consumer;

/**
 * Joins the sentences of one epoch of a satellite receiver and gives them out as one group of samples.
 *
 * <p>An epoch ends when a sentence has another time of day, with the sentence that the receiver has shown to send last,
 * or when nothing has come for 200 ms. Its samples bear the board's time of its first timed sentence.
 *
 * <p>There is a fix if some sentence says so (RMC, GGA, GNS, GLL) and none says that there is none. It has three
 * dimensions if the receiver tells an altitude or GSA says so, else two; this is the rule of gpsd. What GSA itself says is
 * in {@code SolutionDimensions}, and is less where the receiver holds the altitude. Without a fix, {@code FixType} is
 * NONE. What the receiver had told before and does not tell any more is given out once without a value: not available where it needs a
 * fix or its field is empty, stale where its sentence or the whole receiver has fallen silent.
 *
 * <p>One thread uses it.
 */
public final class NmeaDecoder implements Decoder, TimeTeller {
  private static final long SILENCE_NS = 200_000_000L;

  /** A receiver that sends less often than every third second is given up after three of its pauses, these at most. */
  private static final long LONGEST_PAUSE_NS = 60_000_000_000L;

  /** No tick counts for more, as it may be the clock that was set. */
  private static final long LONGEST_TICK_NS = 1_000_000_000L;

  private final boolean tellsTime;
  private final NmeaFields fields = new NmeaFields();
  private final SatellitesInView inView = new SatellitesInView();
  private final SentenceReader reader = new SentenceReader(inView);
  private final CycleEnd cycleEnd = new CycleEnd();
  private final EpochDate date = new EpochDate();
  private final Epoch epoch = new Epoch();
  private final EpochSamples samples;
  private final Counter unreadable;
  private final Counter timeRefused;

  // set once, before anything runs
  private TimeFixes fixes = TimeFixes.NONE;

  // since the first sentence
  private boolean knewLast;
  private long latestNs;
  private long finishedTimeOfDayNs = MISSING;
  private int gsaMode;
  private long gsaNs;
  private boolean hadAltitude;
  private long altitudeNs;
  private long pauseNs;

  // since the latest sentence
  private long tickedNs;
  private long silentNs;

  /**
   * For the sentences of one source; defines all signals.
   *
   * @param tellsTime whether its fixes may set the agent's time
   */
  public NmeaDecoder(String source, boolean tellsTime, SignalTable table, Health health) {
    this.tellsTime = tellsTime;
    this.samples = new EpochSamples(source + ".Location", table);
    this.unreadable = health.counter(NmeaMetrics.UNREADABLE, source);
    this.timeRefused = health.counter(NmeaMetrics.TIME_REFUSED, source);
  }

  @Override
  public boolean tellsTime() {
    return tellsTime;
  }

  @Override
  public void tellTo(TimeFixes to) {
    fixes = to;
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    SentenceType type = in instanceof NmeaSentence one ? SentenceType.of(one.text()) : null;
    knewLast = type != null;
    if (type != null) {
      accept(type, (NmeaSentence) in, out);
    }
  }

  private void accept(SentenceType type, NmeaSentence sentence, Consumer<? super SampleGroup> out) {
    fields.set(sentence.text());
    latestNs = sentence.timeNs();
    if (silentNs >= SILENCE_NS) {
      pauseNs = Math.min(silentNs, LONGEST_PAUSE_NS);
    }
    tickedNs = latestNs;
    silentNs = 0;
    long timeOfDayNs = type.timeField == 0 ? MISSING : fields.timeOfDayNs(type.timeField);
    if (timeOfDayNs != MISSING) {
      beginAt(timeOfDayNs, out);
    } else {
      beginUntimed(type, out);
    }
    epoch.isBegun = true;
    inView.arrived(latestNs);
    reader.read(type, fields, epoch);
    if (fields.hasUnreadable()) {
      unreadable.increment();
    }
    boolean isLast = cycleEnd.isLast(CycleEnd.kind(type, fields));
    if (isLast && (epoch.timeOfDayNs != MISSING || epoch.saysFix)) {
      finishEpoch(out);
    }
  }

  /** Ends the epoch of another time of day, and gives this one its time. */
  private void beginAt(long timeOfDayNs, Consumer<? super SampleGroup> out) {
    boolean isOther =
        epoch.timeOfDayNs == MISSING ? epoch.saysFix : epoch.timeOfDayNs != timeOfDayNs;
    if (isOther) {
      finishEpoch(out);
    } else if (epoch.timeOfDayNs == MISSING && timeOfDayNs == finishedTimeOfDayNs) {
      cycleEnd.wasWrong();
    }
    if (epoch.timeOfDayNs == MISSING) {
      epoch.timeOfDayNs = timeOfDayNs;
      epoch.receivedNs = latestNs;
    }
  }

  /** A receiver that does not know the time yet begins its cycle anew when a sentence comes again. */
  private void beginUntimed(SentenceType type, Consumer<? super SampleGroup> out) {
    if (type.timeField != 0) {
      if (epoch.timeOfDayNs == MISSING && epoch.untimed.contains(type)) {
        finishEpoch(out);
      }
      epoch.untimed.add(type);
    }
  }

  @Override
  public void tick(long nowNs, Consumer<? super SampleGroup> out) {
    if (epoch.isBegun && Math.abs(nowNs - latestNs) >= SILENCE_NS) {
      finishEpoch(out);
    }
    long before = silentNs;
    long holdsNs = Math.max(EpochSamples.HOLDS_NS, 3 * pauseNs);
    silentNs += Math.max(0, Math.min(LONGEST_TICK_NS, nowNs - tickedNs));
    tickedNs = nowNs;
    if (before < holdsNs && silentNs >= holdsNs) {
      samples.fallSilent(nowNs, out);
    }
  }

  @Override
  public void finish(Consumer<? super SampleGroup> out) {
    if (epoch.isBegun) {
      finishEpoch(out);
    }
  }

  private void finishEpoch(Consumer<? super SampleGroup> out) {
    cycleEnd.cycleIsOver();
    if (epoch.timeOfDayNs == MISSING) {
      epoch.receivedNs = latestNs;
    } else {
      finishedTimeOfDayNs = epoch.timeOfDayNs;
    }
    int mode = mode();
    boolean hasDate = epoch.day != MISSING;
    long saidNs = date.utcNs(epoch);
    long utcNs = saidNs == MISSING ? MISSING : WeekRollover.corrected(saidNs, epoch.receivedNs);
    boolean isPlausible = WeekRollover.isPlausible(utcNs, epoch.receivedNs);
    if (mode > EpochSamples.NO_FIX && hasDate && utcNs != MISSING && epoch.isMeasured) {
      tellTime(utcNs);
    }
    complete(mode);
    samples.giveOut(
        epoch,
        mode,
        utcNs,
        !isPlausible ? Quality.OUT_OF_RANGE : utcNs != saidNs ? Quality.SUBSTITUTED : Quality.OK,
        out);
    epoch.clear();
  }

  private void tellTime(long utcNs) {
    boolean isLeapSecond = epoch.timeOfDayNs >= EpochDate.DAY_NS;
    if (!isLeapSecond && fixes != TimeFixes.NONE && !fixes.fix(utcNs, epoch.receivedNs)) {
      timeRefused.increment();
    }
  }

  /** 0 if no sentence says whether there is a fix, else 1..3. */
  private int mode() {
    if (epoch.gsaMode > 0 || epoch.isEmpty(Item.SOLUTION_DIMENSIONS)) {
      gsaMode = epoch.gsaMode;
      gsaNs = latestNs;
    }
    if (!epoch.saysFix) {
      return epoch.gsaMode == EpochSamples.NO_FIX ? EpochSamples.NO_FIX : EpochSamples.UNKNOWN;
    }
    if (epoch.isVoid || epoch.value(Item.LATITUDE) == MISSING) {
      return EpochSamples.NO_FIX;
    }
    if (epoch.value(Item.ALTITUDE_MSL) != MISSING) {
      altitudeNs = latestNs;
      hadAltitude = true;
    } else if (epoch.isEmpty(Item.ALTITUDE_MSL)) {
      hadAltitude = false;
    }
    boolean isHigh = hadAltitude && Math.abs(latestNs - altitudeNs) <= EpochSamples.HOLDS_NS;
    boolean isSolid = !epoch.isEmpty(Item.ALTITUDE_MSL)
        && gsaMode == EpochSamples.THREE_D
        && Math.abs(latestNs - gsaNs) <= EpochSamples.HOLDS_NS;
    return isHigh || isSolid ? EpochSamples.THREE_D : EpochSamples.TWO_D;
  }

  /** What follows from several sentences together. */
  private void complete(int mode) {
    if (epoch.value(Item.SPEED) == MISSING) {
      epoch.set(Item.SPEED, epoch.vtgSpeed);
    }
    if (epoch.value(Item.COURSE) == MISSING) {
      epoch.set(Item.COURSE, epoch.vtgCourse);
    }
    long used = epoch.value(Item.SATELLITES_USED);
    int named = epoch.gsaUsed.size();
    if (used == MISSING ? named > 0 : used == 12 && named > 12) {
      // GGA of many receivers counts no further than 12
      epoch.set(Item.SATELLITES_USED, named);
    }
    if (mode > EpochSamples.UNKNOWN) {
      epoch.set(Item.FIX_TYPE, mode);
    }
    if (epoch.gsaMode > 0) {
      epoch.set(Item.SOLUTION_DIMENSIONS, epoch.gsaMode);
    }
  }
}
