package dev.caravan.agent.web;

import dev.caravan.agent.config.Node;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the page is served.
 *
 * @param host name or address to listen on, without brackets
 * @param port 1..65535; 0 for any free one
 */
public record WebSettings(String host, int port) {
  private static final String DEFAULT = "127.0.0.1:8080";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[([0-9A-Fa-f:.%]+)\\]|[A-Za-z0-9._-]+):(\\d{1,5})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|::1|0:0:0:0:0:0:0:1");

  /** Checks the port. */
  public WebSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("web: port=" + port + "; want 0..65535");
    }
  }

  /** Reads the mapping {@code web}. */
  public static WebSettings from(Node web) {
    Node listen = web.at("listen");
    WebSettings settings = read(listen);
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

  private static WebSettings read(Node listen) {
    String text = listen.text(DEFAULT);
    Optional<WebSettings> parsed = parse(text);
    if (parsed.isPresent()) {
      return parsed.get();
    }
    if (!listen.isList() && !listen.isMapping()) {
      listen.fault("want host:port such as 127.0.0.1:8080 or [::1]:8080, got '" + text + "'");
    }
    return new WebSettings("127.0.0.1", 0);
  }

  /** Whether only programs on the same machine reach it. */
  public boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
