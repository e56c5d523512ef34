package dev.caravan.agent.broker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribed to.
 *
 * @param group the share name, or null where the subscription is not shared
 * @param levels the levels of the filter behind it
 * @param text the whole as the client wrote it
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 4.7 and 4.8.2</a>
 */
record Filter(@Nullable String group, List<String> levels, String text) {
  private static final String SHARE = "$share/";

  /** Reads a filter; null if it is not a valid one. */
  static @Nullable Filter parse(String text) {
    String group = null;
    String rest = text;
    if (text.startsWith(SHARE)) {
      int slash = text.indexOf('/', SHARE.length());
      if (slash <= SHARE.length()) {
        return null;
      }
      group = text.substring(SHARE.length(), slash);
      rest = text.substring(slash + 1);
      if (group.contains("+") || group.contains("#")) {
        return null;
      }
    }
    List<String> levels = levels(rest);
    if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
      return null;
    }
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean hash = level.contains("#");
      boolean wildcard = hash || level.contains("+");
      if ((wildcard && level.length() > 1) || (hash && i < levels.size() - 1)) {
        return null;
      }
    }
    return new Filter(group, levels, text);
  }

  /** Whether a client may publish to a topic of that name. */
  static boolean isTopic(String topic) {
    return !topic.isEmpty()
        && topic.indexOf('#') < 0
        && topic.indexOf('+') < 0
        && topic.indexOf('\0') < 0;
  }

  static List<String> levels(String topic) {
    return List.of(topic.split("/", -1));
  }

  boolean hasWildcard() {
    return levels.contains("#") || levels.contains("+");
  }

  boolean matches(String topic) {
    // a wildcard in the first place does not match topics of the server's own
    if (topic.startsWith("$") && !levels.get(0).startsWith("$")) {
      return false;
    }
    List<String> names = levels(topic);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      if (level.equals("#")) {
        return true;
      }
      if (i >= names.size() || !(level.equals("+") || level.equals(names.get(i)))) {
        return false;
      }
    }
    return names.size() == levels.size();
  }
}
