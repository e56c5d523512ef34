package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code decode -f json} prints, against what an independent decoder makes of the same payloads. */
class DecodeReferenceTest {
  private static DecodeRun all(Path dbc, String log) {
    DecodeRun run = DecodeRun.of(log, "--dbc", dbc.toString(), "-f", "json", "--all");
    assertEquals(0, run.exitCode(), run.err());
    return run;
  }

  /** Raw, physical and, where both have it, label of each signal, in one writing. */
  private static Map<String, String> wanted(Map<String, @Nullable Object> vector) {
    Map<String, String> wanted = new TreeMap<>();
    Json.object(vector.get("s")).forEach((name, value) -> {
      List<@Nullable Object> parts = Json.array(value);
      String label = parts.size() > 2 ? " " + parts.get(2) : "";
      wanted.put(name, exact(parts.get(0)) + " " + bits(parts.get(1)) + label);
    });
    return wanted;
  }

  private static Map<String, String> found(Map<String, @Nullable Object> line, boolean hasLabels) {
    Map<String, String> found = new TreeMap<>();
    if (line.get("message") == null) {
      return found;
    }
    Json.object(line.get("signals")).forEach((name, value) -> {
      Map<String, @Nullable Object> signal = Json.object(value);
      Object label = hasLabels ? signal.get("label") : null;
      found.put(
          name,
          exact(signal.get("raw")) + " " + bits(signal.get("value"))
              + (label == null ? "" : " " + label));
    });
    return found;
  }

  /** A whole number in full; any other by its bits, negative zero as zero. */
  private static String exact(@Nullable Object value) {
    boolean isWhole = value instanceof Long || value instanceof java.math.BigInteger;
    return isWhole ? String.valueOf(value) : bits(value);
  }

  private static String bits(@Nullable Object value) {
    double number = Double.parseDouble(String.valueOf(value)) + 0.0;
    // Java and the reference both write whole floats in full
    return number == Math.rint(number) && Math.abs(number) <= 0x1p53
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  @Test
  void everyPayloadOfTheOracleIsPrintedExactly() throws IOException {
    Path oracle = ReferenceData.require("oracle");
    List<Path> files;
    try (Stream<Path> found = Files.list(oracle)) {
      files = found.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
    List<String> differences = new ArrayList<>();
    int compared = 0;
    for (Path file : files) {
      String name = String.valueOf(file.getFileName()).replace(".jsonl", "");
      Path dbc = ReferenceData.require("dbc/" + name.replaceFirst("__", "/"));
      List<Map<String, @Nullable Object>> vectors = new ArrayList<>();
      StringBuilder log = new StringBuilder();
      for (String line : Files.readAllLines(file)) {
        Map<String, @Nullable Object> vector = Json.object(line);
        vectors.add(vector);
        log.append(candump(vector, vectors.size())).append('\n');
      }
      List<String> lines = all(dbc, log.toString()).out();
      assertEquals(vectors.size(), lines.size(), name);
      for (int i = 0; i < lines.size(); i++) {
        Map<String, @Nullable Object> vector = vectors.get(i);
        if (vector.get("s") == null) {
          continue;
        }
        compared++;
        boolean hasLabels = !"truncated".equals(vector.get("kind")) && !vector.containsKey("ref");
        Map<String, String> wanted = wanted(vector);
        Map<String, String> found = found(Json.object(lines.get(i)), hasLabels);
        if (!wanted.equals(found)) {
          differences.add(name + ": " + lines.get(i) + "\n want " + wanted + "\n got " + found);
        }
      }
    }
    assertEquals(List.of(), differences.stream().limit(10).toList(), "" + differences.size());
    assertTrue(compared > 4_000, compared + " payloads");
  }

  private static String candump(Map<String, @Nullable Object> vector, int number) {
    boolean isExtended = Boolean.TRUE.equals(vector.get("ext"));
    String data = String.valueOf(vector.get("data"));
    return String.format(
        Locale.ROOT,
        isExtended ? "(1700000000.%06d) can0 %08X#%s%s" : "(1700000000.%06d) can0 %03X#%s%s",
        number,
        (Long) Objects.requireNonNull(vector.get("id")),
        data.length() > 16 ? "#1" : "",
        data);
  }

  @Test
  void captureOfACarIsPrintedExactly() throws IOException {
    Path dbc = ReferenceData.require("dbc/opendbc/tesla_can.dbc");
    Path log = ReferenceData.require("canlogs/savvycan/candump.log");
    Path expected =
        ReferenceData.require("canlogs/expected/savvycan_models__tesla_can.decoded.jsonl");
    List<String> lines = all(dbc, Files.readString(log)).out();
    int compared = 0;
    for (String line : Files.readAllLines(expected)) {
      Map<String, @Nullable Object> vector = Json.object(line);
      // n counts the lines of the log from 1
      Map<String, @Nullable Object> found =
          Json.object(lines.get(((Long) Objects.requireNonNull(vector.get("n"))).intValue() - 1));
      assertEquals(vector.get("m"), found.get("message"), line);
      assertEquals(wanted(vector), found(found, false), line);
      compared++;
    }
    assertEquals(1131, compared);
  }
}
