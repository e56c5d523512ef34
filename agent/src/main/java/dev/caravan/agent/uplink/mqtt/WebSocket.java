package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.RefusedException;
import dev.caravan.agent.uplink.mqtt.MqttSettings.Broker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A WebSocket inside a connection: two streams of bytes that go as binary frames. Asks for it, and believes nothing but a
 * complete answer; redirections are not followed and extensions not taken.
 *
 * <p>One thread opens it; then one reads, one writes, and any says goodbye.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>; MQTT 5, 6
 */
final class WebSocket {
  // RFC 6455, 1.3
  private static final String ACCEPTING = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final FrameInput input;
  private final FrameOutput output;

  private WebSocket(InputStream in, OutputStream out) {
    output = new FrameOutput(out);
    input = new FrameInput(in, output);
  }

  /**
   * Asks for a WebSocket with MQTT in it.
   *
   * @throws RefusedException if the server wants somebody else
   * @throws IOException if there is none; the message says what was answered
   */
  static WebSocket open(Broker broker, InputStream in, OutputStream out) throws IOException {
    byte[] nonce = new byte[16];
    new SecureRandom().nextBytes(nonce);
    ask(broker, Base64.getEncoder().encodeToString(nonce), in, out);
    return new WebSocket(in, out);
  }

  /** What comes in, without the frames. */
  InputStream input() {
    return input;
  }

  /** What goes out, in frames. */
  OutputStream output() {
    return output;
  }

  /** Tells the far side that this is the end, unless somebody is writing. */
  void sayGoodbye() {
    output.sayGoodbye();
  }

  /** Asks with such a key, and returns if the answer is good. */
  static void ask(Broker broker, String key, InputStream in, OutputStream out) throws IOException {
    String question = "GET " + broker.page().orElse("/") + " HTTP/1.1\r\n"
        + "Host: " + broker.host() + ":" + broker.port() + "\r\n"
        + "Upgrade: websocket\r\n"
        + "Connection: Upgrade\r\n"
        + "Sec-WebSocket-Key: " + key + "\r\n"
        + "Sec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
    out.write(question.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    List<String> answer = HttpAnswer.read(in, "web server");
    String status = answer.get(0);
    // RFC 9112, 4
    if (!status.matches("HTTP/1\\.1 \\d{3}( .*)?")) {
      throw new HttpException("no web server is there, it says '" + HttpAnswer.shown(status) + "'");
    }
    String code = status.substring(9, 12);
    if (code.equals("401") || code.equals("403")) {
      throw new RefusedException("web server says " + HttpAnswer.shown(status.substring(9)));
    }
    if (!code.equals("101")) {
      throw new HttpException("web server says " + HttpAnswer.shown(status.substring(9))
          + "; want 101 Switching Protocols, is the path of the url right?");
    }
    Map<String, String> headers = headers(answer);
    require(headers, "upgrade", "websocket");
    require(headers, "connection", "upgrade");
    require(headers, "sec-websocket-protocol", "mqtt");
    if (!accepting(key).equals(headers.get("sec-websocket-accept"))) {
      throw new HttpException("web server did not understand: Sec-WebSocket-Accept is wrong");
    }
    if (headers.containsKey("sec-websocket-extensions")) {
      throw new HttpException("web server wants extensions that were not offered");
    }
  }

  private static void require(Map<String, String> headers, String name, String wanted)
      throws HttpException {
    String found = headers.getOrDefault(name, "");
    if (Arrays.stream(found.split(",", -1))
        .noneMatch(each -> each.strip().equalsIgnoreCase(wanted))) {
      throw new HttpException("web server gives no WebSocket for MQTT: " + name + "="
          + HttpAnswer.shown(found) + "; want " + wanted);
    }
  }

  private static Map<String, String> headers(List<String> lines) {
    Map<String, String> headers = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.merge(name, line.substring(colon + 1).strip(), (one, more) -> one + "," + more);
      }
    }
    return headers;
  }

  private static String accepting(String key) {
    try {
      byte[] both = (key + ACCEPTING).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-1").digest(both));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every runtime has SHA-1", e);
    }
  }
}
