package dev.caravan.agent.source.line;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineSourceTest {
  private static final String SUMMED =
      "message: {form: frames, header: AA 55, length_at: 2, length_adds: 4, max: 32, checksum: {kind: sum-8}}";

  private final CountedDoubt doubt = new CountedDoubt();

  private Cutter cutter(String keys) throws IOException {
    return LineRig.settings(keys, Path.of("/dev/none")).form().cutter(doubt);
  }

  private static List<String> cut(Cutter cutter, byte[] bytes) {
    FrameChunk chunk = new FrameChunk("sensor", 4096);
    assertEquals(bytes.length, cutter.cut(bytes, 0, bytes.length, 1, chunk));
    return texts(chunk);
  }

  private static List<String> cut(Cutter cutter, String text) {
    return cut(cutter, text.getBytes(ISO_8859_1));
  }

  private static List<String> quiet(Cutter cutter, long ms) {
    FrameChunk chunk = new FrameChunk("sensor", 4096);
    cutter.quiet(ms * 1_000_000, chunk);
    return texts(chunk);
  }

  private static List<String> texts(FrameChunk chunk) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      found.add(new String(((Telegram) chunk.frame(i)).content().toArray(), ISO_8859_1));
    }
    return found;
  }

  /** What comes out of a stream that began after a pause. */
  private List<String> cut(String keys, byte[] bytes) throws IOException {
    Cutter cutter = cutter(keys);
    quiet(cutter, 1_000);
    return cut(cutter, bytes);
  }

  private List<String> cut(String keys, String text) throws IOException {
    return cut(keys, text.getBytes(ISO_8859_1));
  }

  @Test
  void restOfALineThatBeganUnseenIsPassedOver() throws IOException {
    for (String keys : List.of("", "message: {start: T}", "message: {end: \";\"}")) {
      Cutter cutter = cutter(keys);
      String end = keys.contains("end") ? ";" : "\r\n";
      String rest = keys.contains("start") ? "EMP 1 T3.5" : "3.5";
      assertEquals(List.of(), cut(cutter, rest + end), keys);
      String start = keys.contains("start") ? "T" : "";
      assertEquals(List.of("123.5", "4"), cut(cutter, start + "123.5" + end + start + "4" + end));
      cutter.reset();
      assertEquals(List.of(), cut(cutter, rest + end), keys);
    }
    assertEquals(0, doubt.malformed);
    assertEquals(2 * (3 + 10 + 3), doubt.passedOver);
  }

  @Test
  void lineThatBeginsAfterASecondOfQuietIsWhole() throws IOException {
    Cutter cutter = cutter("");
    quiet(cutter, 1_000);
    assertTrue(cutter.isInStep());
    assertEquals(List.of("123.5"), cut(cutter, "123.5\r\n"));
    cutter.reset();
    quiet(cutter, 999);
    assertEquals(List.of(), cut(cutter, "3.5\r\n"));
    // a pause in the middle of the rest shows nothing
    cutter.reset();
    cut(cutter, "3.");
    quiet(cutter, 2_000);
    assertEquals(List.of("7"), cut(cutter, "5\r\n7\r\n"));
  }

  @Test
  void firstLineIsBelievedByItsChecksumOrItsControlCharacter() throws IOException {
    assertEquals(List.of("A,1"), cut(cutter("message: {checksum: {kind: xor-8}}"), "A,1*5C\r\n"));
    assertEquals(
        List.of("A,1"), cut(cutter("message: {start: \"\\x02\"}"), "9,9\r\n\u0002A,1\r\n"));
    assertEquals(List.of(), cut(cutter("message: {checksum: {kind: xor-8}}"), "1*5C\r\n"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void lineThatStopsForSecondsTakesWhatFollowsWithIt() throws IOException {
    Cutter cutter = cutter("");
    quiet(cutter, 1_000);
    cut(cutter, "12");
    quiet(cutter, 2_000);
    assertEquals(List.of("123.5"), cut(cutter, "3.5\n"));
    cut(cutter, "12");
    quiet(cutter, 3_000);
    assertEquals(List.of("4"), cut(cutter, "3.5\n4\n"));
    assertEquals(1, doubt.malformed);
    assertEquals("a pause of seconds inside the line: \"123.5\"", doubt.latest);
  }

  @Test
  void moreThanALineOfTextWithoutEndIsNoRestOfALine() throws IOException {
    cut(cutter("message: {max: 8}"), "123456789\n");
    cut(cutter("message: {max: 8, start: \"\\x02\", end: \"\\x03\"}"), "123456789");
    assertEquals(2, doubt.malformed);
  }

  @Test
  void zeroAndAllOnesBeforeALineArePassedOver() throws IOException {
    assertEquals(
        List.of("12.5", "13.5"), cut("", "\0\u00FF\u00FF12.5\r\n\u00FF\r\n\0\u007F13.5\r\n\0"));
    assertEquals(0, doubt.malformed);
    assertEquals(7, doubt.passedOver);
    assertEquals(List.of(), cut("", "12\0.5\r\n1\u00072\r\n"));
    assertEquals(2, doubt.malformed);
    assertEquals(
        List.of("\u00AAU\u0001\u0007\u0007"), cut(SUMMED, "\0\u00FF\u00AAU\u0001\u0007\u0007"));
    assertEquals(2, doubt.malformed);
  }

  @Test
  void checksumStandsBehindAnEndThatIsItsMark() throws IOException {
    // by hand: T xor = is 54 xor 3D = 69; xor 31 = 58; with ETX 5B; with STX too 59
    String keys =
        "message: {start: \"\\x02\", end: \"\\x03\", checksum: {kind: xor-8, after: \"\\x03\", ";
    assertEquals(List.of("T=1"), cut(keys + "as: bytes}}", "\u0002T=1\u0003X\r\n"));
    assertEquals(List.of("T=1"), cut(keys + "as: bytes, covers: mark}}", "\u0002T=1\u0003["));
    assertEquals(List.of("T=1"), cut(keys + "as: bytes, covers: start}}", "\u0002T=1\u0003Z"));
    assertEquals(List.of("T=1"), cut(keys + "as: bytes, covers: all}}", "\u0002T=1\u0003Y"));
    assertEquals(List.of("T=1"), cut(keys + "covers: all}}", "\u0002T=1\u000359\r\n"));
    assertEquals(0, doubt.malformed);
    assertEquals(List.of(), cut(keys + "covers: all}}", "\u0002T=1\u000358\r\n"));
    assertEquals(1, doubt.malformed);
  }

  @Test
  void checksumByteMayLookLikeAnything() throws IOException {
    // 1 xor 3 is STX, 1 xor 2 is ETX, "0:" is LF, "0=" is CR
    String behind =
        "message: {start: \"\\x02\", end: \"\\x03\", checksum: {kind: xor-8, after: \"\\x03\", as: bytes}}";
    assertEquals(
        List.of("13", "12", "0:", "9"),
        cut(behind, "\u000213\u0003\u0002\u000212\u0003\u0003\u00020:\u0003\n\u00029\u00039"));
    String before = "message: {start: \"\\x02\", checksum: {kind: xor-8, as: bytes}}";
    assertEquals(
        List.of("13", "0:", "0=", "*", "9"),
        cut(before, "\u000213*\u0002\r\n\u00020:*\n\r\n\u00020=*\r\r\n\u0002***\r\n\u00029*9\r\n"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void checksumIsTheMarksOfTheLineTooAndOfTwoBytesInEitherOrder() throws IOException {
    // ETX as the mark in front of the digits, the line ends at CR LF
    assertEquals(
        List.of("T=1"),
        cut(
            "message: {start: \"\\x02\", checksum: {kind: sum-8/twos, after: \"\\x03\"}}",
            // 54 + 3D + 31 = C2, and 100 - C2 = 3E
            "\u0002T=1\u00033E\r\n"));
    String two = "message: {checksum: {kind: sum-16, order: little, ";
    assertEquals(List.of("T=1"), cut(two + "as: bytes}}", "T=1*\u00C2\0\r\n"));
    assertEquals(List.of("T=1"), cut(two + "after: \"\"}}", "T=1C200\r\n"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void separatorsOfAsciiAndControlsThatAreNamedMayStandInTheText() throws IOException {
    assertEquals(List.of("a\u001Eb\tc"), cut("", "a\u001Eb\tc\n"));
    assertEquals(List.of("\u00061"), cut("message: {controls: \"\\x06\"}", "\u00061\n\u00071\n"));
    assertEquals(1, doubt.malformed);
  }

  private static final String BARE = "message: {form: frames, header: AA, length: 4}";

  @Test
  void headerInAPayloadBeginsNoFrameWithoutAChecksum() throws IOException {
    // opened in the middle of frames AA 01 AA 02; AA 02 AA 01 is no frame, nor can it be told from
    // one
    Cutter cutter = cutter(BARE);
    assertEquals(List.of(), cut(cutter, "\u00AA\2\u00AA\1\u00AA\2\u00AA\1\u00AA\2"));
    // the pause tells
    quiet(cutter, 100);
    assertEquals(List.of("\u00AA\1\u00AA\2"), cut(cutter, "\u00AA\1\u00AA\2\u00AA"));
    // a payload without a header in it tells too
    Cutter other = cutter(BARE);
    assertEquals(
        List.of("\u00AA\1\3\2", "\u00AA\1\4\2"),
        cut(other, "\u00AA\2\u00AA\1\3\2\u00AA\1\4\2\u00AA"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void framesThatCannotBeToldApartAreCounted() throws IOException {
    Cutter cutter = cutter("message: {form: frames, header: AA, length: 4, max: 16}");
    assertEquals(List.of(), cut(cutter, "\u00AA\1\u00AA\2".repeat(25)));
    assertEquals(17, doubt.passedOver);
    assertEquals(4, doubt.malformed);
  }

  @Test
  void frameWithoutChecksumThatLostBytesIsNotFilledFromTheNext() throws IOException {
    // AA 01 02 and its fourth byte lost, then a whole one
    assertEquals(
        List.of("\u00AA\1\2\3", "\u00AA\4\5\6"),
        cut(BARE, "\u00AA\1\2\3\u00AA\1\2\u00AA\4\5\6\u00AA"));
    assertEquals(1, doubt.malformed);
  }

  @Test
  void lastFrameBeforeAPauseIsWhole() throws IOException {
    Cutter cutter = cutter(BARE);
    assertEquals(List.of(), cut(cutter, "\3\u00AA\1\2\3"));
    assertEquals(List.of("\u00AA\1\2\3"), quiet(cutter, 100));
  }

  @Test
  void frameOfNothingButAChecksumIsNone() throws IOException {
    assertEquals(
        List.of(), cut("message: {form: slip, checksum: {kind: xor-8}}", "\u00C0\0\u00C0"));
    assertEquals(1, doubt.malformed);
  }

  @Test
  void slipFrameBeforeTheFirstEndIsBelievedAfterAPauseOnly() throws IOException {
    Cutter cutter = cutter("message: {form: slip}");
    assertEquals(List.of(), cut(cutter, "\1\2\u00C0"));
    assertEquals(2, doubt.passedOver);
    cutter.reset();
    quiet(cutter, 100);
    assertEquals(List.of("\1\2"), cut(cutter, "\1\2\u00C0"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void linesEndAtAnyLineEndAndEmptyOnesAreNothing() throws IOException {
    assertEquals(List.of("a", "b", "c"), cut("", "a\r\nb\n\n\rc\rd"));
    assertEquals(0, doubt.malformed);
  }

  @Test
  void endOfItsOwnMayBeHalfOfTheUsualOne() throws IOException {
    for (String end : List.of("\\n", "\\r", "\\r\\n")) {
      String keys = "message: {end: \"" + end + "\"}";
      assertEquals(List.of("a", "b"), cut(keys, "a\r\nb\r\n"), end);
      keys = "message: {end: \"" + end + "\", checksum: {kind: xor-8}}";
      assertEquals(List.of("A,1"), cut(keys, "A,1*5C\r\n"), end);
    }
    assertEquals(0, doubt.malformed);
  }

  @Test
  void lineThatIsTooLongOrHasControlsIsNoise() throws IOException {
    assertEquals(List.of("ok", "1234"), cut("message: {max: 4}", "ok\n12345\n1234\n1\u00012\n"));
    assertEquals(2, doubt.malformed);
  }

  @Test
  void wrongOrMissingChecksumIsNoise() throws IOException {
    assertEquals(
        List.of("A,1"),
        cut(
            "message: {start: \"$\", checksum: {kind: xor-8}}",
            "$A,1*5D\r\n$A,1\r\n$A,2*5C\r\n$A,1*5C\r\n$A,1*5g\r\n"));
    assertEquals(4, doubt.malformed);
  }

  @Test
  void startMakesTheEndOfALostLineNoLine() throws IOException {
    assertEquals(List.of("B"), cut("message: {start: \"@\"}", "xyz\r\n@B\r\n"));
    assertEquals(1, doubt.malformed);
  }

  @Test
  void goodFrameBehindADeceivingHeaderIsNotLost() throws IOException {
    // AA 55 with a length that reaches into the good frame behind it
    assertEquals(
        List.of("\u00AAU\u0001\u0007\u0007"),
        cut(SUMMED, "\u00AAU\u0003\u00AAU\u0001\u0007\u0007"));
    assertEquals(1, doubt.malformed);
  }

  @Test
  void everySpoiledByteOfAFrameIsNoticed() throws IOException {
    byte[] good = "\u00AAU\u0002\u0010 1".getBytes(ISO_8859_1);
    byte[] two = new byte[2 * good.length];
    for (int at = 0; at < good.length; at++) {
      System.arraycopy(good, 0, two, 0, good.length);
      System.arraycopy(good, 0, two, good.length, good.length);
      two[at] ^= 0x40;
      doubt.malformed = 0;
      List<String> found = cut(SUMMED, two);
      // a spoiled length may wait for more than there is; what comes out is right
      assertTrue(found.size() <= 1, "at " + at);
      found.forEach(frame -> assertEquals(new String(good, ISO_8859_1), frame));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "message: {max: 16}",
        "message: {start: \"\\x02\", end: \"\\x03\", max: 16}",
        "message: {start: \"ab\", end: \"\\r\\n\", checksum: {kind: crc-16/modbus}}",
        SUMMED,
        "message: {form: frames, header: AA, length: 5, checksum: {kind: crc-16/modbus, order: little}}",
        "message: {form: slip, max: 16, checksum: {kind: crc-32/iso-hdlc}}"
      })
  void anyBytesAreSurvivedAndNothingTooLongComesOut(String keys) throws IOException {
    Random random = new Random(20261124);
    Cutter cutter = cutter(keys);
    FrameChunk chunk = new FrameChunk("sensor", 8);
    byte[] bytes = new byte[512];
    for (int round = 0; round < 4000; round++) {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i += 1 + random.nextInt(9)) {
        bytes[i] = "\u00AAU\u00C0\u00DB\u0002\u0003ab\r\n".getBytes(ISO_8859_1)[random.nextInt(10)];
      }
      int at = 0;
      while (at < bytes.length) {
        chunk.clear();
        at = cutter.cut(bytes, at, bytes.length, round, chunk);
        for (int i = 0; i < chunk.size(); i++) {
          assertTrue(((Telegram) chunk.frame(i)).content().length() <= 512);
        }
      }
    }
    assertTrue(doubt.malformed > 100, "malformed " + doubt.malformed);
  }

  @Test
  @Timeout(60)
  void sensorIsAskedAtItsPeriodAndAnswers() throws IOException {
    LineRig rig = new LineRig("ask: [{text: \"?\\r\", period: 50ms}]");
    try (rig.pty;
        rig.source) {
      rig.source.open();
      FrameChunk chunk = new FrameChunk("sensor", 8);
      int asked = 0;
      int answers = 0;
      while (answers < 5) {
        chunk.clear();
        rig.source.read(chunk);
        answers += chunk.size();
        for (char heard : rig.pty.received().toCharArray()) {
          if (heard == '\r') {
            asked++;
            rig.pty.send("T=" + asked + "\r\n");
          }
        }
      }
      assertTrue(rig.health.total(Declared.count("line.asked")) >= 5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "message: {form: frames, length: 8}; message.header: missing",
        "message: {form: frames, header: A, length: 8}; message.header: want bytes as pairs of hex digits",
        "message: {form: frames, header: AA}; want one of length and length_at",
        "message: {form: frames, header: AA, length: 8, length_at: 1}; want one of length and length_at",
        "message: {checksum: {kind: xor-8, after: ab}}; message.checksum.after: want one character",
        "ask: [{period: 1s}]; ask[0]: want one of text and hex",
        "ask: [{hex: 5}]; ask[0].hex: want bytes",
        "massage: {}; massage: unknown key; did you mean 'message'?"
      })
  void wrongKeysAreFaultsWithTheirPlace(String keys, String fault) throws IOException {
    Faults faults = new Faults();
    LineRig.settings("port: /dev/none\n" + keys, faults);
    assertTrue(faults.found().toString().contains(fault), faults.found().toString());
  }
}
