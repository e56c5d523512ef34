package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.mqtt.MqttSettings.Broker;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the address of a broker. */
final class BrokerUrl {
  /** What most of them look like. */
  static final String FORM =
      "(tcp|mqtt|ssl|mqtts)://[^/@?#]+/?|wss?://[^/@?#]+(/[^@#]*|\\?[^@#]*)?";

  private static final String WANTED =
      "want tcp:// or mqtt://HOST[:PORT], ssl:// or mqtts://HOST[:PORT], "
          + "ws://HOST[:PORT][/PATH] or wss://HOST[:PORT][/PATH]";

  /** A host and port that {@link URI} does not take apart, since no host name has an underscore; names of services do. */
  private static final Pattern UNDERSCORED = Pattern.compile(
      "((?=[^:]*_)[A-Za-z0-9_](?:[A-Za-z0-9_-]|\\.(?=[A-Za-z0-9_]))*)(?::(\\d{1,5}))?");

  private BrokerUrl() {}

  /** One way to a broker, and what it takes for granted. */
  private enum Scheme {
    TCP(false, false, 1883),
    SSL(true, false, 8883),
    WS(false, true, 80),
    WSS(true, true, 443);

    private final boolean tls;
    private final boolean web;
    private final int port;

    Scheme(boolean tls, boolean web, int port) {
      this.tls = tls;
      this.web = web;
      this.port = port;
    }
  }

  /**
   * Reads an address.
   *
   * @param alpn for the broker if it is reached over TLS
   * @throws IllegalArgumentException if it is none; the message says what is wanted
   */
  static Broker parse(String text, List<String> alpn) {
    Broker broker = parts(text, alpn);
    if (broker.port() < 1 || broker.port() > 65_535) {
      throw new IllegalArgumentException("want a port, 1..65535, got '" + shown(text) + "'");
    }
    return broker;
  }

  private static Broker parts(String text, List<String> alpn) {
    try {
      URI uri = new URI(text);
      Scheme scheme = scheme(uri);
      Matcher underscored = UNDERSCORED.matcher(String.valueOf(uri.getRawAuthority()));
      boolean isUnderscored = uri.getHost() == null && underscored.matches();
      String host = isUnderscored ? underscored.group(1) : uri.getHost();
      String ownPort = isUnderscored ? underscored.group(2) : null;
      int givenPort = ownPort == null ? uri.getPort() : Integer.parseInt(ownPort);
      // without a host it may have no path either
      boolean isNone = host == null
          || uri.getUserInfo() != null
          || uri.getFragment() != null
          || (!scheme.web && (uri.getQuery() != null || !uri.getPath().matches("/?")));
      if (isNone) {
        throw new IllegalArgumentException("no address of a broker");
      }
      int port = givenPort >= 0 ? givenPort : scheme.port;
      Optional<String> page = scheme.web ? Optional.of(page(uri)) : Optional.empty();
      return new Broker(
          host,
          port,
          scheme.tls,
          page,
          scheme.tls ? alpn : List.of(),
          Optional.empty(),
          Optional.empty());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(WANTED + ", got '" + shown(text) + "'");
    }
  }

  /** An address as it may be printed, without what may be a secret: the user's part, and the query. */
  static String shown(String text) {
    return text.replaceAll("\\?.*", "?…").replaceAll("(:(?://)?).*@", "$1…@");
  }

  private static Scheme scheme(URI uri) {
    String name = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "tcp", "mqtt" -> Scheme.TCP;
      case "ssl", "mqtts" -> Scheme.SSL;
      case "ws" -> Scheme.WS;
      case "wss" -> Scheme.WSS;
      default -> throw new IllegalArgumentException("no scheme of a broker");
    };
  }

  /** Path and query as they were written; most brokers listen at {@code /mqtt}. */
  private static String page(URI uri) {
    String path = uri.getRawPath().matches("/?") ? "/mqtt" : uri.getRawPath();
    return path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }
}
