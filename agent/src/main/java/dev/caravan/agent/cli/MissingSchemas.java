package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks for schemas that messages wait for by their exact topics, since some brokers, AWS IoT Core and RabbitMQ among them, give retained messages to
 * filters without wildcards alone; and says what else can be done about one that stays away. Driven by the messages that wait. One thread.
 */
final class MissingSchemas {
  private static final long SECOND_NS = 1_000_000_000L;

  /** So long one that comes by itself may take. */
  private static final long PATIENCE_NS = 2 * SECOND_NS;

  /** A route that repeats schemas does so each minute. */
  private static final long TOLD_NS = 75 * SECOND_NS;

  /** AWS IoT Core takes 50 subscriptions of a client. */
  private static final int MOST_ASKED = 40;

  private static final int MOST_KNOWN = 1000;

  private static final class Missing {
    final long sinceNs;
    boolean isAsked;

    Missing(long sinceNs) {
      this.sinceNs = sinceNs;
    }
  }

  private final Topics topics;
  private final Consumer<String> subscribe;
  private final Consumer<String> tells;
  private final LongSupplier nowNs;
  private final Map<Bytes, Missing> missing = new LinkedHashMap<>();
  private int asked;
  private boolean isTold;

  /** {@code subscribe} takes a filter, {@code tells} words for a person. */
  MissingSchemas(
      Topics topics, Consumer<String> subscribe, Consumer<String> tells, LongSupplier nowNs) {
    this.topics = topics;
    this.subscribe = subscribe;
    this.tells = tells;
    this.nowNs = nowNs;
  }

  /** A message of this device waits for this schema, or piece of one. */
  void wanted(DeviceName device, Bytes id) {
    long now = nowNs.getAsLong();
    if (missing.size() >= MOST_KNOWN) {
      missing.remove(missing.keySet().iterator().next());
    }
    Missing each = missing.computeIfAbsent(id, any -> new Missing(now));
    long waitedNs = now - each.sinceNs;
    // where one had to be asked for, others have to be, too
    if (!each.isAsked && asked < MOST_ASKED && (asked > 0 || waitedNs >= PATIENCE_NS)) {
      each.isAsked = true;
      asked++;
      subscribe.accept(topics.schema(device, id));
    }
    if (!isTold && waitedNs >= TOLD_NS) {
      isTold = true;
      tells.accept("data of " + device + " waits for a schema that does not come: topic="
          + topics.schema(device, id)
          + "; a route with retain: off repeats it each minute, one with"
          + " requests: true does for who asks");
    }
  }
}
