package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.security.Secret;
import dev.caravan.agent.uplink.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How to reach a broker.
 *
 * @param brokers in the order they are tried; at least one
 * @param clientId as set; empty for {@code DEVICE-ROUTE}
 * @param keepAliveSeconds the longest silence; half as much again and the link is taken for lost
 * @param window how many publishes may be unacknowledged
 * @param keepUnheardNs how long an entry that nobody listens to is kept and sent again; 0 takes it as delivered
 * @param maxPayload the largest message that may leave, in bytes, with its topic and properties; 0 for what the broker takes
 * @param backlogRate how much of a backlog may leave, bytes per second; 0 for as much as the link takes
 * @param budget what may be used of a metered link
 * @param keys for brokers that are reached over TLS
 */
public record MqttSettings(
    List<Broker> brokers,
    Optional<String> clientId,
    Optional<String> user,
    Optional<Secret> password,
    int keepAliveSeconds,
    int connectTimeoutSeconds,
    int window,
    long keepUnheardNs,
    long maxPayload,
    long backlogRate,
    Budget.Limits budget,
    KeyMaterial keys) {
  private static final long SECOND_NS = 1_000_000_000L;
  // MQTT 5, 1.5.4: neither control characters nor halves of surrogate pairs nor what is no
  // character
  private static final Pattern ID = Pattern.compile("[^\\p{Cc}\\p{Cs}\\p{Cn}]{1,21845}");
  // RFC 7301, 3.1: 1..255 bytes
  private static final Pattern PROTOCOL = Pattern.compile("[!-~]{1,255}");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i:localhost)|127\\.\\d+\\.\\d+\\.\\d+|\\[?::1\\]?");

  /**
   * One broker: where, and how to talk to it.
   *
   * @param page path and query of its WebSocket; empty for MQTT without one
   * @param alpn protocols that are offered in the TLS handshake; empty for no offer
   */
  public record Broker(
      String host, int port, boolean tls, Optional<String> page, List<String> alpn) {
    /** Copies the list. */
    public Broker {
      alpn = List.copyOf(alpn);
    }

    /** Whether it is on this machine. */
    boolean isLoopback() {
      return LOOPBACK.matcher(host).matches();
    }

    /** Its address, without the query: some brokers want a signature there, which is a secret. */
    @Override
    public String toString() {
      String scheme = page.isPresent() ? tls ? "wss" : "ws" : tls ? "ssl" : "tcp";
      return scheme + "://" + host + ":" + port + page.orElse("").replaceAll("\\?.*", "");
    }
  }

  /** Copies the list. */
  public MqttSettings {
    brokers = List.copyOf(brokers);
  }

  /** Reads the keys of an {@code uplink} of type {@code mqtt}. */
  public static MqttSettings from(Node uplink) {
    uplink.at("type").oneOf(List.of("mqtt"));
    Node url = uplink.at("url");
    boolean insecure = uplink.at("insecure").flag(false);
    Node tls = uplink.at("tls");
    List<String> alpn = alpn(tls.at("alpn"));
    List<Broker> brokers = new ArrayList<>();
    for (Node one : url.isList() ? url.items() : List.of(url)) {
      broker(one, insecure, alpn).ifPresent(brokers::add);
    }
    if (url.isList() && url.items().isEmpty()) {
      url.fault("want at least one broker");
    }
    if (tls.isPresent() && brokers.stream().noneMatch(Broker::tls)) {
      tls.fault("set, but no url begins with ssl://, mqtts:// or wss://");
    }
    uplink.at("qos").whole(1, 1, 1);
    Node clientId = uplink.at("client_id");
    MqttSettings settings = new MqttSettings(
        brokers,
        clientId.isPresent()
            ? Optional.of(
                clientId.text(ID, "1..21845 characters, none of them a control character"))
            : Optional.empty(),
        uplink.at("user").optionalText(),
        Secret.from(uplink, "password"),
        (int) (uplink.at("keep_alive").durationNs("5s", "18h", "30s") / SECOND_NS),
        (int) (uplink.at("connect_timeout").durationNs("1s", "60s", "10s") / SECOND_NS),
        (int) uplink.at("window").whole(1, 1000, 16),
        uplink.at("keep_unheard").durationNs("0s", "365d", "10m"),
        uplink.at("max_payload").isPresent()
            ? uplink.at("max_payload").sizeBytes("256B", "256MiB", "256MiB")
            : 0,
        backlogRate(uplink.at("backlog_rate")),
        BudgetReading.from(uplink.at("budget")),
        KeyMaterial.from(tls));
    uplink.refuseUnknownKeys();
    settings.brokers.stream()
        .filter(broker -> settings.password.isPresent() && !broker.tls && !broker.isLoopback())
        .findFirst()
        .ifPresent(broker -> uplink
            .at("url")
            .warn("the password goes to " + broker + " in plain text; want ssl:// or wss://"));
    return settings;
  }

  /**
   * For a single broker given by its address alone, with everything else as it is without settings.
   *
   * @throws IllegalArgumentException if it is not an address; the message says what is wanted
   */
  public static MqttSettings of(String url, KeyMaterial keys) {
    return new MqttSettings(
        List.of(BrokerUrl.parse(url, List.of())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        30,
        10,
        16,
        600 * SECOND_NS,
        0,
        0,
        Budget.Limits.NONE,
        keys);
  }

  private static long backlogRate(Node node) {
    return node.isPresent() ? node.sizeBytes("1KiB", "1GiB", "1GiB") : 0;
  }

  private static List<String> alpn(Node names) {
    String wanted = "a protocol name of 1..255 visible characters, such as mqtt";
    return names.oneOrMore().stream().map(name -> name.text(PROTOCOL, wanted)).toList();
  }

  private static Optional<Broker> broker(Node url, boolean insecure, List<String> alpn) {
    if (!url.isPresent()) {
      url.fault("missing; want the broker's address, such as ssl://broker.example:8883");
      return Optional.empty();
    }
    Optional<Broker> broker = url.parsed(text -> BrokerUrl.parse(text, alpn));
    if (broker.isPresent() && !broker.get().tls && !broker.get().isLoopback() && !insecure) {
      url.fault("'" + BrokerUrl.shown(url.text())
          + "' sends in plain text to another machine; want ssl:// or"
          + " wss://, or insecure: true beside it");
    }
    return broker;
  }
}
