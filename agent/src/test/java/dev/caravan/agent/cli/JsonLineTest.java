package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LineOutput out = new LineOutput(bytes);
  private final JsonLine json = new JsonLine(out);

  private String written() throws IOException {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyKindOfValueHasItsForm() throws IOException {
    json.open()
        .name("t")
        .seconds(1_764_000_000_123_456_789L)
        .name("text")
        .text("a")
        .name("w");
    json.whole(-5).name("u").unsigned(-1).name("d").number(62.4).name("i").number(62);
    json.name("nan").number(Double.NaN).name("inf").number(Double.NEGATIVE_INFINITY);
    json.name("in")
        .open()
        .close()
        .name("two")
        .open()
        .name("x")
        .flag(true)
        .name("y")
        .flag(false);
    json.close().name("none").none().name("id").hex(0x166, 3).close().end();
    assertEquals("""
        {"t":1764000000.123456,"text":"a","w":-5,"u":18446744073709551615,"d":62.4,"i":62,\
        "nan":"NaN","inf":"-Infinity","in":{},"two":{"x":true,"y":false},"none":null,\
        "id":"0x166"}
        """, written());
  }

  @Test
  void textIsEscapedAndReadsBackTheSame() throws IOException {
    String text = "quote \" slash \\ tab \t line \n bell \u0007 °C 温度 😀 /";
    json.open().name(text).text(text).close().end();
    assertEquals(text, Json.object(written()).get(text));
    assertEquals(
        "{\"quote \\\" slash \\\\ tab \\u0009 line \\u000A bell \\u0007 °C 温度 😀 /\":",
        written().substring(0, written().indexOf("\":") + 2));
  }

  @Test
  void whatIsNotSeenIsEscapedAndReadsBackTheSame() throws IOException {
    String text = "a\u200b\ufeff\udb40\udc41";
    json.open().name("x").text(text).close().end();
    assertEquals(text, Json.object(written()).get("x"));
    assertEquals("{\"x\":\"a\\u200B\\uFEFF\\uDB40\\uDC41\"}\n", written());
  }

  @Test
  void halfACharacterBecomesAQuestionMark() throws IOException {
    json.open().name("x").text("a\ud83d").close().end();
    assertEquals("{\"x\":\"a?\"}\n", written());
  }
}
