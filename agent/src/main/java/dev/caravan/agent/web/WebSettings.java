package dev.caravan.agent.web;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the page is served.
 *
 * @param host name or address to listen on, without brackets
 * @param port 1..65535; 0 for any free one
 * @param hosts further names that visitors may call it by, in lower case
 */
public record WebSettings(String host, int port, List<String> hosts) {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[([0-9A-Fa-f:.%]+)\\]|[A-Za-z0-9._-]+):(\\d{1,5})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

  private static final String NAME_WANTED = "a name without port, such as cabinet7.local";

  private static final Key<String> LISTEN = Key.text("listen")
      .like(HOST_AND_PORT.pattern())
      .unit("`host:port`")
      .or("127.0.0.1:8080")
      .range("port 0..65535")
      .says("address and port to listen on, an IPv6 address in brackets; port 0 is any free one, "
          + "which the log names");
  private static final Key<Node> HOSTS = Key.list("hosts", Key.text("host", NAME, NAME_WANTED))
      .range("1..253 of `A-Z a-z 0-9 . _ -`")
      .says("list of further names that visitors may use, as `cabinet7.local`");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(LISTEN, HOSTS);

  private static final Pattern CALLED = Pattern.compile(
      "(\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._%-]+)?\\]|[A-Za-z0-9._-]{1,253}?)\\.?(:\\d{1,5})?");
  private static final Pattern LITERAL = Pattern.compile("\\[.*\\]|\\d{1,3}(\\.\\d{1,3}){3}");
  private static final List<String> LOOPBACK_NAMES =
      List.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|::1|0:0:0:0:0:0:0:1");

  /** Checks the port, copies the list. */
  public WebSettings {
    hosts = List.copyOf(hosts);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("web: port=" + port + "; want 0..65535");
    }
  }

  /** Settings without further names. */
  public WebSettings(String host, int port) {
    this(host, port, List.of());
  }

  /** Reads the mapping {@code web}. */
  public static WebSettings from(Node web) {
    Node listen = web.at(LISTEN);
    WebSettings address = read(web);
    List<String> hosts = new ArrayList<>();
    for (Node name : web.at(HOSTS).items()) {
      hosts.add(name.text(NAME, NAME_WANTED).toLowerCase(Locale.ROOT));
    }
    WebSettings settings = new WebSettings(address.host, address.port, hosts);
    if (!settings.isLoopback()) {
      listen.warn("'" + settings.host + "' is not a loopback address: whoever reaches it over the"
          + " network sees the values, unencrypted and without a password");
    }
    web.refuseUnknownKeys();
    return settings;
  }

  /** Reads {@code host:port}; empty if the text is none. */
  public static Optional<WebSettings> parse(String text) {
    Matcher parts = HOST_AND_PORT.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65_535) {
      return Optional.empty();
    }
    String host = parts.group(2) == null ? parts.group(1) : parts.group(2);
    return Optional.of(new WebSettings(host, Integer.parseInt(parts.group(3))));
  }

  private static WebSettings read(Node web) {
    String text = web.get(LISTEN);
    Optional<WebSettings> parsed = parse(text);
    if (parsed.isPresent()) {
      return parsed.get();
    }
    Node listen = web.at(LISTEN);
    if (!listen.isList() && !listen.isMapping()) {
      listen.fault("want host:port such as 127.0.0.1:8080 or [::1]:8080, got '" + text + "'");
    }
    return new WebSettings("127.0.0.1", 0);
  }

  /** Whether only programs on the same machine reach it. */
  public boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  /**
   * Whether this is what a visitor may call it, as in the header Host: a name of loopback, the address listened on, an IP address, or one of
   * {@link #hosts}. Any other name could be a stranger's that leads here (DNS rebinding), whose page could then read what is shown.
   */
  boolean isCalled(String called) {
    Matcher parts = CALLED.matcher(called.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    String name = parts.group(1);
    return LITERAL.matcher(name).matches()
        || LOOPBACK_NAMES.contains(name)
        || name.endsWith(".localhost")
        || name.equalsIgnoreCase(host)
        || hosts.contains(name);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
