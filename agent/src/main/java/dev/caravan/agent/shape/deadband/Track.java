package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import org.jspecify.annotations.Nullable;

/** One signal under its rule: what was sent last, and whether the next sample is worth sending. */
final class Track {
  /** For signals that are never sent. */
  static final Track CLOSED = new Track(rule(true));

  /** For signals whose every sample is sent. */
  static final Track OPEN = new Track(rule(false));

  /**
   * A step of just a deadband is not more than it, also where 0.3 - 0.2 comes out a bit above 0.1; so little is
   * forgiven as a part of the deadband.
   */
  private static final double ROUNDING = 1e-9;

  private final Rule rule;

  // of the sample sent last; no quality before the first
  private long sentNs;
  private @Nullable Quality quality;
  private long rawBits;
  private double value;
  private String text = "";
  private Bytes bytes = Bytes.EMPTY;

  // when the next sample of a period is due
  private long dueNs;

  private Track(Rule rule) {
    this.rule = rule;
  }

  private static Rule rule(boolean drop) {
    return new Rule("", "", PathPattern.of("**"), drop, 0, false, 0, 0, 0);
  }

  /** For one signal under that rule. */
  static Track of(Rule rule) {
    return rule.drop() ? CLOSED : rule.asksNothing() ? OPEN : new Track(rule);
  }

  /** Whether a sample of a group passes; if it does, it is from then on the one sent last. */
  boolean lets(SampleGroup group, int index) {
    if (rule.asksNothing()) {
      return !rule.drop();
    }
    if (!isWorthSending(group, index)) {
      return false;
    }
    remember(group, index);
    return true;
  }

  private boolean isWorthSending(SampleGroup group, int index) {
    if (quality != group.quality(index)) {
      return true;
    }
    if (rule.maxSilenceNs() > 0 && Math.abs(group.timeNs() - sentNs) >= rule.maxSilenceNs()) {
      return true;
    }
    return isDue(group.timeNs()) && (!rule.onChange() || hasChanged(group, index));
  }

  /**
   * Whether the period lets a sample of that time pass.
   *
   * <p>Dues lie one period apart, so the rate is that of the period whatever the spacing of the samples. A sample up to
   * a quarter of a period early counts as due: without that a signal whose own cycle is the period would lose every
   * second sample to the jitter of a bus. No two are sent nearer to each other than half a period. A time more than a
   * period before the last one sent means that the clock was set back or a log began again, and is due.
   */
  private boolean isDue(long timeNs) {
    long sinceNs = timeNs - sentNs;
    return rule.periodNs() == 0
        || sinceNs <= -rule.periodNs()
        || (sinceNs >= rule.periodNs() / 2 && timeNs - dueNs >= -rule.periodNs() / 4);
  }

  private boolean hasChanged(SampleGroup group, int index) {
    Signal signal = group.signal(index);
    Kind kind = signal.kind();
    if (kind == Kind.TEXT) {
      return !text.equals(group.text(index));
    }
    if (kind == Kind.BYTES) {
      return !bytes.equals(group.bytes(index));
    }
    long nowBits = group.rawBits(index);
    if (nowBits == rawBits) {
      return false;
    }
    if (kind.isInteger()) {
      return isBeyond(wholeStep(kind, rawBits, nowBits) * Math.abs(signal.spec().factor()));
    }
    double now = signal.physical(nowBits);
    if (Double.isFinite(now) && Double.isFinite(value)) {
      return isBeyond(Math.abs(now - value));
    }
    return Double.compare(now, value) != 0;
  }

  /** The difference of two raw numbers, which a subtraction of doubles would lose above 2^53. */
  private static double wholeStep(Kind kind, long a, long b) {
    boolean rises = kind == Kind.UNSIGNED ? Long.compareUnsigned(a, b) < 0 : a < b;
    return Scale.unsignedToDouble(rises ? b - a : a - b);
  }

  private boolean isBeyond(double step) {
    double band = Math.max(rule.deadband(), rule.deadbandShare() * Math.abs(value));
    return step > band * (1 + ROUNDING);
  }

  private void remember(SampleGroup group, int index) {
    long timeNs = group.timeNs();
    long lateNs = timeNs - dueNs;
    boolean inPhase = quality != null && lateNs >= -rule.periodNs() / 4 && lateNs < rule.periodNs();
    dueNs = (inPhase ? dueNs : timeNs) + rule.periodNs();
    sentNs = timeNs;
    quality = group.quality(index);
    rawBits = group.rawBits(index);
    value = group.value(index);
    text = group.text(index);
    bytes = group.bytes(index);
  }
}
