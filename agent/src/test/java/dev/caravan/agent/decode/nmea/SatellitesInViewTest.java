package dev.caravan.agent.decode.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series made by hand; numbers of satellites as in NMEA 0183 version 4.11, GSA and GSV. */
class SatellitesInViewTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final SatellitesInView inView = new SatellitesInView();
  private final NmeaFields fields = new NmeaFields();
  private long nowNs = SECOND_NS;

  private long hear(String... sentences) {
    Epoch epoch = new Epoch();
    for (String sentence : sentences) {
      fields.set(sentence);
      inView.arrived(nowNs);
      inView.gsv(fields, epoch);
    }
    return epoch.value(Item.SATELLITES_IN_VIEW);
  }

  @Test
  void satellitesOfSeveralSignalsCountOnce() {
    // L1 (1) of nine, L5 (8) of four of them
    String[] cycle = {
      "GPGSV,3,1,09,01,10,010,40,02,10,010,40,03,10,010,40,04,10,010,40,1",
      "GPGSV,3,2,09,05,10,010,40,06,10,010,40,07,10,010,40,08,10,010,40,1",
      "GPGSV,3,3,09,09,10,010,40,1",
      "GPGSV,1,1,04,01,10,010,40,03,10,010,40,08,10,010,40,09,10,010,40,8",
    };
    assertEquals(9, hear(cycle));
    assertEquals(9, hear(cycle));
    // one that has another signal only
    assertEquals(10, hear("GPGSV,1,1,02,01,10,010,40,30,10,010,40,8"));
    assertEquals(10, hear("GPGSV,1,1,02,01,10,010,40,30,10,010,40,A"));
  }

  @Test
  void signalIsAHexDigitBehindAShortLastSentence() {
    assertEquals(1, hear("GAGSV,1,1,01,05,10,010,,7"));
    assertEquals(2, hear("GBGSV,1,1,01,05,10,010,,B"));
    assertEquals(2, hear("GBGSV,1,1,00,5"));
    assertEquals(2, hear("GPGSV,1,1,00"));
  }

  @Test
  void talkersMayComeBetweenOneAnother() {
    assertEquals(
        7,
        hear(
            "GPGSV,2,1,05,01,,,,02,,,,03,,,,04,,,,1",
            "GLGSV,1,1,02,65,,,,66,,,,1",
            "GPGSV,2,2,05,05,,,,1"));
  }

  @Test
  void seriesOfTalkerGnAreOfOneSystemEachOrOfAll() {
    assertEquals(5, hear("GNGSV,1,1,03,01,,,,02,,,,03,,,", "GNGSV,1,1,02,65,,,,66,,,"));
    assertEquals(
        7,
        new SatellitesInViewTest()
            .hear("GNGSV,2,1,07,01,,,,02,,,,65,,,,66,,,", "GNGSV,2,2,07,301,,,,302,,,,401,,,"));
  }

  @Test
  void lostSentencesLeaveWhatTheOthersCount() {
    assertEquals(9, hear("GPGSV,3,1,09,01,,,,02,,,,03,,,,04,,,", "GPGSV,3,3,09,09,,,"));
    assertEquals(6, hear("GPGSV,2,2,06,05,,,,06,,,"));
    // the last one is lost
    assertEquals(
        5,
        hear(
            "GPGSV,2,1,06,01,,,,02,,,,03,,,,04,,,",
            "GPGSV,2,1,05,01,,,,02,,,,03,,,,04,,,",
            "GPGSV,2,2,05,07,,,"));
  }

  @Test
  void oneThatNamesLessThanItCountsIsBelieved() {
    assertEquals(14, hear("GPGSV,1,1,14,01,,,,02,,,,03,,,,04,,,"));
    assertEquals(2, new SatellitesInViewTest().hear("GPGSV,1,1,02,,,,,,,,,"));
  }

  @Test
  void talkerThatCountsNoneOverAllSignalsHasNone() {
    assertEquals(
        3, hear("GPGSV,1,1,02,01,,,,02,,,,1", "GPGSV,1,1,01,01,,,,8", "GLGSV,1,1,01,65,,,,1"));
    assertEquals(3, hear("GPGSV,1,1,00,8"));
    assertEquals(1, hear("GPGSV,1,1,00,0"));
    assertEquals(0, hear("GLGSV,1,1,00"));
  }

  @Test
  void silentSeriesCountForTenSeconds() {
    assertEquals(1, hear("GLGSV,1,1,01,65,,,"));
    nowNs += 10 * SECOND_NS;
    assertEquals(2, hear("GPGSV,1,1,01,05,,,"));
    nowNs += 1;
    assertEquals(1, hear("GPGSV,1,1,01,05,,,"));
  }

  @ParameterizedTest
  @CsvSource({
    // system and number, twice the same satellite
    "1, 66, 2, 66",
    "0, 66, 2, 2",
    "1, 201, 4, 1",
    "0, 401, 4, 201",
    "1, 33, 2, 33",
    "1, 120, 0, 33",
    "1, 193, 5, 1",
    "0, 301, 3, 1",
  })
  void satelliteIsKnownByItsNumbers(int system, int number, int otherSystem, int other) {
    assertEquals(
        SatelliteSet.satellite(otherSystem, other), SatelliteSet.satellite(system, number));
  }

  @Test
  void satellitesOfTwoSystemsDiffer() {
    for (int one = 1; one <= 6; one++) {
      for (int other = 1; other < one; other++) {
        assertNotEquals(SatelliteSet.satellite(one, 5), SatelliteSet.satellite(other, 5));
      }
    }
    assertEquals(-1, SatelliteSet.satellite(1, 0));
    assertEquals(-1, SatelliteSet.satellite(1, 512));
  }
}
