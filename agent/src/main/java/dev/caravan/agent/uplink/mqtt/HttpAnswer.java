package dev.caravan.agent.uplink.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The head of an answer of HTTP/1.1, RFC 9112: status line and header fields. Has no state; any thread. */
final class HttpAnswer {
  private static final int MOST_BYTES = 16_384;

  private HttpAnswer() {}

  /** Its lines, without the empty one at its end; byte by byte, as what follows is not HTTP. */
  static List<String> read(InputStream in, String who) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int end = 0;
    // the bytes of CR LF CR LF, as far as they have come
    while (end < 4) {
      int next = in.read();
      if (next < 0) {
        throw new HttpException(who + " ended the connection without an answer");
      }
      lines.write(next);
      end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
      if (lines.size() > MOST_BYTES) {
        throw new HttpException(who + " answers with more than " + MOST_BYTES + " bytes");
      }
    }
    return List.of(lines.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1));
  }

  /** A text of the far side, as it may be printed. */
  static String shown(String text) {
    String visible = text.replaceAll("[^ -~]", "?");
    return visible.length() > 80 ? visible.substring(0, 80) + "…" : visible;
  }
}
