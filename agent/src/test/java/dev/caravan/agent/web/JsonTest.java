package dev.caravan.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void commasStandBetweenItemsOnly() {
    Json json = new Json().begin('{').name("a").begin('[').end(']').name("b").begin('[');
    json.whole(1).begin('{').end('}').text("x").end(']').name("c").number(0.5).end('}');
    assertEquals("{\"a\":[],\"b\":[1,{},\"x\"],\"c\":0.5}", json.toString());
  }

  @Test
  void textIsEscapedAsRfc8259Wants() {
    String text = "q\" b\\ n\n z\0 ü \uD83D\uDE9A lone\uD83D \uDE9A";
    assertEquals(
        "\"q\\\" b\\\\ n\\u000a z\\u0000 ü \uD83D\uDE9A lone\\ud83d \\ude9a\"",
        new Json().text(text).toString());
  }

  @Test
  void numbersThatJsonLacksAreTexts() {
    Json json = new Json()
        .begin('[')
        .number(Double.NaN)
        .number(Double.NEGATIVE_INFINITY)
        .end(']');
    assertEquals("[\"NaN\",\"-Infinity\"]", json.toString());
  }

  @Test
  void secondsHaveSixDecimalsAlsoBefore1970() {
    Json json = new Json().begin('[');
    json.seconds(1_764_000_000_000_001_999L).seconds(0).seconds(-1_500_000_000L).end(']');
    assertEquals("[1764000000.000001,0.000000,-1.500000]", json.toString());
  }
}
