package dev.caravan.agent.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class VisibleTest {
  @Test
  void whatSteersATerminalIsShownAsAnEscape() {
    // ECMA-48: ESC [ 2 J clears the page, 9B is CSI in one byte, BEL ends the title that ESC ] 0 ;
    // begins
    assertEquals("\\x1b[2J", Visible.of("\u001b[2J"));
    assertEquals("\\x9b2J", Visible.of("\u009b2J"));
    assertEquals("\\x1b]0;a\\x07", Visible.of("\u001b]0;a\u0007"));
    assertEquals("a\\x0d\\x0ab\\x7f\\x00\\x09", Visible.of("a\r\nb\u007f\0\t"));
  }

  @Test
  void whatTurnsTheDirectionOrEndsTheLineIsShownAsAnEscape() {
    // UAX 9, table 4: LRE..RLO and LRI..PDI; ALM, LRM, RLM
    for (char mark :
        "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
            .toCharArray()) {
      assertEquals("a\\u%04xb".formatted((int) mark), Visible.of("a" + mark + "b"));
    }
  }

  @Test
  void otherTextIsTheSame() {
    String text = "Geschwindigkeit 12 °C – 速度 🚗 \\x1b";
    assertSame(text, Visible.of(text));
  }
}
