package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets of a real mosquitto, and of web servers that give none. */
class MqttWebSocketIT {
  private final Path dir;
  private final int webPort = Program.freePort();

  MqttWebSocketIT(@TempDir Path dir) throws IOException {
    this.dir = dir;
  }

  /** With a plain listener too: mosquitto 2.0.11 does not start without any. */
  private Mosquitto mosquitto(String... more) throws IOException {
    List<String> lines = new ArrayList<>(List.of(
        "max_queued_messages 0",
        "listener " + webPort + " 127.0.0.1",
        "socket_domain ipv4",
        "protocol websockets"));
    lines.addAll(List.of(more));
    Mosquitto started = new Mosquitto(dir, lines.toArray(String[]::new));
    await().until(() -> {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), webPort)) {
        return probe.isConnected();
      } catch (IOException e) {
        return false;
      }
    });
    return started;
  }

  private String web() {
    return "ws://127.0.0.1:" + webPort;
  }

  private static Rig rig(String... lines) {
    return new Rig(Tail.settings(lines));
  }

  @Test
  void tenThousandMessagesArriveInOrder() throws IOException {
    try (Mosquitto mosquitto = mosquitto();
        Tail tail = new Tail(web(), Rig.DATA)) {
      assertTrue(mosquitto.port() > 0);
      Rig rig = rig("url: " + web(), "window: 20");
      rig.uplink.open();
      for (long from = 1; from < 10_000; from += 500) {
        assertEquals(Rig.all(500, Fate.ACCEPTED), rig.send(from, from + 499).fates());
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> tail.messages.size() >= 10_000);
      assertEquals(Rig.range(1, 10_000), tail.sequences());
      rig.uplink.close();
    }
  }

  @Test
  void aLargeMessageArrivesWhole() throws IOException {
    try (Mosquitto mosquitto = mosquitto();
        Tail tail = new Tail(mosquitto.url(), Rig.DATA)) {
      MqttTlsIT.sends(rig("url: " + web(), "keep_unheard: 0s"));
      await().until(() -> tail.messages.size() == 1);
      assertEquals(100_002, tail.messages.get(0).payload().length());
    }
  }

  @Test
  void whatIsKeptLeavesWhenTheBrokerIsBack() throws Exception {
    MemoryQueue queue = new MemoryQueue();
    try (Mosquitto mosquitto = mosquitto();
        Tail tail = new Tail(web(), Rig.DATA)) {
      Rig rig = rig("url: " + web());
      RunningCourier courier = new RunningCourier(rig, queue, new Random(3));
      long sequence = 0;
      for (int round = 0; round < 3; round++) {
        queue.append(++sequence);
        long seen = sequence;
        await().atMost(Duration.ofSeconds(30)).until(() -> tail.sequences().contains(seen));
        mosquitto.kill();
        queue.append(++sequence);
        mosquitto.startAgain();
      }
      await().atMost(Duration.ofSeconds(30)).until(queue::isEmpty);
      await().until(() -> tail.sequences().stream().distinct().count() == 6);
      courier.close();
    }
    await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
  }

  @Test
  void halfOpenLinkIsNoticedWithinOneAndAHalfKeepAlives() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig("url: " + web(), "keep_alive: 5s");
      rig.uplink.open();
      mosquitto.freeze();
      String why = String.valueOf(rig.awaitLoss(Duration.ofMillis(7500)).getMessage());
      assertTrue(why.contains("silent for"), why);
      rig.uplink.close();
    }
  }

  @Test
  void idleLinkStaysOverSeveralKeepAlives() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig("url: " + web(), "keep_alive: 5s");
      rig.uplink.open();
      rig.staysUp(Duration.ofSeconds(12));
      assertTrue(mosquitto.port() > 0);
      rig.uplink.close();
    }
  }

  @Test
  void overTlsItIsTrustedLikeAnyBroker() throws IOException {
    Certificates made = new Certificates(dir);
    made.authority("ca");
    made.authority("other");
    made.issue("ca", "server", "IP:127.0.0.1");
    made.issue("ca", "client", "DNS:client");
    String secure = "url: wss://127.0.0.1:" + webPort + "/mqtt";
    String shown = "  cert: " + made.file("client.pem");
    String key = "  key: " + made.file("client.key");
    String ca = "  ca: " + made.file("ca.pem");
    String unheard = "keep_unheard: 0s";
    try (Mosquitto mosquitto = mosquitto(
        "cafile " + made.file("ca.pem"),
        "certfile " + made.file("server.pem"),
        "keyfile " + made.file("server.key"),
        "require_certificate true")) {
      assertTrue(mosquitto.port() > 0);
      MqttTlsIT.sends(rig(secure, unheard, "tls:", ca, shown, key));
      String pin = "  pin: " + made.pin("server");
      MqttTlsIT.sends(rig(secure, unheard, "tls:", ca, shown, key, pin));
      assertThrows(IOException.class, () -> MqttTlsIT.sends(rig(secure, unheard, "tls:", ca)));
      for (String[] lines : new String[][] {
        {secure, "tls:", "  ca: " + made.file("other.pem"), shown, key},
        {secure, "tls:", ca, shown, key, "  pin: " + made.pin("other")},
        {secure.replace("127.0.0.1", "localhost"), "tls:", ca, shown, key}
      }) {
        IOException refused =
            assertThrows(IOException.class, () -> rig(lines).uplink.open());
        assertTrue(
            String.valueOf(refused.getMessage()).contains("certificate "), refused::getMessage);
      }
    }
  }

  // web servers

  @Test
  void twoHundredRefusedHandshakesLeaveNoThreadBehind() throws IOException {
    try (WebServer server = new WebServer("404 Not Found")) {
      Rig rig = rig("url: " + server.url());
      for (int i = 0; i < 200; i++) {
        IOException refused = assertThrows(IOException.class, rig.uplink::open);
        assertEquals(
            "connect to " + server.url() + ": web server says 404 Not Found; want 101 Switching"
                + " Protocols, is the path of the url right?",
            refused.getMessage());
      }
      await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8802" + "03e8", "890101", "0200", "ffffffffffff", "820a"})
  void aWebSocketThatEndsOrSpeaksNonsenseAtOnceLeavesNoThreadBehind(String frames)
      throws IOException {
    try (WebServer server = new WebServer(frames, true)) {
      Rig rig = rig("url: " + server.url());
      for (int i = 0; i < 5; i++) {
        assertThrows(IOException.class, rig.uplink::open);
      }
      await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
    }
  }

  @Test
  @Timeout(15)
  void aServerThatSaysNothingIsGivenUpInTime() throws IOException {
    try (WebServer server = new WebServer("")) {
      Rig rig = rig("url: " + server.url(), "connect_timeout: 1s");
      assertThrows(IOException.class, rig.uplink::open);
      await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
    }
  }

  @Test
  void notBeingLetInIsToldApartFromALostLink() throws IOException {
    try (WebServer server = new WebServer("401 Unauthorized")) {
      Rig rig = rig("url: " + server.url());
      RefusedException refused = assertThrows(RefusedException.class, rig.uplink::open);
      assertTrue(
          String.valueOf(refused.getMessage())
              .endsWith("refused, web server says 401 Unauthorized"),
          refused::getMessage);
    }
  }
}
