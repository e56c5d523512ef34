package dev.caravan.agent.decode.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Logs of 77 receivers against what gpsd 3.22 made of them. */
class NmeaReferenceTest {
  /** Their positions are in binary messages, which gpsd reads and this agent does not. */
  private static final Set<String> BINARY = Set.of(
      "bu303-climbing.log",
      "geostar-geos1m-binary.log",
      "greis-def.log",
      "greis-reset.log",
      "greis-test2.log",
      "navcom.log",
      "navisys-gr701w.log",
      "oncore-binary.log",
      "sirfstarv.log",
      "trimble-lassen_iq-playacar.log",
      "trimble-lasseniq-bin2d.log",
      "trimble-smtx.log",
      "ublox-8-time.log",
      "ublox-aek-4t.log",
      "ublox-neo-m8t-s.log",
      "ublox-zed-f9p-hp.log",
      "ublox-zed-f9p-sfrbx.log",
      "ublox-zed-f9t-rtcm3.log");

  /** In each epoch RMC and GLL say V, not valid; gpsd reports twice before it has read so far, then says the same. */
  private static final Set<String> VOID = Set.of("GPSmap-76S.log");

  @Test
  void everyFixIsThatOfGpsd() throws IOException {
    GpsdComparison comparison = new GpsdComparison();
    int logs = 0;
    for (Path log : logs(ReferenceData.require("nmea/gpsd"))) {
      String name = log.getFileName().toString();
      if (!BINARY.contains(name) && !VOID.contains(name)) {
        comparison.compare(log);
        logs++;
      }
    }
    assertEquals(List.of(), comparison.differences);
    assertEquals(58, logs);
    assertEquals(1192, comparison.compared);
  }

  private static List<Path> logs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(".log")).sorted().toList());
    }
  }
}
