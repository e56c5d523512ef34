package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.security.Secret;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.BudgetReading;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/**
 * How to reach a broker.
 *
 * @param brokers in the order they are tried; at least one
 * @param protocol the version of MQTT; none for 5, or 3.1.1 where the broker knows no other
 * @param clientId as set; empty for that of {@link #clientId(Origin)}
 * @param qos of batches and events: 0 settles them when they are written, 1 when the broker acknowledges them
 * @param keepAliveSeconds the longest silence; half as much again and the link is taken for lost
 * @param window how many publishes may be unacknowledged
 * @param keepUnheardNs how long an entry that nobody listens to is kept and sent again; 0 takes it as delivered
 * @param maxPayload the largest message that may leave, in bytes, with its topic and properties; 0 for what the broker takes
 * @param backlogRate how much of a backlog may leave, bytes per second; 0 for as much as the link takes
 * @param budget what may be used of a metered link
 * @param keys for brokers that are reached over TLS
 * @param customs what the broker wants otherwise
 * @param isCompat whether a user property names each message, and the content type does not
 * @param requests whether schemas may be asked for; nothing where it is as with commands
 * @param schemasEveryNs how often schemas in use are published again; 0 for where no broker keeps them alone
 */
public record MqttSettings(
    List<Broker> brokers,
    Optional<Version> protocol,
    Optional<String> clientId,
    Optional<String> user,
    Optional<Secret> password,
    int qos,
    int keepAliveSeconds,
    int connectTimeoutSeconds,
    int window,
    long keepUnheardNs,
    long maxPayload,
    long backlogRate,
    Budget.Limits budget,
    KeyMaterial keys,
    Customs customs,
    boolean isCompat,
    Optional<Boolean> requests,
    long schemasEveryNs) {
  private static final long SECOND_NS = 1_000_000_000L;
  // MQTT 5, 1.5.4: neither control characters nor halves of surrogate pairs nor what is no
  // character
  private static final Pattern ID = Pattern.compile("[^\\p{Cc}\\p{Cs}\\p{Cn}]{1,21845}");
  // RFC 7301, 3.1: 1..255 bytes
  private static final Pattern PROTOCOL = Pattern.compile("[!-~]{1,255}");
  private static final String PROTOCOL_WANTED =
      "a protocol name of 1..255 visible characters, such as mqtt";
  // labels of at most 63, and no address: the last one is no number
  private static final String HOST_NAME =
      "(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*(?!\\d+$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i:localhost)|127\\.\\d+\\.\\d+\\.\\d+|\\[?::1\\]?");

  /** Which way out it is. */
  public static final Key<String> TYPE =
      Key.oneOf("type", "mqtt").orWord("mqtt").required().says("the way out");

  private static final Key<Node> URL = Key.oneOrMore("url", Key.text("broker").like(BrokerUrl.FORM))
      .required()
      .absent("required; port 1883, over TLS 8883, WebSocket 80 and 443, path `/mqtt`")
      .range("also `mqtt://`, `mqtts://`")
      .says("address of the broker, `tcp://HOST[:PORT]` or `ssl://HOST[:PORT]`, or of its "
          + "WebSocket, `ws://HOST[:PORT][/PATH]` or `wss://HOST[:PORT][/PATH]`, a query "
          + "included; a list is tried in its order");
  private static final Key<Boolean> INSECURE =
      Key.flag("insecure", false).says("whether plain text to another machine is meant");
  private static final Key<String> VERSION = Key.oneOf("protocol", "auto", "5", "3.1.1")
      .or("auto")
      .says(
          "version of MQTT. `auto` speaks 5, and 3.1.1 to a broker that says that it does not know 5, or "
              + "leaves a CONNECT of it without an answer three times in a row and then answers one of 3.1.1; that is told, "
              + "remembered for a day or until the next start, and then 5 is tried again. 3.1.1 cannot say all: see below");
  private static final Key<Integer> QOS = Key.whole("qos", 0, 1)
      .or(1)
      .says(
          "quality of service of batches and events. With 1 each leaves the queue when the broker "
              + "has acknowledged it; with 0 when it is written, so that what is on its way when a link "
              + "ends, or what the broker drops, is lost, and nothing names it. Status and schemas are "
              + "sent with 1 in any case");
  /** Under which a broker knows the link. */
  public static final Key<String> CLIENT_ID = Key.text(
          "client_id", ID, "1..21845 characters, none of them a control character")
      .absent("`caravan-FLEET/DEVICE/ROUTE`")
      .range("1..21845 characters, none of them a control character")
      .says(
          "client identifier; `FLEET`, `DEVICE` and `ROUTE` in it stand for these. Two routes that may meet at one broker must have two. Some brokers take "
              + "less than the standard does, such as 23 letters and digits, and refuse with 0x85 what is more");

  private static final Key<String> USER = Key.text("user").says("user name");
  private static final Key<String> PASSWORD = Key.secret("password")
      .says("one environment variable, `${NAME}`, and nothing else; not beside `password_file`");
  private static final Key<Path> PASSWORD_FILE = Key.file("password_file")
      .range("a readable file, at most 64 KiB")
      .says("file with the password in its first line, read anew at each connect");
  private static final Key<Long> KEEP_ALIVE = Key.duration("keep_alive", "5s", "18h")
      .or("30s")
      .says("longest silence before a ping; a link that shows no sign of life, or acknowledges "
          + "nothing, for 1.4 times as long is given up (bytes that leave after they had to wait "
          + "are such a sign), and one that answers no ping for 4 times as long though bytes "
          + "come. A broker may tell another; if it tells 0, nothing is pinged, and only what is "
          + "not acknowledged ends a link");
  private static final Key<Long> CONNECT_TIMEOUT = Key.duration("connect_timeout", "1s", "60s")
      .or("10s")
      .says("how long one attempt to connect may take; on a thin link, whose answers come "
          + "slowly, up to six times as long");
  private static final Key<Integer> WINDOW = Key.whole("window", 1, 1000)
      .or(16)
      .says("how many publishes may be unacknowledged; never more than the broker's Receive "
          + "Maximum");
  private static final Key<Long> KEEP_UNHEARD = Key.duration("keep_unheard", "0s", "365d")
      .or("10m")
      .says("how long a batch is kept that the broker takes and that nobody listens to (0x10), "
          + "counted from when it was stored and from when the silence began. New batches are "
          + "sent once when they are made all the same; what is kept is sent again once somebody "
          + "listens, and once more before it is given up and named in the ledger. `0s` takes it "
          + "as delivered at once: right for a broker whose rules take what no subscriber does; "
          + "the ledger names it all the same");
  private static final Key<Long> MAX_PAYLOAD = Key.size("max_payload", "256B", "256MiB")
      .absent("what the broker takes")
      .says("the largest message that leaves, with its topic and properties; what is larger is "
          + "divided. A smaller Maximum Packet Size of the broker holds all the same, and a "
          + "smaller limit that it does not tell is found out and remembered for a day");
  private static final Key<Long> BACKLOG_RATE = Key.size("backlog_rate", "1KiB", "1GiB")
      .absent("as much as the link takes")
      .says("how much may leave in a second of what is older than 10 s; what is newer goes first "
          + "in any case, and does not wait longer than about a second for it");
  private static final Key<Node> BUDGET = Key.block("budget", BudgetReading.KEYS)
      .absent("no limit")
      .says("how much the route may send and receive on a metered link, TCP and TLS included; "
          + "what stops waits in its queue. What comes down, such as commands, counts too. "
          + "Connecting again and the status are counted and always "
          + "allowed, so a link that comes and goes can use more");
  private static final Key<Boolean> REQUESTS = Key.flag("requests", false)
      .absent("`true` on the route by which commands come, else `false`")
      .says("whether a consumer may ask for schemas on `caravan/v1/FLEET/DEVICE/request` "
          + "(`caravan.v1.Request`), unsigned: each is published again at most once a minute, within the `budget`, "
          + "and with no more than a quarter of the link");
  private static final Key<Long> SCHEMAS_EVERY = Key.duration("schemas_every", "10s", "30d")
      .absent(
          "never, and without retained messages `1m`, or so much later as keeps it below 100 B/s")
      .says(
          "how often, and after each connect, a schema in use is published again: for a broker whose "
              + "retained messages do not reach every reader, such as a cluster that does not share them between its nodes. Beside the "
              + "batches, within the `budget`, and with no more than a quarter of the link");
  private static final Key<Node> TLS_ALPN = Key.oneOrMore(
          "alpn", Key.text("protocol", PROTOCOL, PROTOCOL_WANTED))
      .absent("nothing is offered")
      .range("1..255 visible characters each")
      .says("protocol name or a list of them, offered in the handshake (ALPN); a broker that "
          + "shares its port with others wants one, such as `x-amzn-mqtt-ca` or `mqtt`");
  private static final Key<String> TLS_SNI = Key.text(
          "sni", Pattern.compile(HOST_NAME), "a host name, such as broker.example")
      .absent("the host of the url")
      .range("a host name")
      .says(
          "name that the broker is asked for in the handshake (SNI), where many share an address; its "
              + "certificate is for this name or for the host of the url");
  private static final List<Key<?>> TLS_KEYS =
      Stream.concat(KeyMaterial.KEYS.stream(), Stream.of(TLS_ALPN, TLS_SNI)).toList();
  private static final Key<Node> TLS = Key.block("tls", TLS_KEYS)
      .absent("the runtime's roots, no certificate")
      .says("keys for brokers reached over TLS");

  private static final List<Key<?>> OWN_KEYS = List.of(
      TYPE,
      URL,
      INSECURE,
      VERSION,
      QOS,
      CLIENT_ID,
      USER,
      PASSWORD,
      PASSWORD_FILE,
      KEEP_ALIVE,
      CONNECT_TIMEOUT,
      WINDOW,
      KEEP_UNHEARD,
      MAX_PAYLOAD,
      BACKLOG_RATE,
      BUDGET,
      REQUESTS,
      SCHEMAS_EVERY,
      TLS);

  /** Its keys. */
  public static final List<Key<?>> KEYS = Stream.of(OWN_KEYS, HttpProxy.KEYS, Customs.KEYS)
      .<Key<?>>flatMap(List::stream)
      .toList();

  /**
   * One broker: where, and how to talk to it.
   *
   * @param page path and query of its WebSocket; empty for MQTT without one
   * @param alpn protocols that are offered in the TLS handshake; empty for no offer
   * @param sni its name in the TLS handshake, where it is not the host
   * @param proxy by which it is reached
   */
  public record Broker(
      String host,
      int port,
      boolean tls,
      Optional<String> page,
      List<String> alpn,
      Optional<String> sni,
      Optional<HttpProxy> proxy) {
    /** Copies the list. */
    public Broker {
      alpn = List.copyOf(alpn);
    }

    /** The same, by such a proxy and under such a name. */
    Broker by(Optional<String> name, Optional<HttpProxy> given) {
      return new Broker(host, port, tls, page, alpn, tls ? name : Optional.empty(), given);
    }

    /** What is connected to, looked up now: the proxy, or the broker itself. */
    InetSocketAddress address() {
      return proxy.isPresent()
          ? new InetSocketAddress(proxy.get().host(), proxy.get().port())
          : new InetSocketAddress(host, port);
    }

    /** The name that it is asked for in the TLS handshake, and that its certificate is for. */
    String name() {
      return sni.orElse(host);
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
    uplink.get(TYPE);
    return from(uplink, false);
  }

  /** The same, whatever its type says, and for readers of before where {@code isCompat}. */
  public static MqttSettings from(Node uplink, boolean isCompat) {
    Node url = uplink.at(URL);
    boolean insecure = uplink.get(INSECURE);
    Node tls = uplink.at(TLS);
    List<String> alpn = alpn(tls.at(TLS_ALPN));
    Optional<String> sni = tls.find(TLS_SNI);
    Optional<HttpProxy> proxy = HttpProxy.from(uplink);
    List<Broker> brokers = new ArrayList<>();
    for (Node one : url.isList() ? url.items() : List.of(url)) {
      broker(one, insecure, alpn).map(each -> each.by(sni, proxy)).ifPresent(brokers::add);
    }
    if (url.isList() && url.items().isEmpty()) {
      url.fault("want at least one broker");
    }
    if (tls.isPresent() && brokers.stream().noneMatch(Broker::tls)) {
      tls.fault("set, but no url begins with ssl://, mqtts:// or wss://");
    }
    int qos = uplink.get(QOS);
    if (qos == 0) {
      uplink
          .at(QOS)
          .warn("batches leave the queue when they are written, unacknowledged: what is on its way "
              + "when a link ends is lost, and nothing names it");
    }
    MqttSettings settings = new MqttSettings(
        brokers,
        version(uplink.get(VERSION)),
        uplink.find(CLIENT_ID),
        uplink.find(USER),
        Secret.from(uplink, PASSWORD, PASSWORD_FILE),
        qos,
        (int) (uplink.get(KEEP_ALIVE) / SECOND_NS),
        (int) (uplink.get(CONNECT_TIMEOUT) / SECOND_NS),
        uplink.get(WINDOW),
        uplink.get(KEEP_UNHEARD),
        uplink.find(MAX_PAYLOAD).orElse(0L),
        uplink.find(BACKLOG_RATE).orElse(0L),
        BudgetReading.from(uplink.at(BUDGET)),
        KeyMaterial.from(tls),
        Customs.from(uplink),
        isCompat,
        uplink.find(REQUESTS),
        uplink.find(SCHEMAS_EVERY).orElse(0L));
    if (settings.protocol.equals(Optional.of(Version.THREE))) {
      settings.customs.warnWithoutProperties(uplink);
    }
    uplink.refuseUnknownKeys();
    settings.brokers.stream()
        .filter(broker -> settings.password.isPresent() && !broker.tls && !broker.isLoopback())
        .findFirst()
        .ifPresent(broker -> uplink
            .at(URL)
            .warn("the password goes to " + broker + " in plain text; want ssl:// or wss://"));
    return settings;
  }

  /** Whether user properties travel beside every message: not where it may come to MQTT 3.1.1. */
  public boolean hasProperties() {
    return protocol.equals(Optional.of(Version.FIVE));
  }

  /**
   * The version of MQTT that a word of {@code protocol} names, if it names one.
   *
   * @throws IllegalArgumentException if it is no such word; the message says what is wanted
   */
  public static Optional<Version> version(String protocol) {
    return switch (protocol) {
      case "auto" -> Optional.empty();
      case "5" -> Optional.of(Version.FIVE);
      case "3.1.1" -> Optional.of(Version.THREE);
      default ->
        throw new IllegalArgumentException("protocol '" + protocol + "'; want auto, 5 or 3.1.1");
    };
  }

  /**
   * For a single broker given by its address alone, with everything else as it is without settings.
   *
   * @throws IllegalArgumentException if it is not an address; the message says what is wanted
   */
  public static MqttSettings of(String url, KeyMaterial keys) {
    return of(url, Optional.empty(), keys);
  }

  /** The same, by one version of MQTT if there is one. */
  public static MqttSettings of(String url, Optional<Version> protocol, KeyMaterial keys) {
    return new MqttSettings(
        List.of(BrokerUrl.parse(url, List.of())),
        protocol,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        QOS.usual(),
        (int) (KEEP_ALIVE.usual() / SECOND_NS),
        (int) (CONNECT_TIMEOUT.usual() / SECOND_NS),
        WINDOW.usual(),
        KEEP_UNHEARD.usual(),
        0,
        0,
        Budget.Limits.NONE,
        keys,
        Customs.USUAL,
        false,
        Optional.empty(),
        0);
  }

  /**
   * What a route's connection is called: as set, else {@code caravan-FLEET/DEVICE/ROUTE}. No two have the same, as none of the
   * three has a slash.
   */
  String clientId(Origin origin) {
    return Topics.filled(
        clientId.orElse("caravan-FLEET/DEVICE/ROUTE"), origin.device(), origin.route());
  }

  /**
   * What every connection asks for.
   *
   * @param isClean whether the broker is to forget an earlier session
   * @param sessionSeconds how long it is to remember this one
   */
  MqttConnectionOptions connectOptions(boolean isClean, long sessionSeconds) throws IOException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(isClean);
    options.setSessionExpiryInterval(sessionSeconds);
    options.setKeepAliveInterval(keepAliveSeconds);
    user.ifPresent(options::setUserName);
    if (password.isPresent()) {
      options.setPassword(password.get().reveal());
    }
    return options;
  }

  private static List<String> alpn(Node names) {
    return names.oneOrMore().stream()
        .map(name -> name.text(PROTOCOL, PROTOCOL_WANTED))
        .toList();
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
