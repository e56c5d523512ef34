package dev.caravan.agent.source.line;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineSourceTest {
  private static final String SUMMED =
      "message: {form: frames, header: AA 55, length_at: 2, length_adds: 4, max: 32, checksum: {kind: sum-8}}";

  private int malformed;

  private List<String> cut(String keys, byte[] bytes) throws IOException {
    Cutter cutter = LineRig.settings(keys, Path.of("/dev/none")).form().cutter(() -> malformed++);
    FrameChunk chunk = new FrameChunk("sensor", 4096);
    assertEquals(bytes.length, cutter.cut(bytes, 0, bytes.length, 1, chunk));
    List<String> found = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      found.add(new String(((Telegram) chunk.frame(i)).content().toArray(), ISO_8859_1));
    }
    return found;
  }

  private List<String> cut(String keys, String text) throws IOException {
    return cut(keys, text.getBytes(ISO_8859_1));
  }

  @Test
  void linesEndAtAnyLineEndAndEmptyOnesAreNothing() throws IOException {
    assertEquals(List.of("a", "b", "c"), cut("", "a\r\nb\n\n\rc\rd"));
    assertEquals(0, malformed);
  }

  @Test
  void lineThatIsTooLongOrHasControlsIsNoise() throws IOException {
    assertEquals(List.of("ok", "1234"), cut("message: {max: 4}", "ok\n12345\n1234\n1\u00012\n"));
    assertEquals(2, malformed);
  }

  @Test
  void wrongOrMissingChecksumIsNoise() throws IOException {
    assertEquals(
        List.of("A,1"),
        cut(
            "message: {start: \"$\", checksum: {kind: xor-8}}",
            "$A,1*5D\r\n$A,1\r\n$A,2*5C\r\n$A,1*5C\r\n$A,1*5g\r\n"));
    assertEquals(4, malformed);
  }

  @Test
  void startMakesTheEndOfALostLineNoLine() throws IOException {
    assertEquals(List.of("B"), cut("message: {start: \"@\"}", "xyz\r\n@B\r\n"));
    assertEquals(1, malformed);
  }

  @Test
  void goodFrameBehindADeceivingHeaderIsNotLost() throws IOException {
    // AA 55 with a length that reaches into the good frame behind it
    assertEquals(
        List.of("\u00AAU\u0001\u0007\u0007"),
        cut(SUMMED, "\u00AAU\u0003\u00AAU\u0001\u0007\u0007"));
    assertEquals(1, malformed);
  }

  @Test
  void everySpoiledByteOfAFrameIsNoticed() throws IOException {
    byte[] good = "\u00AAU\u0002\u0010 1".getBytes(ISO_8859_1);
    byte[] two = new byte[2 * good.length];
    for (int at = 0; at < good.length; at++) {
      System.arraycopy(good, 0, two, 0, good.length);
      System.arraycopy(good, 0, two, good.length, good.length);
      two[at] ^= 0x40;
      malformed = 0;
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
    Cutter cutter = LineRig.settings(keys, Path.of("/dev/none")).form().cutter(() -> malformed++);
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
    assertTrue(malformed > 100, "malformed " + malformed);
  }

  @Test
  void sensorIsAskedAtItsPeriodAndAnswers() throws IOException {
    LineRig rig = new LineRig("ask: [{text: \"?\\r\", period: 50ms}]");
    try (rig.pty;
        rig.source) {
      rig.source.open();
      FrameChunk chunk = new FrameChunk("sensor", 8);
      int asked = 0;
      int answers = 0;
      long endNs = System.nanoTime() + 20_000_000_000L;
      while (answers < 5 && System.nanoTime() < endNs) {
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
      assertEquals(5, answers);
      assertTrue(rig.health.total("line.asked") >= 5);
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
