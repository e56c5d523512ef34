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
  void whatIsNotSeenIsShownAsAnEscape() {
    // UnicodeData.txt 13.0, category Cf: SHY, ZWSP, ZWJ, WJ, BOM, KAITHI NUMBER SIGN, LANGUAGE TAG,
    // TAG
    // LATIN CAPITAL LETTER A
    assertEquals("\\xad\\u200b\\u200d\\u2060\\ufeff", Visible.of("\u00ad\u200b\u200d\u2060\ufeff"));
    assertEquals(
        "a\\U000110bd\\U000e0001\\U000e0041b",
        Visible.of("a\ud804\udcbd\udb40\udc01\udb40\udc41b"));
    // DerivedCoreProperties.txt, Default_Ignorable_Code_Point beside Cf: CGJ, Hangul fillers,
    // variation selectors 1 and 17
    assertEquals("\\u034f\\u115f\\u3164\\ufe00", Visible.of("\u034f\u115f\u3164\ufe00"));
    assertEquals("\\U000e0100", Visible.of("\udb40\udd00"));
  }

  @Test
  void surrogateAloneAndPrivateUseAreShownAsEscapes() {
    assertEquals("\\ud83dx\\ude97", Visible.of("\ud83dx\ude97"));
    assertEquals("\\udb80", Visible.of("\udb80"));
    assertEquals("\\ue000\\U0010fffd", Visible.of("\ue000\udbff\udffd"));
  }

  @Test
  void otherTextIsTheSame() {
    String text = "Geschwindigkeit 12 °C – 速度 🚗 \\x1b";
    assertSame(text, Visible.of(text));
  }
}
