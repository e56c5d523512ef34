package dev.caravan.agent.device.radar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficRadarTest {
  private static List<String> lines(long seed, int seconds) {
    List<String> lines = new ArrayList<>();
    TrafficRadar radar = new TrafficRadar(seed);
    for (int step = 1; step <= seconds * 20; step++) {
      radar.runUntil(step * 50_000_000L, bytes -> lines.add(new String(bytes, US_ASCII)));
    }
    return lines;
  }

  @Test
  void everyLineHasItsChecksumAndItsEnd() {
    for (String line : lines(1, 120)) {
      assertTrue(
          line.matches(
              "\\$(TGT,[12],\\d+\\.\\d,\\d+\\.\\d,[123]|STA,\\d+,(-|\\d+\\.\\d),\\d+\\.\\d)\\*[0-9A-F]{2}\r\n"),
          line);
      int check = 0;
      for (char one : line.substring(1, line.indexOf('*')).toCharArray()) {
        check ^= one;
      }
      assertEquals(check, Integer.parseInt(line.substring(line.indexOf('*') + 1).strip(), 16));
    }
  }

  @Test
  void statisticsCountTheTargetsBeforeThem() {
    int targets = 0;
    int statistics = 0;
    for (String line : lines(7, 300)) {
      if (line.startsWith("$TGT")) {
        targets++;
      } else {
        assertEquals(targets, Integer.parseInt(line.split(",", -1)[1]));
        targets = 0;
        statistics++;
      }
    }
    assertEquals(30, statistics);
  }

  @Test
  void equalSeedsGiveEqualTraffic() {
    assertEquals(lines(3, 60), lines(3, 60));
    assertNotEquals(lines(3, 60), lines(4, 60));
  }
}
