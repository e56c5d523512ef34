package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaRequest;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Schemas that the far side asks a route for. Each is published again at most once a minute; what is asked for sooner waits for that, once for all who ask. What the device does
 * not have, what finds no room to wait and what cannot be read is counted and ignored. Of a flood a few messages a second are looked at: the rest is dropped.
 *
 * <p>The courier's thread, but for what arrives.
 */
public final class Requests {
  private static final int MOST_MESSAGES = 16;
  private static final long LOOK_EVERY_NS = 250_000_000L;
  private static final long EACH_EVERY_NS = 60_000_000_000L;

  private final String topic;
  private final Timeline timeline;
  private final Counter answered;
  private final Counter ignored;
  private final Queue<Bytes> arrived = new ArrayBlockingQueue<>(MOST_MESSAGES);
  private final Queue<Bytes> wanted = new ArrayDeque<>();
  // asked for too soon
  private final Set<Bytes> waiting = new LinkedHashSet<>();
  // the oldest first
  private final Map<Bytes, Long> answeredNs = new LinkedHashMap<>();
  private long lookedNs;

  /** {@code topic}: where they come. */
  public Requests(String topic, String route, Timeline timeline, Health health) {
    this.topic = topic;
    this.timeline = timeline;
    this.answered = health.counter(UplinkMetrics.REQUESTS, route);
    this.ignored = health.counter(UplinkMetrics.REQUESTS_IGNORED, route);
    this.lookedNs = timeline.monotonicNs() - LOOK_EVERY_NS;
  }

  String topic() {
    return topic;
  }

  /** Takes a message, if there is room for it; any thread, and it never waits. */
  boolean arrived(Bytes body) {
    return body.length() <= SchemaRequest.LARGEST_BYTES && arrived.offer(body);
  }

  /** The next schema that is to be published again; it stays that until it {@link #isAnswered} or {@link #isIgnored}. */
  public Optional<Bytes> next() {
    long nowNs = timeline.monotonicNs();
    if (wanted.isEmpty()) {
      waiting.stream()
          .filter(id -> nowNs - answeredNs.getOrDefault(id, nowNs - EACH_EVERY_NS) >= EACH_EVERY_NS)
          .findFirst()
          .ifPresent(id -> {
            waiting.remove(id);
            wanted.add(id);
          });
    }
    if (wanted.isEmpty() && !arrived.isEmpty() && nowNs - lookedNs >= LOOK_EVERY_NS) {
      lookedNs = nowNs;
      look(nowNs);
    }
    return Optional.ofNullable(wanted.peek());
  }

  private void look(long nowNs) {
    answeredNs.values().removeIf(atNs -> nowNs - atNs >= EACH_EVERY_NS);
    Bytes body = arrived.poll();
    try {
      for (Bytes id : SchemaRequest.ids(body == null ? Bytes.EMPTY : body)) {
        if (!answeredNs.containsKey(id)) {
          waiting.remove(id);
          wanted.add(id);
        } else if (waiting.size() >= SchemaRequest.MOST_IDS || !waiting.add(id)) {
          ignored.increment();
        }
      }
    } catch (MalformedMessageException e) {
      ignored.increment();
    }
  }

  /** The next one was published. */
  public void isAnswered() {
    answeredNs.put(wanted.remove(), timeline.monotonicNs());
    answered.increment();
  }

  /** The next one is not there, or cannot leave. */
  public void isIgnored() {
    wanted.remove();
    ignored.increment();
  }
}
