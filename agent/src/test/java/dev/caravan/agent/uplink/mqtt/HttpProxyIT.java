package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way through an HTTP proxy to a real mosquitto. */
@Timeout(120)
class HttpProxyIT {
  private static final String PASSES = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

  private final Path dir;

  HttpProxyIT(@TempDir Path dir) {
    this.dir = dir;
  }

  /** The broker's name is one that only the proxy could know. */
  private static Rig rig(String url, ConnectProxy proxy, String user, String... more) {
    List<String> lines = new ArrayList<>(List.of(
        "url: " + url, "keep_unheard: 0s", "proxy: http://" + user + "127.0.0.1:" + proxy.port()));
    lines.addAll(List.of(more));
    return new Rig(Tail.settings(lines.toArray(String[]::new)));
  }

  private void arrives(Rig rig, Mosquitto mosquitto) throws IOException {
    try (Tail tail = new Tail(mosquitto.url(), Rig.DATA)) {
      rig.uplink.open();
      assertEquals(3, rig.send(1, 3).fates().size());
      await().atMost(Duration.ofSeconds(10)).until(() -> tail.sequences().size() == 3);
      rig.uplink.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, ''", "5, ''", "0, 'HTTP/1.1 102 Processing\r\n\r\n'"})
  void bytesGoToTheBrokerByItsName(long pauseMs, String before) throws Exception {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        ConnectProxy proxy = new ConnectProxy(mosquitto.port(), before + PASSES, pauseMs)) {
      arrives(rig("tcp://broker.invalid:1883\ninsecure: true", proxy, ""), mosquitto);
      assertEquals(
          List.of("CONNECT broker.invalid:1883 HTTP/1.1\r\nHost: broker.invalid:1883\r\n\r\n"),
          proxy.questions);
    }
  }

  @Test
  void theUserAndTheContentOfAFileAreToldToTheProxy() throws Exception {
    Path file = Files.writeString(dir.resolve("secret"), "open:ü sesame\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (Mosquitto mosquitto = new Mosquitto(dir);
        ConnectProxy proxy = new ConnectProxy(mosquitto.port(), PASSES, 0)) {
      arrives(
          rig(
              "tcp://broker.invalid:1883\ninsecure: true",
              proxy,
              "a%40b@",
              "proxy_password_file: " + file),
          mosquitto);
      // printf 'a@b:open:ü sesame' | base64
      assertTrue(
          proxy
              .questions
              .get(0)
              .contains("\r\nProxy-Authorization: Basic YUBiOm9wZW46w7wgc2VzYW1l\r\n"),
          proxy.questions::toString);
    }
  }

  @Test
  void tlsIsTheBrokersBehindTheProxyAndItsNameIsToldThere() throws Exception {
    Certificates made = new Certificates(dir);
    made.authority("ca");
    made.issue("ca", "server", "DNS:broker.invalid");
    try (Mosquitto mosquitto = new Mosquitto(
            dir, "certfile " + made.file("server.pem"), "keyfile " + made.file("server.key"));
        ConnectProxy proxy = new ConnectProxy(mosquitto.port(), PASSES, 0)) {
      Rig rig =
          rig("ssl://broker.invalid:8883", proxy, "", "tls: {ca: " + made.file("ca.pem") + "}");
      rig.uplink.open();
      assertEquals(3, rig.send(1, 3).fates().size());
      rig.uplink.close();
      Rig other =
          rig("ssl://other.invalid:8883", proxy, "", "tls: {ca: " + made.file("ca.pem") + "}");
      assertThrows(IOException.class, other.uplink::open);
      Rig named = rig(
          "ssl://other.invalid:8883",
          proxy,
          "",
          "tls: {sni: broker.invalid, ca: " + made.file("ca.pem") + "}");
      named.uplink.open();
      named.uplink.close();
    }
  }

  @Test
  void webSocketsGoThroughToo() throws Exception {
    int port = dev.caravan.agent.Program.freePort();
    try (Mosquitto mosquitto =
            new Mosquitto(dir, "listener " + port + " 127.0.0.1", "protocol websockets");
        ConnectProxy proxy = new ConnectProxy(port, PASSES, 0)) {
      arrives(rig("ws://broker.invalid\ninsecure: true", proxy, ""), mosquitto);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', true, 'says 407 Proxy Authentication Required; want a user in proxy'",
    "'HTTP/1.1 403 Forbidden\r\n\r\n', true, 'says 403 Forbidden; does it let through the port'",
    "'HTTP/1.0 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n', false, says 502 Bad Gateway",
    "'HTTP/1.1 301 Moved\r\n\r\n', false, says 301 Moved",
    "'SSH-2.0-x\r\n\r\n', false, 'is none, it says ''SSH-2.0-x'''",
    "'', false, ended the connection without an answer",
    "'HTTP/1.1 200 Conn', false, "
  })
  void whatElseAProxySaysIsTold(
      String answer, boolean isRefused, @org.jspecify.annotations.Nullable String words)
      throws Exception {
    try (ConnectProxy proxy = new ConnectProxy(1, answer, 0)) {
      Rig rig = rig("tcp://127.0.0.1:1", proxy, "");
      IOException told = assertThrows(IOException.class, rig.uplink::open);
      assertEquals(isRefused, told instanceof RefusedException, told::toString);
      assertTrue(
          words == null
              || String.valueOf(told.getMessage())
                  .contains("proxy 127.0.0.1:" + proxy.port() + " " + words),
          told::toString);
    }
  }

  @Test
  void aProxyThatAnswersByteByByteForEverIsGivenUp() throws Exception {
    try (ConnectProxy proxy = new ConnectProxy(1, "HTTP/1.1 200 " + "x".repeat(500), 20)) {
      Rig rig = rig("tcp://127.0.0.1:1", proxy, "", "connect_timeout: 1s");
      IOException told = assertThrows(IOException.class, rig.uplink::open);
      assertTrue(
          String.valueOf(told.getMessage()).contains("gives no answer in 1 s"), told::toString);
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    ConnectProxy proxy = new ConnectProxy(1, "", 0);
    proxy.close();
    Rig rig = rig("tcp://127.0.0.1:1", proxy, "");
    IOException told = assertThrows(IOException.class, rig.uplink::open);
    assertTrue(String.valueOf(told.getMessage()).contains("proxy 127.0.0.1:"), told::toString);
    assertFalse(told instanceof RefusedException);
  }
}
