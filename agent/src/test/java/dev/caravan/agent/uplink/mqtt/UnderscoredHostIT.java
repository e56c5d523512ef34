package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts with an underscore in their names, which are none by RFC 1123 and common all the same, in Compose files say. */
@Timeout(60)
class UnderscoredHostIT {
  private final Path dir;

  UnderscoredHostIT(@TempDir Path dir) {
    this.dir = dir;
  }

  @ParameterizedTest
  @CsvSource({"5, my_broker_1", "3.1.1, my_broker_1", "5, _a.b_"})
  void oneThatIsNotThereIsSaidNotToBe(String protocol, String host) {
    Rig rig = new Rig(Tail.settings(
        "url: tcp://" + host + ".invalid:1", "insecure: true", "protocol: " + protocol));
    IOException told = assertThrows(IOException.class, rig.uplink::open);
    String words = String.valueOf(told.getMessage());
    assertTrue(words.contains(host) && words.contains("no such host"), words);
  }

  @ParameterizedTest
  @CsvSource({
    "DNS:my_broker_1, '', ''",
    "DNS:other.example, '', No subject alternative DNS name matching my_broker_1 found",
    "DNS:my_broker, '', No subject alternative DNS name matching my_broker_1 found",
    "DNS:other.example, ', sni: other.example', ''",
    "DNS:an_other, ', sni: an_other', ''",
    "DNS:my_broker_1, ', sni: an_other', No subject alternative DNS name matching an_other found",
  })
  void theCertificateIsForTheName(String certified, String more, String fault) throws IOException {
    Certificates made = new Certificates(dir);
    made.authority("ca");
    made.issue("ca", "server", certified);
    try (Mosquitto mosquitto = new Mosquitto(
            dir,
            "cafile " + made.file("ca.pem"),
            "certfile " + made.file("server.pem"),
            "keyfile " + made.file("server.key"));
        ConnectProxy proxy = new ConnectProxy(mosquitto.port(), "HTTP/1.1 200 OK\r\n\r\n", 0)) {
      Rig rig = new Rig(Tail.settings(
          "url: ssl://my_broker_1:8883",
          "proxy: http://127.0.0.1:" + proxy.port(),
          "keep_unheard: 0s",
          "tls: {ca: " + made.file("ca.pem") + more + "}"));
      if (fault.isEmpty()) {
        MqttTlsIT.sends(rig);
      } else {
        IOException told = assertThrows(IOException.class, rig.uplink::open);
        assertTrue(String.valueOf(told.getMessage()).contains(fault), told::getMessage);
      }
    }
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws IOException {
    Certificates made = new Certificates(dir);
    made.authority("ca");
    made.authority("other");
    made.issue("other", "server", "DNS:my_broker_1");
    try (Mosquitto mosquitto = new Mosquitto(
            dir,
            "cafile " + made.file("other.pem"),
            "certfile " + made.file("server.pem"),
            "keyfile " + made.file("server.key"));
        ConnectProxy proxy = new ConnectProxy(mosquitto.port(), "HTTP/1.1 200 OK\r\n\r\n", 0)) {
      Rig rig = new Rig(Tail.settings(
          "url: ssl://my_broker_1:8883",
          "proxy: http://127.0.0.1:" + proxy.port(),
          "tls: {ca: " + made.file("ca.pem") + "}"));
      assertThrows(IOException.class, rig.uplink::open);
      assertEquals(1, proxy.questions.size());
    }
  }
}
