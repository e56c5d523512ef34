package dev.caravan.agent.decode.nmea;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sentences that are read, and in which field each has its time of day, 0 for none. */
enum SentenceType {
  RMC(1),
  GGA(1),
  GNS(1),
  GLL(5),
  ZDA(1),
  GST(1),
  GBS(1),
  VTG(0),
  GSA(0),
  GSV(0),
  HDT(0),
  HDG(0),
  THS(0);

  private static final int ADDRESS_LENGTH = 5;
  private static final Map<String, SentenceType> BY_NAME = Map.ofEntries(
      Map.entry("RMC", RMC),
      Map.entry("GGA", GGA),
      Map.entry("GNS", GNS),
      Map.entry("GLL", GLL),
      Map.entry("ZDA", ZDA),
      Map.entry("GST", GST),
      Map.entry("GBS", GBS),
      Map.entry("VTG", VTG),
      Map.entry("GSA", GSA),
      Map.entry("GSV", GSV),
      Map.entry("HDT", HDT),
      Map.entry("HDG", HDG),
      Map.entry("THS", THS));

  final int timeField;

  SentenceType(int timeField) {
    this.timeField = timeField;
  }

  /** The type of a sentence, null if it is not read. Proprietary ones begin with P and have no talker. */
  static @Nullable SentenceType of(String sentence) {
    int end = sentence.indexOf(',');
    return end != ADDRESS_LENGTH || sentence.charAt(0) == 'P'
        ? null
        : BY_NAME.get(sentence.substring(2, ADDRESS_LENGTH));
  }
}
