package dev.caravan.agent.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
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
}
