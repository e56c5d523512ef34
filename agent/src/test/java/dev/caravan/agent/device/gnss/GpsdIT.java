package dev.caravan.agent.device.gnss;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.Program;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.nmea.NmeaDecoder;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.NmeaSentence;
import dev.caravan.agent.source.nmea.NmeaLog;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gpsd, an independent program, makes of the simulated receiver, against what the agent's own decoder does. */
@Timeout(120)
class GpsdIT {
  private static final Path GPSD = Path.of("/usr/sbin/gpsd");
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int WANTED_FIXES = 8;

  private final SystemTimeline timeline = new SystemTimeline();
  private final GnssReceiverSettings settings = new GnssReceiverSettings("gnss", 1, false, false);

  @Test
  void gpsdSeesTheSameFixesAsTheDecoder() throws Exception {
    assumeTrue(Files.isExecutable(GPSD), "skipped: gpsd is not installed (Debian package gpsd)");
    long startNs = timeline.nowNs();
    Stop stop = new Stop();
    try (SerialDevice device =
        new SerialDevice("gnss", new GnssReceiver(settings, 4, startNs), timeline)) {
      Path port = device.open();
      Thread thread = new Thread(() -> device.run(stop), "device-gnss");
      thread.start();
      Map<String, Map<String, @Nullable Object>> reported;
      try {
        reported = askGpsd(port);
      } finally {
        stop.request();
        thread.join(5_000);
      }
      compare(reported, decoded(startNs));
    }
  }

  private static void compare(
      Map<String, Map<String, @Nullable Object>> reported, Map<String, Map<String, Double>> ours) {
    assertTrue(reported.size() >= WANTED_FIXES);
    for (Map.Entry<String, Map<String, @Nullable Object>> one : reported.entrySet()) {
      Map<String, @Nullable Object> tpv = one.getValue();
      Map<String, Double> fix = ours.get(one.getKey());
      assertNotNull(fix, "no fix at " + one.getKey());
      assertEquals(number(tpv, "lat"), value(fix, "Latitude"), 1e-7, one.getKey());
      assertEquals(number(tpv, "lon"), value(fix, "Longitude"), 1e-7, one.getKey());
      assertEquals(number(tpv, "altMSL"), value(fix, "AltitudeMeanSeaLevel"), 1e-3, one.getKey());
      assertEquals(number(tpv, "speed"), value(fix, "Speed") / 3.6, 1e-3, one.getKey());
      assertEquals(number(tpv, "mode"), value(fix, "FixType"), 0, one.getKey());
    }
  }

  private static double number(Map<String, @Nullable Object> tpv, String key) {
    return tpv.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static double value(Map<String, Double> fix, String name) {
    return fix.getOrDefault(name, Double.NaN);
  }

  /** The fixes that gpsd reports in three dimensions, by their times; of several reports the last, as it has heard most. */
  private static Map<String, Map<String, @Nullable Object>> askGpsd(Path port) throws Exception {
    int tcpPort = Program.freePort();
    Process gpsd = new ProcessBuilder(
            GPSD.toString(), "-N", "-n", "-b", "-S", String.valueOf(tcpPort), port.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (Socket socket = connect(gpsd, tcpPort)) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write("?WATCH={\"enable\":true,\"json\":true};\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      Map<String, Map<String, @Nullable Object>> fixes = new HashMap<>();
      String last = "";
      while (fixes.size() <= WANTED_FIXES) {
        String line = lines.readLine();
        assertNotNull(line, "gpsd has closed the link");
        Map<String, @Nullable Object> report = Json.object(line);
        if ("TPV".equals(report.get("class"))
            && report.get("time") instanceof String time
            && number(report, "mode") == 3
            && report.get("speed") != null) {
          fixes.put(time, report);
          last = time;
        }
      }
      // the epoch that has just begun may not be whole
      fixes.remove(last);
      return fixes;
    } finally {
      gpsd.destroy();
      assertTrue(gpsd.waitFor(10, java.util.concurrent.TimeUnit.SECONDS));
    }
  }

  private static Socket connect(Process gpsd, int tcpPort) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              assertTrue(gpsd.isAlive(), "gpsd has ended");
              try {
                return new Socket(InetAddress.getLoopbackAddress(), tcpPort);
              } catch (IOException e) {
                return null;
              }
            },
            socket -> socket != null);
  }

  /** What the same receiver says, equal seed and start, and what the decoder makes of it, by time. */
  private Map<String, Map<String, Double>> decoded(long startNs) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    new GnssReceiver(settings, 4, startNs).runUntil(120 * SECOND_NS, said::writeBytes);
    Map<Long, Map<String, Double>> values = new HashMap<>();
    Map<String, Map<String, Double>> byTime = new HashMap<>();
    NmeaDecoder decoder =
        new NmeaDecoder("gnss", false, new SignalTable(Naming.AS_DECODED), new Health());
    for (NmeaSentence sentence : NmeaLog.sentences(said.toByteArray(), startNs)) {
      decoder.accept(sentence, Groups.each(sample -> keep(sample, values, byTime)));
    }
    return byTime;
  }

  private static void keep(
      Sample sample,
      Map<Long, Map<String, Double>> values,
      Map<String, Map<String, Double>> byTime) {
    Map<String, Double> ofEpoch = values.computeIfAbsent(sample.timeNs(), first -> new HashMap<>());
    String path = sample.signal().path();
    if (!sample.text().isEmpty()) {
      byTime.put(sample.text(), ofEpoch);
    } else if (sample.quality() == Quality.OK) {
      ofEpoch.put(path.substring(path.lastIndexOf('.') + 1), sample.value());
    }
  }
}
