package dev.caravan.agent.shape.privacy;

/**
 * How coarse a position becomes: to decimals of a degree, or to the points of a grid. Where two positions fall on one point,
 * nothing tells them apart any more.
 *
 * @param decimals of a degree, 0..7; not looked at with a grid
 * @param gridM metres between the points; 0 for decimals
 */
record Rounding(int decimals, double gridM) {
  private static final double WHOLE_TURN = 360;

  /** Whether a longitude can only be rounded beside its latitude, as degrees become shorter towards the poles. */
  boolean needsLatitude() {
    return gridM > 0;
  }

  /** What is told apart at least, degrees of latitude. */
  double stepDegrees() {
    return gridM > 0 ? gridM / Circle.METRES_PER_DEGREE : Math.pow(10, -decimals);
  }

  /** A latitude, degrees. */
  double latitude(double latitude) {
    return gridM > 0 ? toStep(latitude, stepDegrees(), 90) : toDecimals(latitude);
  }

  /** A longitude, degrees, at a latitude that is not rounded yet. */
  double longitude(double longitude, double atLatitude) {
    if (gridM == 0) {
      return toDecimals(longitude);
    }
    // a row of points has one spacing, so it is that of the rounded latitude
    double shrink = Math.cos(Math.toRadians(latitude(atLatitude)));
    return toStep(longitude, stepDegrees() / shrink, Math.abs(longitude) > 180 ? WHOLE_TURN : 180);
  }

  /** The nearest point, none beyond the end: a last one there would stand for as little as lies behind the one before. */
  private static double toStep(double degrees, double step, double end) {
    double last = Math.floor(end / step);
    return unsigned(Math.max(-last, Math.min(last, Math.rint(degrees / step))) * step);
  }

  private double toDecimals(double degrees) {
    double scale = Math.pow(10, decimals);
    return unsigned(Math.rint(degrees * scale) / scale);
  }

  /** Zero without the sign that tells on which side of it the position was. */
  private static double unsigned(double degrees) {
    return degrees + 0.0;
  }

  @Override
  public String toString() {
    return "rounded to " + (gridM > 0 ? "a grid of " + gridM + " m" : "decimals: " + decimals);
  }
}
