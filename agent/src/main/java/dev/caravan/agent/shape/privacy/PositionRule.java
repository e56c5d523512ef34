package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.signal.SignalSpec;
import java.util.Optional;

/**
 * What becomes of positions.
 *
 * @param where place in the configuration, {@code file:line:column}
 * @param key path of the rule in the configuration
 * @param latitude the latitudes it is for
 * @param longitude the longitudes beside them
 * @param area the circle within or outside of which they are left out
 * @param isOutside whether those outside of it are
 * @param rounding what the others are rounded to
 */
record PositionRule(
    String where,
    String key,
    PathPattern latitude,
    PathPattern longitude,
    Optional<Circle> area,
    boolean isOutside,
    Optional<Rounding> rounding) {
  /** Whether it is for a signal of that name. */
  boolean isFor(String path) {
    return latitude.matches(path) || longitude.matches(path);
  }

  /** Whether it leaves out a position, in degrees. */
  boolean leavesOut(double atLatitude, double atLongitude) {
    return area.isPresent() && area.get().contains(atLatitude, atLongitude) != isOutside;
  }

  /** Whether nothing can be said of a longitude, or a latitude, without the other. */
  boolean needsBoth(boolean isLongitude) {
    return area.isPresent()
        || (isLongitude && rounding.filter(Rounding::needsLatitude).isPresent());
  }

  /** Whether all that it does is to round to steps that the signal does not have. */
  boolean isAllFiner(SignalSpec spec) {
    return area.isEmpty()
        && spec.kind().isInteger()
        && rounding
            .filter(by -> by.stepDegrees() < Math.abs(spec.factor()) * 1.000001)
            .isPresent();
  }

  Fault fault(String what) {
    return new Fault(where, key + ": " + what);
  }

  @Override
  public String toString() {
    return latitude + " and " + longitude
        + area.map(circle -> ", left out " + (isOutside ? "outside " : "within ") + circle)
            .orElse("")
        + rounding.map(by -> ", " + by).orElse("");
  }
}
