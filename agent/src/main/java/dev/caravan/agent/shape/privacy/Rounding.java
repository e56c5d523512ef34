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

  /** A latitude, degrees. */
  double latitude(double latitude) {
    return gridM > 0
        ? within(90, toStep(latitude, gridM / Circle.METRES_PER_DEGREE))
        : toDecimals(latitude);
  }

  /** A longitude, degrees, at a latitude that is not rounded yet. */
  double longitude(double longitude, double atLatitude) {
    if (gridM == 0) {
      return toDecimals(longitude);
    }
    // a row of points has one spacing, so it is that of the rounded latitude
    double shrink = Math.cos(Math.toRadians(latitude(atLatitude)));
    double step = gridM / (Circle.METRES_PER_DEGREE * shrink);
    return step < WHOLE_TURN
        ? within(Math.abs(longitude) > 180 ? WHOLE_TURN : 180, toStep(longitude, step))
        : 0;
  }

  private static double toStep(double degrees, double step) {
    return unsigned(Math.rint(degrees / step) * step);
  }

  private double toDecimals(double degrees) {
    double scale = Math.pow(10, decimals);
    return unsigned(Math.rint(degrees * scale) / scale);
  }

  /** Zero without the sign that tells on which side of it the position was. */
  private static double unsigned(double degrees) {
    return degrees + 0.0;
  }

  private static double within(double most, double degrees) {
    return Math.max(-most, Math.min(most, degrees));
  }
}
