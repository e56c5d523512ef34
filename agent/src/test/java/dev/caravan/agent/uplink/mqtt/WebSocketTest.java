package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.uplink.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketTest {
  // key and its answer: RFC 6455, 1.3
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String GOOD = "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|"
      + "Connection: keep-alive, Upgrade|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|"
      + "Sec-WebSocket-Protocol: mqtt||";

  private final ByteArrayOutputStream asked = new ByteArrayOutputStream();

  /** Asks, and gives what came behind the answer; lines end in a bar. */
  private String ask(String answer) throws IOException {
    byte[] bytes = answer.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    WebSocket.ask(BrokerUrl.parse("ws://localhost:8080/a?b=c%20d", List.of()), KEY, in, asked);
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aGoodAnswerIsReadToItsEndAndNotFurther() throws IOException {
    assertEquals("frames", ask(GOOD + "frames"));
    assertEquals(
        "GET /a?b=c%20d HTTP/1.1|Host: localhost:8080|Upgrade: websocket|Connection: Upgrade|"
            + "Sec-WebSocket-Key: " + KEY + "|Sec-WebSocket-Version: 13|"
            + "Sec-WebSocket-Protocol: mqtt||",
        asked.toString(StandardCharsets.US_ASCII).replace("\r\n", "|"));
  }

  @ParameterizedTest
  @CsvSource({
    "101 Switching Protocols, 404 Not Found, 'web server says 404 Not Found; want 101 Switching"
        + " Protocols, is the path of the url right?'",
    "HTTP/1.1 101, SSH-2.0-OpenSSH, 'no web server is there, it says ''SSH-2.0-OpenSSH Switching"
        + " Protocols'''",
    "Upgrade: websocket, Upgrade: h2c, 'web server gives no WebSocket for MQTT: upgrade=h2c; want"
        + " websocket'",
    "'keep-alive, Upgrade', close, 'web server gives no WebSocket for MQTT: connection=close; want"
        + " upgrade'",
    "Protocol: mqtt, Protocol: amqp, 'web server gives no WebSocket for MQTT:"
        + " sec-websocket-protocol=amqp; want mqtt'",
    "Sec-WebSocket-Protocol: mqtt, X: y, 'web server gives no WebSocket for MQTT:"
        + " sec-websocket-protocol=; want mqtt'",
    "s3pP, S3pP, 'web server did not understand: Sec-WebSocket-Accept is wrong'",
    "||, '|Sec-WebSocket-Extensions: x||', 'web server wants extensions that were not offered'",
    "||, '|', 'web server ended the connection without an answer'"
  })
  void anyOtherAnswerIsToldInWords(String instead, String of, String why) {
    HttpException refused = assertThrows(HttpException.class, () -> ask(GOOD.replace(instead, of)));
    assertEquals(why, refused.getMessage());
  }

  @Test
  void aServerThatWantsSomebodyElseIsARefusal() {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> ask("HTTP/1.1 403 Forbidden||"));
    assertEquals("web server says 403 Forbidden", refused.getMessage());
  }

  @Test
  void anEndlessAnswerIsGivenUp() {
    String endless = "HTTP/1.1 101 x|" + "a: b|".repeat(5000);
    assertThrows(HttpException.class, () -> ask(endless));
  }
}
