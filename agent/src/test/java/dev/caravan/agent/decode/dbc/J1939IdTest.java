package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.decode.Quality;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class J1939IdTest {
  // SAE J1939-21: EEC1 is broadcast; the proprietary group goes to one destination.
  @ParameterizedTest
  @CsvSource({"0x18F00400, 61444", "0x0CEF1021, 61184", "0x1DEF1021, 126720", "0x18FECA00, 65226"})
  void groupNumberLeavesOutADestination(String id, int wanted) {
    assertEquals(wanted, J1939Id.pgn(Long.decode(id).intValue()));
  }

  @Test
  void everyReferenceIdHasItsGroupNumber() throws IOException {
    for (String line : Files.readAllLines(ReferenceData.require("j1939/id_split.jsonl"))) {
      Map<String, @Nullable Object> wanted = Json.object(line);
      assertEquals(
          String.valueOf(wanted.get("pgn")), "" + J1939Id.pgn(number(wanted.get("id"))), line);
    }
  }

  private static int number(@Nullable Object value) {
    return value instanceof Number number
        ? number.intValue()
        : (int) Long.parseLong(String.valueOf(value), 16);
  }

  // SAE J1939-71, table 1.
  @ParameterizedTest
  @CsvSource({
    "0xFA, 8, OK",
    "0xFB, 8, OUT_OF_RANGE",
    "0xFD, 8, OUT_OF_RANGE",
    "0xFE, 8, ERROR",
    "0xFF, 8, NOT_AVAILABLE",
    "0xFAFF, 16, OK",
    "0xFB00, 16, OUT_OF_RANGE",
    "0xFE00, 16, ERROR",
    "0xFEFF, 16, ERROR",
    "0xFF00, 16, NOT_AVAILABLE",
    "0xFAFFFFFF, 32, OK",
    "0xFE000000, 32, ERROR",
    "0xFFFFFFFF, 32, NOT_AVAILABLE",
    "0x3, 2, NOT_AVAILABLE",
    "0x2, 2, ERROR",
    "0x1, 2, OK",
    "0xF, 4, NOT_AVAILABLE",
    "0xE, 4, ERROR",
    "0xD, 4, OK",
    "0x7, 3, NOT_AVAILABLE",
    "0x6, 3, OK",
    "0x1, 1, OK",
    "0xFFFFFFFFFFFF, 48, OK"
  })
  void upperRangeSaysWhetherThereIsAValue(String raw, int bits, Quality wanted) {
    assertEquals(wanted, J1939Id.quality(Long.decode(raw), bits));
  }
}
