package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a host is online, as the newest of its STATE messages says; one that is older than another, such as a late will, counts for
 * nothing.
 *
 * @see "Sparkplug 3.0.0, 5.13"
 */
final class HostState {
  private static final Pattern ONLINE = Pattern.compile("\"online\"\\s*:\\s*(true|false)");
  private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\"\\s*:\\s*(\\d{1,18})\\b");

  private final String topic;
  private boolean isOnline;
  private long newestMs = Long.MIN_VALUE;

  HostState(String topic) {
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  /** A connection begins, on which the host is to be heard anew. */
  void begin() {
    isOnline = false;
    newestMs = Long.MIN_VALUE;
  }

  boolean isOnline() {
    return isOnline;
  }

  void heard(Bytes body) {
    String text = new String(body.toArray(), StandardCharsets.UTF_8);
    Matcher online = ONLINE.matcher(text);
    Matcher timestamp = TIMESTAMP.matcher(text);
    if (!online.find() || !timestamp.find()) {
      return;
    }
    long atMs = Long.parseLong(timestamp.group(1));
    if (atMs >= newestMs) {
      newestMs = atMs;
      isOnline = online.group(1).equals("true");
    }
  }
}
