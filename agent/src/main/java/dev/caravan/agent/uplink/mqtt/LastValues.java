package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.store.Entry;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of what is to stay on a topic is the newest there: what leaves from a backlog behind newer entries goes to those who listen,
 * and does not take their place. The courier's thread.
 */
final class LastValues {
  /** Of so many topics it is known; each takes some 200 bytes. */
  private static final int MOST_TOPICS = 50_000;

  private record Newest(long sequence, long timeNs) {
    // by both, as a clock may be set, and what was in memory has numbers of its own
    boolean isAfter(Entry entry) {
      return sequence > entry.sequence() && timeNs > entry.timeNs();
    }
  }

  private final Map<String, Newest> newest = new HashMap<>();

  /** Whether nothing newer was sent on that topic; then it is the newest there. */
  boolean isNewest(String topic, Entry entry) {
    Newest before = newest.get(topic);
    if (before != null && before.isAfter(entry)) {
      return false;
    }
    if (before == null && newest.size() >= MOST_TOPICS) {
      newest.clear();
    }
    newest.put(topic, new Newest(entry.sequence(), entry.timeNs()));
    return true;
  }
}
