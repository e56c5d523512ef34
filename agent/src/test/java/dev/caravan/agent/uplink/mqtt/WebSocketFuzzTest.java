package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import dev.caravan.agent.uplink.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a web server says: bytes, the end, or a reason in words. */
class WebSocketFuzzTest {
  // RFC 6455, 1.3
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  /** All that came out of the frames, and what ended it. */
  private static String heard(byte[] data, int pieceBytes) {
    InputStream pieces = new ByteArrayInputStream(data) {
      @Override
      public synchronized int read(byte[] into, int at, int most) {
        return super.read(into, at, Math.min(most, pieceBytes));
      }
    };
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    String end = "end";
    try (InputStream in = new FrameInput(pieces, new FrameOutput(new ByteArrayOutputStream()))) {
      in.transferTo(heard);
    } catch (HttpException e) {
      end = String.valueOf(e.getMessage());
      assertTrue(end.startsWith("far side "), end);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertTrue(heard.size() <= data.length, "more bytes than came");
    return heard.toString(StandardCharsets.ISO_8859_1) + " " + end;
  }

  @FuzzTest(maxDuration = "3m")
  void piecesOfFramesDoNotMatter(byte[] data) {
    String whole = heard(data, 1 << 20);
    for (int pieceBytes : new int[] {1, 2, 125, 256}) {
      assertEquals(whole, heard(data, pieceBytes), "in pieces of " + pieceBytes);
    }
  }

  @FuzzTest(maxDuration = "3m")
  void anyAnswerIsGoodOrToldInWords(byte[] data) throws IOException {
    try {
      WebSocket.ask(
          BrokerUrl.parse("ws://localhost:8080/mqtt", List.of()),
          KEY,
          new ByteArrayInputStream(data),
          new ByteArrayOutputStream());
    } catch (HttpException | RefusedException e) {
      String words = String.valueOf(e.getMessage());
      assertTrue(words.startsWith("web server ") || words.startsWith("no web server "), words);
      assertTrue(words.chars().allMatch(c -> c >= ' '), words);
    }
  }

  @Test
  void thousandsOfSpoiltFramesAreReadToTheirEnd() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "piecesOfFramesDoNotMatter"),
        5_000,
        this::piecesOfFramesDoNotMatter);
  }

  @Test
  void thousandsOfSpoiltAnswersAreReadToTheirEnd() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "anyAnswerIsGoodOrToldInWords"),
        5_000,
        this::anyAnswerIsGoodOrToldInWords);
  }
}
