package dev.caravan.agent.fault;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.caravan.agent.Program;
import dev.caravan.agent.uplink.mqtt.Certificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One mosquitto behind several ports, each with another certificate; the wire from the agent leads now to one, now to another, and
 * files change while the agent runs.
 */
final class BadCertificates {
  private static final String HERE = "IP:127.0.0.1";

  private final Trial trial;
  private final Path folder;
  private final Path keys;
  private final Certificates made;
  private final Map<String, Integer> ports = new TreeMap<>();

  BadCertificates(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
    this.keys = Files.createDirectories(folder.resolve("keys"));
    this.made = new Certificates(keys);
    made.authority("root");
    made.authority("stranger");
    made.issueAuthority("root", "mid");
    made.issueAuthority("root", "revoked");
    made.issue("mid", "good", HERE);
    made.issueExpired("mid", "expired", HERE);
    made.issue("mid", "elsewhere", "DNS:other.example");
    made.issue("revoked", "orphan", HERE);
    made.issue("stranger", "unknown", "DNS:client");
    made.issue("root", "client", "DNS:client");
    made.list("mid");
    made.list("revoked");
    made.list("root");
    keep("root.crl", "before.crl");
    made.revoke("root", "revoked");
    made.list("root");
    keep("root.crl", "after.crl");
    keep("before.crl", "root.crl");
  }

  /** Gives a file another name too, in one step. */
  private void keep(String from, String to) throws IOException {
    Path fresh = keys.resolve("fresh");
    Files.copy(keys.resolve(from), fresh, StandardCopyOption.REPLACE_EXISTING);
    Files.move(fresh, keys.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<String> listener(String name, String authority) throws IOException {
    int port = Program.freePort();
    ports.put(name, port);
    Files.writeString(
        keys.resolve(name + ".chain"),
        Files.readString(keys.resolve(name + ".pem"))
            + Files.readString(keys.resolve(authority + ".pem")));
    return List.of(
        "listener " + port + " 127.0.0.1",
        "cafile " + keys.resolve("root.pem"),
        "certfile " + keys.resolve(name + ".chain"),
        "keyfile " + keys.resolve(name + ".key"),
        "require_certificate true");
  }

  void happen() throws Exception {
    List<String> listeners = new ArrayList<>();
    for (String name : List.of("good", "expired", "elsewhere")) {
      listeners.addAll(listener(name, "mid"));
    }
    listeners.addAll(listener("orphan", "revoked"));
    int tailPort = Program.freePort();
    String tls = ", tls: {ca: keys/root.pem, cert: keys/client.pem, key: keys/client.key,"
        + " crl: [keys/root.crl, keys/mid.crl, keys/revoked.crl]}";
    int webPort = Program.freePort();
    URI health = URI.create("http://127.0.0.1:" + webPort + "/health");
    try (Program broker = Program.mosquitto(folder, tailPort, listeners.toArray(String[]::new));
        FaultyLink link = new FaultyLink(port("good"));
        Road road = new Road(RoadPlan.of(folder, link.port(), tailPort)
            .uplink("ssl://127.0.0.1:" + link.port(), tls)
            .more("web: {listen: \"127.0.0.1:" + webPort + "\"}"))) {
      Wire wire = new Wire(road, link, HttpClient.newHttpClient(), health);
      suffer(
          wire,
          "certificate: the broker's has expired",
          "certificate expired",
          () -> {
            link.to(port("expired"));
          },
          () -> {});
      suffer(
          wire,
          "certificate: of another host",
          "certificate of another host",
          () -> {
            link.to(port("elsewhere"));
          },
          () -> {});
      suffer(
          wire,
          "certificate: its authority is revoked",
          "revoked",
          () -> {
            link.to(port("orphan"));
            link.cut();
            road.awaitLive();
            keep("after.crl", "root.crl");
          },
          () -> keep("before.crl", "root.crl"));
      suffer(
          wire,
          "certificate: the agent's is changed twice",
          "connect to ssl:",
          () -> {
            client("unknown");
          },
          () -> {
            made.issue("root", "next", "DNS:client");
            client("next");
          });
      if (!broker.process().isAlive()) {
        throw new IOException("the broker has ended: " + broker.errors());
      }
    }
  }

  private int port(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new IllegalArgumentException(name);
    }
    return port;
  }

  private void client(String name) throws IOException {
    keep(name + ".key", "client.key");
    keep(name + ".pem", "client.pem");
  }

  /** The link is cut after {@code spoil}; the agent must not come back, and say why, until {@code mend}. */
  private void suffer(Wire wire, String name, String why, Trial.Fault spoil, Trial.Fault mend)
      throws Exception {
    trial.suffer(wire.road, name, trial.times(), () -> {
      spoil.happen();
      wire.link.cut();
      await().atMost(Duration.ofMinutes(1)).until(() -> wire.health(), containsString(why));
      Trial.pass(1_000);
      mend.happen();
      wire.link.to(port("good"));
    });
  }

  /** The road, its wire to the broker, and where the agent says how it is. */
  private record Wire(Road road, FaultyLink link, HttpClient client, URI where) {
    String health() throws Exception {
      HttpRequest request = HttpRequest.newBuilder(where).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }
}
