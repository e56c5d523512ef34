package dev.caravan.agent.device.gnss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GnssReceiverTest {
  /** 2026-11-23T12:00:00.250Z. */
  private static final long START_NS = 1_795_435_200_250_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private static List<String> say(GnssReceiverSettings settings, long seed, int seconds) {
    List<String> said = new ArrayList<>();
    GnssReceiver receiver = new GnssReceiver(settings, seed, START_NS);
    for (int i = 1; i <= seconds * 4; i++) {
      receiver.runUntil(
          i * SECOND_NS / 4, bytes -> said.add(new String(bytes, StandardCharsets.US_ASCII)));
    }
    return said;
  }

  private static GnssReceiverSettings settings(int rateHz, boolean coldStart, boolean tunnels) {
    return new GnssReceiverSettings("gnss", rateHz, coldStart, tunnels);
  }

  private static List<String> only(List<String> said, String type) {
    return said.stream().filter(line -> line.startsWith(type, 3)).toList();
  }

  @Test
  void fixesAreAtWholePartsOfASecond() {
    List<String> rmc = only(say(settings(5, false, false), 1, 2), "RMC");
    assertEquals("$GNRMC,120000.40,A,", rmc.get(0).substring(0, 19));
    assertEquals("$GNRMC,120000.60,A,", rmc.get(1).substring(0, 19));
    assertEquals(9, rmc.size());
  }

  @Test
  void everyChecksumIsRightAndNoSentenceLongerThanTheStandardAllows() {
    for (String line : say(settings(10, true, true), 7, 60)) {
      int sum = 0;
      int star = line.indexOf('*');
      for (int i = 1; i < star; i++) {
        sum ^= line.charAt(i);
      }
      assertEquals(String.format("*%02X\r\n", sum), line.substring(star));
      assertTrue(line.length() <= 82, line);
    }
  }

  @Test
  void aColdStartKnowsNothingThenTheTimeThenTheHeight() {
    List<String> said = say(settings(1, true, false), 1, 15);
    List<String> rmc = only(said, "RMC");
    assertEquals("$GNRMC,,V,,,,,,,,,,N,V*37\r\n", rmc.get(0));
    assertTrue(rmc.get(4).startsWith("$GNRMC,120005.00,V,,,,,,,231126,,,N,V"), rmc.get(4));
    assertTrue(rmc.get(8).startsWith("$GNRMC,120009.00,A,3415"), rmc.get(8));
    List<String> gsa = only(said, "GSA");
    assertTrue(gsa.get(4 * 8).startsWith("$GNGSA,A,2,05,13,15,,"), gsa.get(4 * 8));
    assertTrue(gsa.get(4 * 13).startsWith("$GNGSA,A,3,05,13,15,18,24,"), gsa.get(4 * 13));
  }

  @Test
  void aTunnelTakesThePositionAndLeavesTheTime() {
    List<String> rmc = only(say(settings(1, false, true), 1, 700), "RMC");
    long dark = rmc.stream().filter(line -> line.contains(",V,,,,,,,231126,")).count();
    assertTrue(dark > 20 && dark < 200, "without a fix: " + dark);
    assertEquals(
        0,
        only(say(settings(1, false, false), 1, 700), "RMC").stream()
            .filter(line -> line.contains(",V,,"))
            .count());
  }

  @Test
  void equalSeedsSayTheSame() {
    assertEquals(say(settings(1, false, true), 5, 30), say(settings(1, false, true), 5, 30));
    assertNotEquals(say(settings(1, false, true), 5, 30), say(settings(1, false, true), 6, 30));
  }

  @Test
  void theCarMovesAsFastAsItSays() {
    Drive drive = new Drive(new Road());
    double topMps = 0;
    double slowestMps = 99;
    double beforeMps = 0;
    for (long ns = Drive.STEP_NS; ns < 900 * SECOND_NS; ns += Drive.STEP_NS) {
      drive.runUntil(ns);
      double mps = drive.speedMps();
      assertTrue(Math.abs(mps - beforeMps) <= 0.0151, "jump at " + ns);
      beforeMps = mps;
      topMps = Math.max(topMps, mps);
      slowestMps = ns > 60 * SECOND_NS ? Math.min(slowestMps, mps) : slowestMps;
    }
    assertTrue(topMps > 13 && topMps < 16, "top " + topMps);
    assertTrue(slowestMps > 2 && slowestMps < 8, "slowest " + slowestMps);
  }

  @Test
  void theRoadIsClosedAndItsCourseTurnsWithoutJumps() {
    Road road = new Road();
    assertEquals(34.25160, road.latitude(0), 1e-9);
    assertEquals(108.94230, road.longitude(0), 1e-9);
    assertEquals(34.25160, road.latitude(road.lengthM() - 0.01), 1e-6);
    double before = road.course(0);
    for (double at = 0; at < road.lengthM(); at += 0.5) {
      double turned = Math.IEEEremainder(road.course(at) - before, 360);
      assertTrue(Math.abs(turned) < 3, "at " + at + ": " + turned);
      before = road.course(at);
    }
  }
}
