package dev.caravan.agent.decode.nmea;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * What an epoch may tell, in the order in which it is given out. Values are whole counts of {@code 10^-places} of the
 * unit. Names are those of VSS 4.2 below {@code Vehicle.CurrentLocation}; those that VSS has not are in its style.
 */
enum Item {
  /** VSS: the fix type, here without the kind of augmentation, which the sentences do not tell. */
  FIX_TYPE("GNSSReceiver.FixType", "", 0, "- NONE TWO_D THREE_D"),
  /** Not in VSS. NMEA 0183, GSA, mode: two dimensions where the receiver holds the altitude. */
  SOLUTION_DIMENSIONS("GNSSReceiver.SolutionDimensions", "", 0, "- NONE TWO_D THREE_D"),
  /** Not in VSS. NMEA 0183, GGA, GPS quality indicator. */
  FIX_QUALITY(
      "GNSSReceiver.FixQuality",
      "",
      0,
      "INVALID AUTONOMOUS DIFFERENTIAL PRECISE RTK_FIXED RTK_FLOAT ESTIMATED MANUAL SIMULATED"),
  /** Not in VSS. Many receivers count no further than 12. */
  SATELLITES_USED("GNSSReceiver.SatellitesUsed", "", 0, ""),
  /** Not in VSS. */
  SATELLITES_IN_VIEW("GNSSReceiver.SatellitesInView", "", 0, ""),
  /** Not in VSS. */
  PDOP("GNSSReceiver.PDOP", "", 2, ""),
  /** Not in VSS. */
  HDOP("GNSSReceiver.HDOP", "", 2, ""),
  /** Not in VSS. */
  VDOP("GNSSReceiver.VDOP", "", 2, ""),
  /** Not in VSS: age of the corrections. */
  DIFFERENTIAL_AGE("GNSSReceiver.DifferentialAge", "s", 1, ""),
  /** WGS-84, to the north positive. */
  LATITUDE("Latitude", "degrees", 9, ""),
  /** WGS-84, to the east positive. */
  LONGITUDE("Longitude", "degrees", 9, ""),
  /** VSS: relative to the WGS-84 ellipsoid. Only where the receiver tells the geoid separation. */
  ALTITUDE("Altitude", "m", 3, ""),
  /** Not in VSS: above mean sea level, by the geoid of the receiver. */
  ALTITUDE_MSL("AltitudeMeanSeaLevel", "m", 3, ""),
  /** Not in VSS: the geoid above the ellipsoid. */
  GEOID_SEPARATION("GeoidSeparation", "m", 3, ""),
  /** Not in VSS: over ground. */
  SPEED("Speed", "km/h", 3, ""),
  /** Not in VSS: the direction of movement, from true north clockwise. */
  COURSE("CourseOverGround", "degrees", 3, ""),
  /** VSS: where the vehicle points; the course, as a substitute, where no sentence tells it. */
  HEADING("Heading", "degrees", 3, ""),
  /** One standard deviation: root of the sum of the squares of those in latitude and longitude. */
  HORIZONTAL_ACCURACY("HorizontalAccuracy", "m", 3, ""),
  /** One standard deviation. */
  VERTICAL_ACCURACY("VerticalAccuracy", "m", 3, "");

  static final String BRANCH = "Vehicle.CurrentLocation.";

  private static final Item[] ALL = values();

  private final String name;
  private final String unit;
  final int places;
  private final String labels;

  Item(String name, String unit, int places, String labels) {
    this.name = name;
    this.unit = unit;
    this.places = places;
    this.labels = labels;
  }

  /** How many there are. */
  static int count() {
    return ALL.length;
  }

  /** The one at a place. */
  static Item at(int place) {
    return ALL[place];
  }

  /** Its place in an array of all; nothing that lasts depends on it. */
  @SuppressWarnings("EnumOrdinal")
  int place() {
    return ordinal();
  }

  /** Whether there is no such thing without a fix. */
  boolean needsFix() {
    return place() >= DIFFERENTIAL_AGE.place() && this != HEADING;
  }

  /** The signal as it is defined for a group. */
  SignalSpec spec(String group) {
    return new SignalSpec(
        BRANCH + name,
        group,
        unit,
        labels.isEmpty() ? Kind.SIGNED : Kind.UNSIGNED,
        // the decimal literal, which Math.pow does not promise
        Double.parseDouble("1e-" + places),
        0,
        Double.NaN,
        Double.NaN,
        labelsByNumber());
  }

  /** From 0 on; - for a number without a label. */
  private Map<Long, String> labelsByNumber() {
    Map<Long, String> all = new HashMap<>();
    long number = 0;
    for (String label : labels.split(" ", -1)) {
      if (!label.isEmpty() && !label.equals("-")) {
        all.put(number, label);
      }
      number++;
    }
    return all;
  }
}
