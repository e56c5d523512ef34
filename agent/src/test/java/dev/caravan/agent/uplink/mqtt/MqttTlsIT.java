package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a real mosquitto, with certificates made by openssl for each test. */
class MqttTlsIT {
  private final Path dir;
  private final Certificates made;
  private final String openssl = Program.require("openssl", "openssl");

  MqttTlsIT(@TempDir Path dir) throws IOException {
    this.dir = dir;
    made = new Certificates(dir);
    made.authority("ca");
    made.issue("ca", "server", "IP:127.0.0.1");
    made.issue("ca", "client", "DNS:client");
  }

  private String file(String name) {
    return made.file(name);
  }

  private Mosquitto mosquitto(String... more) throws IOException {
    List<String> lines = new ArrayList<>(List.of(
        "cafile " + file("ca.pem"),
        "certfile " + file("server.pem"),
        "keyfile " + file("server.key")));
    lines.addAll(List.of(more));
    return new Mosquitto(dir, lines.toArray(String[]::new));
  }

  static Rig rig(Mosquitto mosquitto, String host, String... tls) {
    List<String> lines = new ArrayList<>();
    lines.add("url: ssl://" + host + ":" + mosquitto.port());
    lines.add("keep_unheard: 0s");
    lines.add("tls:");
    for (String line : tls) {
      lines.add("  " + line);
    }
    return new Rig(Tail.settings(lines.toArray(String[]::new)));
  }

  static void sends(Rig rig) throws IOException {
    Entry entry = new Entry(1, 0, 3, Bytes.EMPTY, Bytes.owning(new byte[100_000]));
    try {
      rig.uplink.open();
      Fate fate = rig.outlet.send(List.of(entry), List.of(false)).fates().get(0);
      assertTrue(fate == Fate.ACCEPTED || fate == Fate.UNHEARD, fate::toString);
    } finally {
      rig.uplink.close();
    }
  }

  @Test
  void aBrokerOfOurOwnAuthorityIsTrusted() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      sends(rig(mosquitto, "127.0.0.1", "ca: " + file("ca.pem")));
    }
  }

  @Test
  void anIdleTlsLinkStays() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig(mosquitto, "127.0.0.1", "ca: " + file("ca.pem"));
      rig.uplink.open();
      rig.staysUp(Duration.ofSeconds(3));
      sends(rig);
    }
  }

  @Test
  void aBrokerOfAnotherAuthorityIsNotTrusted() throws IOException {
    made.authority("other");
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig(mosquitto, "127.0.0.1", "ca: " + file("other.pem"));
      IOException refused = assertThrows(IOException.class, rig.uplink::open);
      assertTrue(
          String.valueOf(refused.getMessage()).contains("certification path"), refused::getMessage);
    }
  }

  @Test
  void aBrokerOfAnotherNameIsNotTrusted() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig(mosquitto, "localhost", "ca: " + file("ca.pem"));
      assertThrows(IOException.class, rig.uplink::open);
    }
  }

  @Test
  void aClientCertificateIsShownAsPemOrPkcs12() throws IOException {
    Program.run(
        openssl,
        "pkcs12",
        "-export",
        "-in",
        file("client.pem"),
        "-inkey",
        file("client.key"),
        "-out",
        file("client.p12"),
        "-passout",
        "pass:hush");
    Program.run(
        openssl,
        "pkcs8",
        "-topk8",
        "-in",
        file("client.key"),
        "-out",
        file("sealed.key"),
        "-passout",
        "pass:hush");
    Files.writeString(dir.resolve("pw"), "hush\n");
    try (Mosquitto mosquitto = mosquitto("require_certificate true")) {
      String ca = "ca: " + file("ca.pem");
      String cert = "cert: " + file("client.pem");
      String password = "key_password_file: " + file("pw");
      assertThrows(IOException.class, () -> sends(rig(mosquitto, "127.0.0.1", ca)));
      sends(rig(mosquitto, "127.0.0.1", ca, cert, "key: " + file("client.key")));
      sends(rig(mosquitto, "127.0.0.1", ca, cert, "key: " + file("sealed.key"), password));
      sends(rig(mosquitto, "127.0.0.1", ca, "cert: " + file("client.p12"), password));
    }
  }

  @Test
  void aKeyOfAnotherCertificateIsAFaultOfTheConfiguration() throws IOException {
    made.issue("ca", "second", "DNS:second");
    IllegalArgumentException fault = assertThrows(
        IllegalArgumentException.class,
        () -> Tail.settings(
            "url: ssl://127.0.0.1",
            "tls: {cert: " + file("client.pem") + ", key: " + file("second.key") + "}"));
    assertTrue(
        String.valueOf(fault.getMessage()).contains("the key does not belong to the certificate"),
        fault::getMessage);
  }

  @Test
  void changedFilesAreReadAtTheNextConnect() throws IOException {
    made.authority("new");
    Files.copy(dir.resolve("new.pem"), dir.resolve("roots.pem"));
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig(mosquitto, "127.0.0.1", "ca: " + file("roots.pem"));
      assertThrows(IOException.class, rig.uplink::open);
      Files.copy(
          dir.resolve("ca.pem"), dir.resolve("roots.pem"), StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(
          dir.resolve("roots.pem"), FileTime.fromMillis(System.currentTimeMillis() + 2000));
      sends(rig);
    }
  }

  @Test
  void plainTextOnATlsPortIsALostLink() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = new Rig(Tail.settings("url: " + mosquitto.url(), "connect_timeout: 3s"));
      assertThrows(IOException.class, rig.uplink::open);
    }
  }
}
