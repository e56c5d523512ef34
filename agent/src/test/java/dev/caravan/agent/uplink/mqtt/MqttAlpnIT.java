package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port that is shared by several protocols and lets in only who says which. */
class MqttAlpnIT {
  private static final String ONLY = "x-amzn-mqtt-ca";

  private final Certificates made;
  private final BlockingQueue<String> spoken = new LinkedBlockingQueue<>();
  private SSLServerSocket server;

  MqttAlpnIT(@TempDir Path dir) throws IOException {
    made = new Certificates(dir);
    made.authority("ca");
    made.issue("ca", "server", "IP:127.0.0.1");
  }

  @BeforeEach
  void start() throws Exception {
    String openssl = Program.require("openssl", "openssl");
    Program.run(
        openssl,
        "pkcs12",
        "-export",
        "-in",
        made.file("server.pem"),
        "-inkey",
        made.file("server.key"),
        "-out",
        made.file("server.p12"),
        "-passout",
        "pass:hush");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(made.file("server.p12")))) {
      store.load(in, "hush".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "hush".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server = (SSLServerSocket) context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "shared port");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (SSLSocket asking = (SSLSocket) server.accept()) {
        // null refuses the handshake, also where nothing was offered
        asking.setHandshakeApplicationProtocolSelector(
            (socket, offered) -> offered.contains(ONLY) ? ONLY : null);
        asking.startHandshake();
        spoken.add(asking.getApplicationProtocol());
      } catch (IOException e) {
        spoken.add("refused");
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private IOException open(String alpn) {
    Rig rig = new Rig(Tail.settings(
        "url: ssl://127.0.0.1:" + server.getLocalPort(),
        "connect_timeout: 3s",
        "tls: {ca: " + made.file("ca.pem") + alpn + "}"));
    return assertThrows(IOException.class, rig.uplink::open);
  }

  @Test
  void aProtocolThatIsOfferedIsSpoken() throws Exception {
    open(", alpn: [mqtt, " + ONLY + "]");
    assertEquals(ONLY, spoken.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void nothingIsOfferedUnlessAskedFor() throws Exception {
    open("");
    assertEquals("", spoken.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void aBrokerThatSpeaksNoneOfThemIsToldByItsAlert() throws Exception {
    IOException refused = open(", alpn: mqtt");
    assertEquals("refused", spoken.poll(5, TimeUnit.SECONDS));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("no_application_protocol"),
        refused::getMessage);
  }
}
