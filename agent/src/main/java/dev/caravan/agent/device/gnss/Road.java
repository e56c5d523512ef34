package dev.caravan.agent.device.gnss;

/**
 * A closed road through Xi'an, straight from one point to the next, WGS-84. Small enough to be flat: one degree of
 * longitude is the same length everywhere on it.
 */
final class Road {
  /** South gate, along the wall, down Yanta Road to the pagoda, west to Xiaozhai, and up Chang'an Road again. */
  private static final double[][] POINTS = {
    {34.25160, 108.94230},
    {34.25185, 108.95940},
    {34.23750, 108.95960},
    {34.22450, 108.96010},
    {34.22385, 108.95300},
    {34.22370, 108.94250},
    {34.23650, 108.94245},
  };

  /** From and to, in metres from the first point: two underpasses. */
  private static final double[][] TUNNELS = {{2_000, 2_350}, {6_000, 6_200}};

  private static final double METERS_PER_DEGREE = 111_195;
  private static final double METERS_PER_DEGREE_EAST =
      METERS_PER_DEGREE * Math.cos(Math.toRadians(34.2377));

  /** The road bends within so much before and behind a point. */
  private static final double BEND_M = 12;

  private final double[] starts = new double[POINTS.length];
  private final double[] courses = new double[POINTS.length];
  private final double lengthM;

  Road() {
    double sum = 0;
    for (int i = 0; i < POINTS.length; i++) {
      double[] from = POINTS[i];
      double[] to = POINTS[(i + 1) % POINTS.length];
      double north = (to[0] - from[0]) * METERS_PER_DEGREE;
      double east = (to[1] - from[1]) * METERS_PER_DEGREE_EAST;
      starts[i] = sum;
      courses[i] = (Math.toDegrees(Math.atan2(east, north)) + 360) % 360;
      sum += Math.hypot(north, east);
    }
    lengthM = sum;
  }

  /** Once round. */
  double lengthM() {
    return lengthM;
  }

  private int piece(double alongM) {
    int piece = POINTS.length - 1;
    while (starts[piece] > alongM) {
      piece--;
    }
    return piece;
  }

  private double end(int piece) {
    return piece + 1 < POINTS.length ? starts[piece + 1] : lengthM;
  }

  double latitude(double alongM) {
    return between(alongM, 0);
  }

  double longitude(double alongM) {
    return between(alongM, 1);
  }

  private double between(double alongM, int axis) {
    int piece = piece(alongM);
    double part = (alongM - starts[piece]) / (end(piece) - starts[piece]);
    double from = POINTS[piece][axis];
    return from + part * (POINTS[(piece + 1) % POINTS.length][axis] - from);
  }

  /** Direction in degrees, which turns evenly near a point. */
  double course(double alongM) {
    int piece = piece(alongM);
    double toEnd = end(piece) - alongM;
    double fromStart = alongM - starts[piece];
    double course = courses[piece];
    if (toEnd < BEND_M) {
      course += turn(piece) * (0.5 - toEnd / (2 * BEND_M));
    } else if (fromStart < BEND_M) {
      course -=
          turn((piece + POINTS.length - 1) % POINTS.length) * (0.5 - fromStart / (2 * BEND_M));
    }
    return (course + 360) % 360;
  }

  /** How far the road turns at the end of a piece, -180..180 degrees. */
  private double turn(int piece) {
    double turn = courses[(piece + 1) % POINTS.length] - courses[piece];
    return Math.IEEEremainder(turn, 360);
  }

  /** How far it is to the next corner that must be taken slowly. */
  double toNextCornerM(double alongM) {
    int piece = piece(alongM);
    double distance = end(piece) - alongM;
    while (Math.abs(turn(piece)) < 30) {
      piece = (piece + 1) % POINTS.length;
      distance += end(piece) - starts[piece];
    }
    return distance;
  }

  boolean isTunnel(double alongM) {
    for (double[] tunnel : TUNNELS) {
      if (alongM >= tunnel[0] && alongM < tunnel[1]) {
        return true;
      }
    }
    return false;
  }
}
