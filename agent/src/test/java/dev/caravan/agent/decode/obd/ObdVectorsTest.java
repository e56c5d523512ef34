package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.signal.Quality;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an independent program, python-OBD, makes of the same data. */
class ObdVectorsTest {
  private final Obd obd = Obd.shipped();

  /**
   * Where it differs from SAE J1979-DA: it takes the highest bit of 1E for bit 0; 32 and 54 are two's complement of 16 bits, and it takes a byte for itself or
   * unsigned with an offset.
   */
  private static final Set<String> OTHERWISE = Set.of("1E", "32", "54");

  @Test
  void everyParameterHasTheSameValue() throws IOException {
    int compared = 0;
    for (String line : Files.readAllLines(ReferenceData.require("obd/mode01_decode.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(line);
      boolean isInfo = Long.valueOf(9).equals(vector.get("mode"));
      String pid = text(vector, "pid");
      String data = text(vector, "data");
      String request = (isInfo ? "09" : "01") + pid;
      String counted = !isInfo || pid.equals("02") ? data : (pid.equals("06") ? "02" : "01") + data;
      Map<String, Obd.Value> found =
          obd.positive(0x7E8, request, (isInfo ? "49" : "41") + pid + counted);
      assertTrue(!found.isEmpty(), line);
      if (!OTHERWISE.contains(pid)) {
        compare(line, pid, isInfo, data, vector.get("value"), List.copyOf(found.values()), found);
      }
      compared++;
    }
    assertEquals(786, compared);
  }

  private static void compare(
      String line,
      String pid,
      boolean isInfo,
      String data,
      @Nullable Object value,
      List<Obd.Value> found,
      Map<String, Obd.Value> byPath) {
    Obd.Value first = found.get(0);
    if (isInfo) {
      boolean isHex = pid.equals("06");
      String hex = data.toUpperCase(Locale.ROOT);
      if (isHex) {
        assertEquals(hex.substring(0, 8) + "," + hex.substring(8), first.text(), line);
      } else if (pid.equals("02")) {
        assertEquals(17, first.text().length(), line);
      } else {
        assertEquals(
            data.matches("(00)*") ? Quality.OK : Quality.UNDECODABLE, first.quality(), line);
      }
    } else if (value instanceof String text && text.matches("[01]{32}")) {
      assertEquals(Long.parseLong(text, 2), first.raw(), line);
    } else if (value instanceof Map<?, ?> map && map.containsKey("v")) {
      double expected = ((Number) assertNotNullNumber(map.get("v"))).doubleValue();
      boolean isNear = found.stream()
          .anyMatch(one -> Math.abs(one.number() - expected) <= 1e-3 * Math.abs(expected) + 1e-9);
      assertTrue(isNear, line + " " + found);
    } else if (value instanceof Map<?, ?> map) {
      assertEquals(
          "spark".equals(map.get("ignition_type")) ? "SPARK" : "COMPRESSION",
          byPath.entrySet().stream()
              .filter(one -> one.getKey().endsWith("IgnitionType"))
              .findFirst()
              .orElseThrow()
              .getValue()
              .label(),
          line);
      if (pid.equals("01")) {
        assertEquals(
            map.get("DTC_count"),
            (long) Obd.at(byPath, "obd0.7E8.Status.DTCCount").number(),
            line);
        assertEquals(map.get("MIL"), Obd.at(byPath, "obd0.7E8.Status.IsMILOn").number() == 1, line);
      }
    } else if (value instanceof Boolean flag) {
      assertEquals(flag ? 1 : 0, first.number(), line);
    } else if (value instanceof String text && !text.isEmpty()) {
      assertTrue(!first.label().isEmpty() || data.equals("00"), line);
    } else if (value == null && Set.of("1C", "51").contains(pid) && !isLater(pid, data)) {
      assertEquals("", first.label(), line);
      assertEquals(Quality.OUT_OF_RANGE, first.quality(), line);
    } else if (value instanceof List<?> list
        && pid.equals("02")
        && list.get(0) instanceof String code) {
      String shown = code.equals("P0000") ? "" : code.toUpperCase(Locale.ROOT);
      assertEquals(shown, first.text(), line);
    }
  }

  /** Whether it is a standard or a fuel that newer editions of SAE J1979-DA have. */
  private static boolean isLater(String pid, String data) {
    return (pid.equals("1C")
            ? Set.of("0E", "0F", "22", "23")
            : Set.of("18", "19", "1A", "1B", "1C"))
        .contains(data.toUpperCase(Locale.ROOT));
  }

  private static Object assertNotNullNumber(@Nullable Object value) {
    assertNotNull(value);
    return value;
  }

  private static String text(Map<String, @Nullable Object> vector, String key) {
    return String.valueOf(vector.get(key));
  }

  @Test
  void everyListOfTroubleCodesIsTheSame() throws IOException {
    int compared = 0;
    for (String line : Files.readAllLines(ReferenceData.require("obd/dtc_decode.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(line);
      String data = text(vector, "data");
      boolean isFrozen = text(vector, "name").equals("FREEZE_DTC");
      String request = isFrozen ? "0102" : text(vector, "mode").equals("7") ? "07" : "03";
      // in these vectors any byte stands where the parameter does
      String payload = isFrozen ? "4102" + data.substring(4) : data;
      List<Obd.Value> found = List.copyOf(obd.positive(0x7E8, request, payload).values());
      assertEquals(codes(vector.get("value"), isFrozen), found.get(0).text(), line);
      compared++;
    }
    assertEquals(36, compared);
  }

  private static String codes(@Nullable Object value, boolean isOne) {
    List<String> codes = new ArrayList<>();
    List<?> list = isOne ? List.of(Json.array(value)) : Json.array(value);
    for (Object each : list) {
      String code = String.valueOf(Json.array(each).get(0)).toUpperCase(Locale.ROOT);
      if (!code.equals("P0000")) {
        codes.add(code);
      }
    }
    return String.join(",", codes);
  }
}
