package dev.caravan.agent.decode.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.GnssTimeline;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.NmeaSentence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentences made by hand; values worked out from NMEA 0183: ddmm.mmmm is dd + mm.mmmm / 60, a knot is 1.852 km/h. */
class NmeaDecoderTest {
  /** 2026-11-23T12:00:00Z. */
  private static final long NOW_NS = 1_795_435_200_000_000_000L;

  private static final long MS = 1_000_000L;

  private final Health health = new Health();
  private final NmeaDecoder decoder =
      new NmeaDecoder("gnss", true, new SignalTable(Naming.AS_DECODED), health);
  private final Map<String, String> latest = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private long nowNs = NOW_NS;

  private void take(Sample sample) {
    String name = sample.signal().path().substring("Vehicle.CurrentLocation.".length());
    String value = sample.signal().kind() != Kind.TEXT
        ? BigDecimal.valueOf(sample.value())
            .setScale(9, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        : sample.text();
    String quality = sample.quality() == Quality.OK ? "" : " " + sample.quality();
    latest.put(name, value + quality);
    order.add(name + "@" + (sample.timeNs() - NOW_NS) / MS);
  }

  private void hear(String... sentences) {
    for (String sentence : sentences) {
      decoder.accept(new NmeaSentence(nowNs, sentence), Groups.each(this::take));
      nowNs += 10 * MS;
    }
  }

  private void silence() {
    nowNs += 250 * MS;
    decoder.tick(nowNs, Groups.each(this::take));
  }

  @Test
  void sentencesOfOneEpochAreOneGroup() {
    hear(
        "GNRMC,120000.00,A,3415.09600,N,10856.53800,E,10.000,87.25,231126,,,A,V",
        "GNVTG,87.25,T,,M,10.000,N,18.520,K,A",
        "GNGGA,120000.00,3415.09600,N,10856.53800,E,1,12,0.80,405.3,M,-28.5,M,,",
        "GNGSA,A,3,05,13,15,18,24,,,,,,,,1.40,0.80,1.15,1",
        "GNGSA,A,3,66,73,82,,,,,,,,,,1.40,0.80,1.15,2",
        "GNGSA,A,3,03,15,27,06,09,16,33,,,,,,1.40,0.80,1.15,3",
        "GPGSV,2,1,05,05,62,040,42,13,48,120,40,15,35,205,38,18,22,300,33,1",
        "GPGSV,2,2,05,24,71,260,44,1",
        "GBGSV,1,1,04,06,66,190,43,09,51,170,40,16,38,095,38,33,19,280,30,1",
        "GNGST,120000.00,12,,,,3.0,4.0,5.5");
    assertTrue(latest.isEmpty());
    silence();
    assertEquals(
        Map.ofEntries(
            Map.entry("Timestamp", "2026-11-23T12:00:00.000Z"),
            Map.entry("GNSSReceiver.FixType", "3"),
            Map.entry("GNSSReceiver.SolutionDimensions", "3"),
            Map.entry("GNSSReceiver.FixQuality", "1"),
            Map.entry("GNSSReceiver.SatellitesUsed", "15"),
            Map.entry("GNSSReceiver.SatellitesInView", "9"),
            Map.entry("GNSSReceiver.PDOP", "1.4"),
            Map.entry("GNSSReceiver.HDOP", "0.8"),
            Map.entry("GNSSReceiver.VDOP", "1.15"),
            Map.entry("Latitude", "34.2516"),
            Map.entry("Longitude", "108.9423"),
            Map.entry("Altitude", "376.8"),
            Map.entry("AltitudeMeanSeaLevel", "405.3"),
            Map.entry("GeoidSeparation", "-28.5"),
            Map.entry("Speed", "18.52"),
            Map.entry("CourseOverGround", "87.25"),
            Map.entry("Heading", "87.25 SUBSTITUTED"),
            Map.entry("HorizontalAccuracy", "5"),
            Map.entry("VerticalAccuracy", "5.5")),
        latest);
    assertTrue(order.stream().allMatch(sample -> sample.endsWith("@0")), order.toString());
  }

  @Test
  void southAndWestAreNegative() {
    hear("GPGLL,3345.6000,S,07036.0000,W,120000,A,A");
    silence();
    assertEquals("-33.76", latest.get("Latitude"));
    assertEquals("-70.6", latest.get("Longitude"));
    assertEquals("2", latest.get("GNSSReceiver.FixType"));
  }

  @Test
  void anotherTimeOfDayBeginsAnEpoch() {
    hear("GPGGA,120000,3400.0,N,10800.0,E,1,08,0.9,400.0,M,,M,,");
    hear("GPGGA,120001,3400.0,N,10800.0,E,1,08,0.9,401.0,M,,M,,");
    assertEquals("400", latest.get("AltitudeMeanSeaLevel"));
    assertFalse(latest.containsKey("Altitude"));
    assertFalse(latest.containsKey("Timestamp"));
  }

  @Test
  void theLastSentenceOfTheCycleEndsItOnceItIsKnown() {
    for (int second = 0; second < 5; second++) {
      order.clear();
      hear("GPGGA,12000" + second + ",3400.0,N,10800.0,E,1,08,0.9,400.0,M,,M,,");
      hear("GPRMC,12000" + second + ",A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    }
    assertTrue(order.contains("Latitude@80"), order.toString());
  }

  @Test
  void withoutAFixWhatNeedsOneIsNotAvailable() {
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    hear("GPRMC,120001,V,,,,,,,231126,,,N");
    hear("GPRMC,120002,V,,,,,,,231126,,,N");
    assertEquals("1", latest.get("GNSSReceiver.FixType"));
    assertEquals("0 NOT_AVAILABLE", latest.get("Latitude"));
    assertEquals("0 NOT_AVAILABLE", latest.get("Speed"));
    assertEquals("2026-11-23T12:00:00.000Z", latest.get("Timestamp"));
  }

  @Test
  void oneSentenceThatSaysVoidIsEnough() {
    hear(
        "GPRMC,120000,V,3400.0,N,10800.0,E,1.0,2.0,231126,,,S",
        "GPGGA,120000,3400.0,N,10800.0,E,8,08,0.9,400.0,M,,M,,",
        "GPGSA,A,3,01,02,03,,,,,,,,,,1.0,1.0,1.0");
    silence();
    assertEquals("1", latest.get("GNSSReceiver.FixType"));
    assertFalse(latest.containsKey("Latitude"));
  }

  @Test
  void theDateFollowsOverMidnight() {
    hear("GPRMC,235959,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    hear("GPGGA,000000,3400.0,N,10800.0,E,1,08,0.9,400.0,M,,M,,");
    silence();
    assertEquals("2026-11-24T00:00:00.000Z", latest.get("Timestamp"));
  }

  @Test
  void aDate1024WeeksBackIsCorrectedAndMarked() {
    // 2026-11-23 less 7168 days
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,090407,,,A");
    silence();
    assertEquals("2026-11-23T12:00:00.000Z SUBSTITUTED", latest.get("Timestamp"));
  }

  @Test
  void anOldRecordingKeepsItsDate() {
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,180315,,,A");
    silence();
    assertEquals("2015-03-18T12:00:00.000Z", latest.get("Timestamp"));
    assertEquals("34", latest.get("Latitude"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "060180", "010180", "010170", "010100", "220899", "230899", "070419", "211138", "311299"
      })
  void datesThatAReceiverHasOfItselfAreNotBelieved(String date) {
    List<Long> told = new ArrayList<>();
    decoder.tellTo((utcNs, receivedNs) -> told.add(utcNs));
    // with a board that knows the date, and with one that does not
    for (long boardNs : new long[] {NOW_NS, 1_000_000_000_000L}) {
      latest.clear();
      nowNs = boardNs;
      hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0," + date + ",,,A");
      silence();
      assertTrue(latest.getOrDefault("Timestamp", "").endsWith(" OUT_OF_RANGE"), latest.toString());
      assertEquals("34", latest.get("Latitude"));
      assertEquals("2", latest.get("GNSSReceiver.FixType"));
    }
    GnssTimeline timeline = new GnssTimeline(new FakeTimeline(1_000_000_000_000L));
    told.forEach(utcNs -> assertFalse(timeline.fix(utcNs, timeline.nowNs())));
    assertEquals(2, told.size());
  }

  @Test
  void zdaHasNoBetterDates() {
    hear("GPGGA,120000,3400.0,N,10800.0,E,1,08,0.9,400.0,M,,M,,", "GPZDA,120000,01,01,2000,00,00");
    silence();
    assertEquals("2000-01-01T12:00:00.000Z OUT_OF_RANGE", latest.get("Timestamp"));
  }

  @Test
  void aDateOfZeroesAndAnEmptyOneAreNoDates() {
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    for (String none : List.of("000000", "", "310226", "23112026", "2311")) {
      hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
      hear("GPRMC,120001,A,3400.0,N,10800.0,E,1.0,2.0," + none + ",,,A");
      silence();
      assertEquals(" NOT_AVAILABLE", latest.get("Timestamp"), none);
    }
  }

  @Test
  void aDateOfZdaHoldsBesideRmcThatNeverHasOne() {
    hear("GPZDA,120000,23,11,2026,00,00", "GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,,,,A");
    hear("GPRMC,120001,A,3400.0,N,10800.0,E,1.0,2.0,,,,A");
    silence();
    assertEquals("2026-11-23T12:00:01.000Z", latest.get("Timestamp"));
    hear("GPRMC,120002,A,3400.0,N,10800.0,E,1.0,2.0,,,,A", "GPZDA,120002,,,,,");
    silence();
    assertEquals(" NOT_AVAILABLE", latest.get("Timestamp"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"240000", "126000", "120060", "1200", "12:00:00"})
  void timesThatAreNoneAreLeftOut(String time) {
    hear("GPRMC," + time + ",A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    silence();
    assertFalse(latest.containsKey("Timestamp"));
    assertEquals("34", latest.get("Latitude"));
    assertEquals(1, health.total(Declared.count("decode.unreadable")));
  }

  private static final String RMC = "GPRMC,12%04d,A,3400.0,N,10800.0,E,%s,%s,231126,,,A";
  private static final String GGA = "GPGGA,12%04d,3400.0,N,10800.0,E,2,%s,%s,%s,M,%s,M,%s,";

  @Test
  void aFieldThatBecomesEmptyIsNotAvailableOnce() {
    hear(RMC.formatted(0, "10.0", "90.0"), GGA.formatted(0, "08", "0.9", "400.0", "-28.0", "2.5"));
    hear(
        "GPGSA,A,3,01,02,03,04,,,,,,,,,1.5,0.9,1.2",
        "GPGST,120000,,,,,3.0,4.0,5.0",
        "GPGSV,1,1,01,05,62,040,42");
    silence();
    assertEquals("3", latest.get("GNSSReceiver.FixType"));
    assertEquals("90 SUBSTITUTED", latest.get("Heading"));
    for (int second = 1; second < 4; second++) {
      order.clear();
      hear(RMC.formatted(second, "", ""), GGA.formatted(second, "", "", "", "", ""));
      hear("GPGSA,A,,,,,,,,,,,,,,,,", "GPGST,12000" + second + ",,,,,,,", "GPGSV,1,1,");
      silence();
      assertEquals(second == 1 ? 15 : 0, order.size() - 5, order.toString());
    }
    latest.values().removeIf("0 NOT_AVAILABLE"::equals);
    assertEquals(
        Map.of(
            "Timestamp", "2026-11-23T12:00:03.000Z",
            "GNSSReceiver.FixType", "2",
            "GNSSReceiver.FixQuality", "2",
            "Latitude", "34",
            "Longitude", "108"),
        latest);
    hear(RMC.formatted(4, "10.0", "90.0"), GGA.formatted(4, "08", "0.9", "400.0", "-28.0", "2.5"));
    silence();
    assertEquals("3", latest.get("GNSSReceiver.FixType"));
    assertEquals("372", latest.get("Altitude"));
    assertEquals("90 SUBSTITUTED", latest.get("Heading"));
  }

  @Test
  void anEmptyFieldBesideAFullOneOfAnotherSentenceIsNoLoss() {
    hear(RMC.formatted(0, "10.0", "90.0"), "GPVTG,90.0,T,,M,10.0,N,,K,A");
    hear(RMC.formatted(1, "", ""), "GPVTG,90.0,T,,M,10.0,N,,K,A");
    hear(RMC.formatted(2, "10.0", "90.0"), "GPVTG,,T,,M,,N,,K,N");
    silence();
    assertEquals("18.52", latest.get("Speed"));
    assertEquals("90", latest.get("CourseOverGround"));
  }

  @Test
  void withoutAFixNothingIsTakenBackTwice() {
    hear(RMC.formatted(0, "10.0", "90.0"));
    hear("GPRMC,120001,V,,,,,,,231126,,,N");
    order.clear();
    hear("GPRMC,120002,V,,,,,,,231126,,,N", "GPRMC,120003,V,,,,,,,231126,,,N");
    assertEquals("0 NOT_AVAILABLE", latest.get("Heading"));
    assertTrue(order.contains("Speed@10"), order.toString());
    assertEquals(
        List.of("Speed@10", "Heading@10"),
        order.stream().filter(name -> name.matches("(Speed|Heading)@.*")).toList());
  }

  @Test
  void aCompassThatGivesUpIsNotReplacedByTheCourse() {
    hear(RMC.formatted(0, "10.0", "90.0"), "GPTHS,274.1,A");
    hear(RMC.formatted(1, "10.0", "90.0"), "GPTHS,274.1,V");
    hear(RMC.formatted(2, "10.0", "90.0"));
    silence();
    assertEquals("0 NOT_AVAILABLE", latest.get("Heading"));
  }

  @Test
  void whatNoSentenceTellsAnyMoreIsStaleAfterTenSeconds() {
    hear(RMC.formatted(0, "10.0", "90.0"), GGA.formatted(0, "08", "0.9", "400.0", "-28.0", "2.5"));
    for (int second = 1; second <= 12; second++) {
      nowNs = NOW_NS + second * 1_000L * MS;
      hear(RMC.formatted(second, "10.0", "90.0"));
      String wanted = second <= 10 ? "400" : "0 STALE";
      assertEquals(wanted, latest.getOrDefault("AltitudeMeanSeaLevel", "400"), "" + second);
    }
    assertEquals("2", latest.get("GNSSReceiver.FixType"));
    assertEquals("18.52", latest.get("Speed"));
  }

  @Test
  void aReceiverThatFallsSilentIsStale() {
    hear(RMC.formatted(0, "10.0", "90.0"));
    for (int i = 0; i < 99; i++) {
      nowNs += 100 * MS;
      decoder.tick(nowNs, Groups.each(this::take));
    }
    assertEquals("18.52", latest.get("Speed"));
    nowNs += 100 * MS;
    decoder.tick(nowNs, Groups.each(this::take));
    assertEquals("0 STALE", latest.get("Speed"));
    assertEquals("0 STALE", latest.get("GNSSReceiver.FixType"));
    assertEquals(" STALE", latest.get("Timestamp"));
    // one that is slow is known the second time
    nowNs += 10_000 * MS;
    hear(RMC.formatted(20, "10.0", "90.0"));
    for (int i = 0; i < 200; i++) {
      nowNs += 100 * MS;
      decoder.tick(nowNs, Groups.each(this::take));
    }
    assertEquals("18.52", latest.get("Speed"));
  }

  @Test
  void aClockThatIsSetMakesNothingStale() {
    hear(RMC.formatted(0, "10.0", "90.0"));
    silence();
    nowNs += 1_000_000_000 * MS;
    decoder.tick(nowNs, Groups.each(this::take));
    assertEquals("18.52", latest.get("Speed"));
  }

  @Test
  void aCompassIsBetterThanTheCourse() {
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A", "HEHDT,274.1,T");
    silence();
    assertEquals("274.1", latest.get("Heading"));
    assertEquals("2", latest.get("CourseOverGround"));
  }

  @Test
  void aMagneticCompassIsPutRightByDeviationAndVariation() {
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A", "HCHDG,2.0,1.0,W,4.0,W");
    silence();
    assertEquals("357", latest.get("Heading"));
  }

  @Test
  void dimensionsAreThreeWithAnAltitude() {
    hear(
        "GPGGA,120000,3400.0,N,10800.0,E,1,03,3.1,746.1,M,44.2,M,,",
        "GPGSA,A,2,01,03,14,,,,,,,,,,3.1,3.1,",
        "GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    silence();
    assertEquals("3", latest.get("GNSSReceiver.FixType"));
    assertEquals("2", latest.get("GNSSReceiver.SolutionDimensions"));
  }

  @Test
  void fieldsThatAreNoNumbersAreLeftOutAndCounted() {
    hear("GPRMC,120000,A,34x0.0,N,10800.0,E,1.0,2.0,231126,,,A");
    silence();
    assertEquals("1", latest.get("GNSSReceiver.FixType"));
    assertFalse(latest.containsKey("Latitude"));
    assertEquals(1, health.total(Declared.count("decode.unreadable")));
  }

  @Test
  void impossibleCoordinatesAreLeftOut() {
    for (String wrong : List.of("9000.1,N,10800.0,E", "3460.0,N,10800.0,E", "3400.0,N,18000.1,E")) {
      hear("GPGLL," + wrong + ",120000,A,A");
      silence();
    }
    assertFalse(latest.containsKey("Latitude"));
    assertEquals(3, health.total(Declared.count("decode.unreadable")));
  }

  @Test
  void otherSentencesAreNotKnown() {
    hear("AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0");
    assertFalse(decoder.knewLast());
    hear("PMTK001,604,3");
    assertFalse(decoder.knewLast());
    hear("GPHDT,1.0,T");
    assertTrue(decoder.knewLast());
  }

  @Test
  void aReceiverWithoutTimeGivesEpochsToo() {
    hear("GPRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,00,99.99,,,,,,");
    hear("GPRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,00,99.99,,,,,,");
    assertEquals("1", latest.get("GNSSReceiver.FixType"));
    assertEquals("0", latest.get("GNSSReceiver.SatellitesUsed"));
    assertFalse(latest.containsKey("GNSSReceiver.HDOP"));
  }

  @Test
  void onlyMeasuredFixesWithADateTellTheTime() {
    List<Long> told = new ArrayList<>();
    decoder.tellTo((utcNs, receivedNs) -> told.add((utcNs - NOW_NS) / MS));
    hear("GPRMC,120000,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    hear("GPRMC,120001,V,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    hear("GPRMC,120002,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,E");
    hear("GPGGA,120003,3400.0,N,10800.0,E,1,08,0.9,400.0,M,,M,,");
    hear("GPRMC,235960,A,3400.0,N,10800.0,E,1.0,2.0,231126,,,A");
    silence();
    assertEquals(List.of(0L), told);
  }
}
