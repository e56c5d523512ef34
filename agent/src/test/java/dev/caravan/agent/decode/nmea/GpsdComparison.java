package dev.caravan.agent.decode.nmea;

import dev.caravan.agent.Json;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.NmeaSentence;
import dev.caravan.agent.source.nmea.NmeaLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds what the decoder makes of a log against what gpsd 3.22 made of it. */
final class GpsdComparison {
  private static final long BOARD_NS = 1_795_000_000_000_000_000L;
  private static final long CYCLE_S = 1024L * 7 * 86_400;
  private static final double KMH_PER_MPS = 3.6;

  /** One epoch as the decoder gives it out, by the last parts of the signals' names. */
  record Fix(Map<String, Double> values, String timestamp) {}

  final List<String> differences = new ArrayList<>();
  int compared;

  /** All epochs of a log. */
  static List<Fix> fixes(byte[] log) {
    NmeaDecoder decoder =
        new NmeaDecoder("gnss", true, new SignalTable(Naming.AS_DECODED), new Health());
    Map<Long, Map<String, Double>> byTime = new TreeMap<>();
    Map<Long, String> timestamps = new TreeMap<>();
    for (NmeaSentence sentence : NmeaLog.sentences(log, BOARD_NS)) {
      decoder.accept(sentence, Groups.each(sample -> keep(sample, byTime, timestamps)));
    }
    decoder.finish(Groups.each(sample -> keep(sample, byTime, timestamps)));
    List<Fix> fixes = new ArrayList<>();
    byTime.forEach(
        (timeNs, values) -> fixes.add(new Fix(values, timestamps.getOrDefault(timeNs, ""))));
    return fixes;
  }

  private static void keep(
      Sample sample, Map<Long, Map<String, Double>> byTime, Map<Long, String> timestamps) {
    String path = sample.signal().path();
    if (!sample.text().isEmpty()) {
      timestamps.put(sample.timeNs(), sample.text());
    } else if (sample.quality() == Quality.OK) {
      byTime
          .computeIfAbsent(sample.timeNs(), first -> new LinkedHashMap<>())
          .put(path.substring(path.lastIndexOf('.') + 1), sample.value());
    }
  }

  /** Compares a log with gpsd's report of it, which lies beside it. */
  void compare(Path log) throws IOException {
    Map<Long, Map<String, @Nullable Object>> expected = new TreeMap<>();
    List<Map<String, @Nullable Object>> untimed = new ArrayList<>();
    Path report = log.resolveSibling(log.getFileName() + ".chk");
    for (String line : Files.readAllLines(report, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("{\"class\":\"TPV\"")) {
        Map<String, @Nullable Object> tpv = Json.object(line);
        if (tpv.get("lat") != null && tpv.get("time") instanceof String time) {
          // of several reports in an epoch the last has heard all sentences
          expected.put(moment(time), tpv);
        } else if (tpv.get("lat") != null) {
          untimed.add(tpv);
        }
      }
    }
    List<Fix> fixes = fixes(Files.readAllBytes(log));
    Map<Long, Fix> found = new TreeMap<>();
    fixes.stream()
        .filter(fix -> !fix.timestamp().isEmpty())
        .forEach(fix -> found.put(moment(fix.timestamp()), fix));
    Set<String> timesOfRmc = timesOfRmc(Files.readString(log, StandardCharsets.ISO_8859_1));
    String name = log.getFileName().toString();
    for (Map.Entry<Long, Map<String, @Nullable Object>> entry : expected.entrySet()) {
      Map<String, @Nullable Object> tpv = entry.getValue();
      String time = String.valueOf(tpv.get("time")).substring(11, 19).replace(":", "");
      compare(name, tpv, found.get(entry.getKey()), timesOfRmc.contains(time));
    }
    if (expected.isEmpty()) {
      for (Map<String, @Nullable Object> tpv : untimed) {
        compareUntimed(name, tpv, fixes);
      }
    }
  }

  private static Set<String> timesOfRmc(String log) {
    Set<String> times = new HashSet<>();
    Matcher rmc = Pattern.compile("RMC,([0-9]{6})[^*]*[*]").matcher(log);
    while (rmc.find()) {
      times.add(rmc.group(1));
    }
    return times;
  }

  /** Milliseconds within a cycle of 1024 weeks: gpsd resolves roll-overs by the date of its own build. */
  private static long moment(String time) {
    return Math.floorMod(
        Duration.between(Instant.EPOCH, Instant.parse(time)).toMillis(), CYCLE_S * 1000);
  }

  private void compare(
      String log, Map<String, @Nullable Object> tpv, @Nullable Fix fix, boolean hasRmc) {
    String what = log + " " + tpv.get("time");
    compared++;
    if (fix == null) {
      differences.add(what + ": no fix of that time");
      return;
    }
    compare(what, "lat", tpv, fix.values().get("Latitude"), 1, 1e-7);
    compare(what, "lon", tpv, fix.values().get("Longitude"), 1, 1e-7);
    compare(what, "mode", tpv, fix.values().get("FixType"), 1, 0);
    compare(what, "altMSL", tpv, fix.values().get("AltitudeMeanSeaLevel"), 1, 1e-3);
    if (!hasRmc) {
      // gpsd has worked the speed out from the positions
      return;
    }
    compare(what, "speed", tpv, fix.values().get("Speed"), KMH_PER_MPS, 1e-3);
    compare(what, "track", tpv, fix.values().get("CourseOverGround"), 1, 1e-3);
  }

  private void compare(
      String what,
      String key,
      Map<String, @Nullable Object> tpv,
      @Nullable Double ours,
      double scale,
      double tolerance) {
    if (tpv.get(key) instanceof Number number) {
      double wanted = number.doubleValue();
      if (ours == null || Math.abs(ours / scale - wanted) > tolerance) {
        differences.add(what + " " + key + ": want " + wanted + ", got "
            + (ours == null ? "nothing" : ours / scale));
      }
    }
  }

  private void compareUntimed(String log, Map<String, @Nullable Object> tpv, List<Fix> fixes) {
    compared++;
    double latitude = ((Number) java.util.Objects.requireNonNull(tpv.get("lat"))).doubleValue();
    double longitude = ((Number) java.util.Objects.requireNonNull(tpv.get("lon"))).doubleValue();
    boolean any = fixes.stream()
        .anyMatch(fix -> Math.abs(fix.values().getOrDefault("Latitude", 999.0) - latitude) <= 1e-7
            && Math.abs(fix.values().getOrDefault("Longitude", 999.0) - longitude) <= 1e-7);
    if (!any) {
      differences.add(log + ": no fix at " + latitude + ", " + longitude);
    }
  }
}
