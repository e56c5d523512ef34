package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.List;
import java.util.Locale;

/**
 * One half of a position, judged together with the other, which came at the same time or not at all. What cannot be judged is left
 * out: a half alone where the rules need both, a value that is no place on earth, a signal that is not in degrees.
 *
 * @param rules all of them count
 * @param isLongitude whether it is the longitude
 * @param other place of the other half in the group; {@link #ALONE} if none belongs to it
 */
record PositionCover(List<PositionRule> rules, boolean isLongitude, int other) implements Cover {
  static final int ALONE = -1;

  /** Some count longitudes once around. */
  private static final double MOST_LONGITUDE = 360;

  /** Whether a signal can be half of a position. */
  static boolean isFit(SignalSpec spec) {
    return spec.kind().isNumber() && isDegrees(spec.unit(), true);
  }

  /** Whether a unit is that of angles. */
  static boolean isDegrees(String unit, boolean orNone) {
    String plain = unit.strip().toLowerCase(Locale.ROOT);
    return plain.isEmpty() ? orNone : plain.startsWith("deg") || plain.startsWith("°");
  }

  @Override
  public void give(SampleGroup from, int index, SampleGroup to) {
    Signal signal = from.signal(index);
    Quality quality = from.quality(index);
    if (!quality.hasValue()) {
      to.addNone(signal, quality);
      return;
    }
    double own = from.value(index);
    if (!isOnEarth(own, isLongitude) || !isFit(signal.spec()) || isLeftOut(from, own)) {
      return;
    }
    if (rules.stream().allMatch(rule -> rule.rounding().isEmpty())) {
      to.add(from, index);
      return;
    }
    double told = own;
    double latitude = latitude(from);
    for (PositionRule rule : rules) {
      if (rule.rounding().isPresent()) {
        Rounding by = rule.rounding().get();
        told = isLongitude ? by.longitude(told, latitude) : by.latitude(told);
        latitude = by.latitude(latitude);
      }
    }
    double raw = (told - signal.spec().offset()) / signal.spec().factor();
    if (Double.isFinite(raw)) {
      to.addNumber(signal, quality, rawBits(signal.kind(), raw));
    }
  }

  private static long rawBits(Kind kind, double raw) {
    return switch (kind) {
      case DOUBLE -> Double.doubleToRawLongBits(raw);
      case FLOAT -> Double.doubleToRawLongBits((float) raw);
      case UNSIGNED -> Math.max(0, (long) Math.rint(raw));
      default -> (long) Math.rint(raw);
    };
  }

  private static boolean isOnEarth(double degrees, boolean isLongitude) {
    return Math.abs(degrees) <= (isLongitude ? MOST_LONGITUDE : 90);
  }

  /** Whether any of the rules leaves it out, with any of the other halves. */
  private boolean isLeftOut(SampleGroup from, double own) {
    boolean needsBoth = false;
    for (PositionRule rule : rules) {
      needsBoth |= rule.needsBoth(isLongitude);
    }
    if (!needsBoth) {
      return false;
    }
    boolean isJudged = false;
    for (int i = 0; i < from.size(); i++) {
      if (isOther(from, i)) {
        double others = from.value(i);
        for (PositionRule rule : rules) {
          if (isLongitude ? rule.leavesOut(others, own) : rule.leavesOut(own, others)) {
            return true;
          }
        }
        isJudged = true;
      }
    }
    return !isJudged;
  }

  /** The other half, where it is a place on earth. */
  private boolean isOther(SampleGroup from, int index) {
    return from.place(index) == other
        && from.quality(index).hasValue()
        && isFit(from.signal(index).spec())
        && isOnEarth(from.value(index), !isLongitude);
  }

  private double latitude(SampleGroup from) {
    for (int i = 0; isLongitude && i < from.size(); i++) {
      if (isOther(from, i)) {
        return from.value(i);
      }
    }
    return 0;
  }
}
