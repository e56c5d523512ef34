package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which brokers are trusted, and what is said of those that are not: a real mosquitto behind an authority below a root. */
@Execution(ExecutionMode.CONCURRENT)
class MqttTrustIT {
  private final Path dir;
  private final Certificates made;

  MqttTrustIT(@TempDir Path dir) throws IOException {
    this.dir = dir;
    made = new Certificates(dir);
    made.authority("root");
    made.issueAuthority("root", "mid");
    made.issue("mid", "server", "IP:127.0.0.1");
  }

  private Mosquitto mosquitto(String... more) throws IOException {
    Files.writeString(
        dir.resolve("chain.pem"),
        Files.readString(dir.resolve("server.pem")) + Files.readString(dir.resolve("mid.pem")));
    List<String> lines = new ArrayList<>(List.of(
        "cafile " + made.file("root.pem"),
        "certfile " + made.file("chain.pem"),
        "keyfile " + made.file("server.key")));
    lines.addAll(List.of(more));
    return new Mosquitto(dir, lines.toArray(String[]::new));
  }

  private Rig rig(Mosquitto mosquitto, String... more) {
    List<String> lines = new ArrayList<>(List.of("ca: " + made.file("root.pem")));
    lines.addAll(List.of(more));
    return MqttTlsIT.rig(mosquitto, "127.0.0.1", lines.toArray(String[]::new));
  }

  private static void assertRefused(Rig rig, String why) {
    IOException refused = assertThrows(IOException.class, rig.uplink::open);
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
    assertFalse(String.valueOf(refused.getMessage()).contains("\n"), refused::getMessage);
  }

  private String lists() {
    return "crl: [" + made.file("root.crl") + ", " + made.file("mid.crl") + "]";
  }

  @Test
  void certificateOfAnAuthorityBelowTheRootIsTrusted() throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      MqttTlsIT.sends(rig(mosquitto));
    }
  }

  @Test
  void expiredCertificateIsToldAsThat() throws IOException {
    made.issueExpired("mid", "server", "IP:127.0.0.1");
    try (Mosquitto mosquitto = mosquitto()) {
      assertRefused(rig(mosquitto), "certificate expired, NotAfter: ");
    }
  }

  @Test
  void certificateOfAnotherHostIsToldAsThat() throws IOException {
    made.issue("mid", "server", "DNS:other.example");
    try (Mosquitto mosquitto = mosquitto()) {
      assertRefused(rig(mosquitto), "certificate of another host, ");
    }
  }

  @Test
  void unknownAuthorityIsToldAsThat() throws IOException {
    made.authority("stranger");
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = MqttTlsIT.rig(mosquitto, "127.0.0.1", "ca: " + made.file("stranger.pem"));
      assertRefused(rig, "want its authority in tls.ca");
    }
  }

  @Test
  void listsThatNameNobodyLetTheBrokerPass() throws IOException {
    made.list("root");
    made.list("mid");
    try (Mosquitto mosquitto = mosquitto()) {
      MqttTlsIT.sends(rig(mosquitto, lists()));
    }
  }

  @Test
  void revokedCertificateIsRefusedAtTheNextConnect() throws IOException {
    made.list("root");
    made.list("mid");
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = rig(mosquitto, lists());
      MqttTlsIT.sends(rig);
      made.revoke("mid", "server");
      made.list("mid");
      assertRefused(rig, "revoked");
    }
  }

  @Test
  void revokedAuthorityIsRefused() throws IOException {
    made.revoke("root", "mid");
    made.list("root");
    made.list("mid");
    try (Mosquitto mosquitto = mosquitto()) {
      assertRefused(rig(mosquitto, lists()), "revoked");
    }
  }

  @Test
  void withoutTheListOfAnIssuerNobodyIsTrusted() throws IOException {
    made.list("root");
    try (Mosquitto mosquitto = mosquitto()) {
      assertRefused(rig(mosquitto, "crl: " + made.file("root.crl")), "revoked");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "mid", "root"})
  void pinnedKeyAnywhereOnThePathIsEnough(String pinned) throws IOException {
    try (Mosquitto mosquitto = mosquitto()) {
      MqttTlsIT.sends(rig(mosquitto, "pin: " + made.pin(pinned)));
    }
  }

  @Test
  void withoutAPinnedKeyOnThePathTheBrokerIsRefused() throws IOException {
    made.authority("stranger");
    try (Mosquitto mosquitto = mosquitto()) {
      assertRefused(
          rig(mosquitto, "pin: [" + made.pin("stranger") + "]"),
          "the broker's is " + made.pin("server"));
    }
  }

  @Test
  void pinDoesNotTakeThePlaceOfTrust() throws IOException {
    made.authority("stranger");
    try (Mosquitto mosquitto = mosquitto()) {
      Rig rig = MqttTlsIT.rig(
          mosquitto, "127.0.0.1", "ca: " + made.file("stranger.pem"), "pin: " + made.pin("server"));
      assertRefused(rig, "want its authority in tls.ca");
    }
  }

  @Test
  void malformedPinAndListAreFaultsOfTheConfiguration() throws IOException {
    Files.writeString(dir.resolve("empty.crl"), "");
    for (String line : List.of("pin: sha256/abc", "crl: " + made.file("empty.crl"))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Tail.settings("url: ssl://127.0.0.1", "tls: {" + line + "}"),
          line);
    }
  }

  @Test
  void rotatedClientCertificateIsShownAtTheNextConnect() throws IOException {
    made.authority("stranger");
    made.issue("stranger", "client", "DNS:client");
    try (Mosquitto mosquitto = mosquitto("require_certificate true")) {
      Rig rig =
          rig(mosquitto, "cert: " + made.file("client.pem"), "key: " + made.file("client.key"));
      assertThrows(IOException.class, () -> MqttTlsIT.sends(rig));
      made.issue("root", "fresh", "DNS:client");
      for (String end : List.of(".key", ".pem")) {
        Files.move(
            dir.resolve("fresh" + end),
            dir.resolve("client" + end),
            StandardCopyOption.ATOMIC_MOVE);
      }
      MqttTlsIT.sends(rig);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void bothVersionsOfTodayAreSpoken(String version) throws IOException {
    try (Mosquitto mosquitto = mosquitto("tls_version " + version)) {
      MqttTlsIT.sends(rig(mosquitto));
    }
  }

  @Test
  void olderVersionIsRefused() throws IOException {
    int port = Program.freePort();
    try (Program server = Program.start(
        Program.require("openssl", "openssl"),
        "s_server",
        "-accept",
        "127.0.0.1:" + port,
        "-cert",
        made.file("server.pem"),
        "-key",
        made.file("server.key"),
        "-tls1_1",
        "-cipher",
        "DEFAULT:@SECLEVEL=0")) {
      org.awaitility.Awaitility.await()
          .until(() -> server.lines().stream().anyMatch(line -> line.contains("ACCEPT")));
      Rig rig = new Rig(Tail.settings(
          "url: ssl://127.0.0.1:" + port, "tls: {ca: " + made.file("root.pem") + "}"));
      IOException refused = assertThrows(IOException.class, rig.uplink::open);
      assertTrue(
          String.valueOf(refused.getMessage()).contains("protocol_version"), refused::getMessage);
    }
  }
}
