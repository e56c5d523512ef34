package dev.caravan.agent.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a\"b\\c", "\n\u0001\u202e", "ä😀", "\\u0041"})
  void whatWasQuotedIsReadAgain(String text) {
    String quoted = new String(JsonText.quoted(text), StandardCharsets.UTF_8);
    assertEquals(text, JsonText.unquoted(quoted));
  }

  @Test
  void escapesAreThoseOfJson() {
    // RFC 8259, 7
    assertEquals(
        "\b\f\n\r\t\"\\/A😀",
        JsonText.unquoted("\"\\b\\f\\n\\r\\t\\\"\\\\\\/\\u0041\\ud83d\\uDE00\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\"", "a", "\"a", "\"\\\"", "\"\\u004\"", "\"\\x\"", "\"\\", "\"\\u00g1\""})
  void whatIsNoTextIsRefused(String quoted) {
    assertThrows(IllegalArgumentException.class, () -> JsonText.unquoted(quoted));
  }
}
