package dev.caravan.agent.shape.privacy;

/**
 * Part of the earth's surface, taken for a sphere of the mean radius of WGS-84, which is right to half a percent.
 *
 * @param latitude of the centre, degrees, -90..90
 * @param longitude of the centre, degrees, -180..180
 * @param radiusM metres along the surface
 */
record Circle(double latitude, double longitude, double radiusM) {
  private static final double EARTH_RADIUS_M = 6_371_008.8;

  /** Length of a degree of latitude. */
  static final double METRES_PER_DEGREE = EARTH_RADIUS_M * Math.PI / 180;

  /** Whether a position is in it, or on its edge. */
  boolean contains(double atLatitude, double atLongitude) {
    return distanceM(atLatitude, atLongitude) <= radiusM;
  }

  /** From the centre, by the haversine formula. */
  private double distanceM(double atLatitude, double atLongitude) {
    double north = Math.sin(Math.toRadians(atLatitude - latitude) / 2);
    double east = Math.sin(Math.toRadians(atLongitude - longitude) / 2);
    double chord = north * north
        + Math.cos(Math.toRadians(latitude)) * Math.cos(Math.toRadians(atLatitude)) * east * east;
    return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
  }

  @Override
  public String toString() {
    return radiusM + " m of " + latitude + ", " + longitude;
  }
}
