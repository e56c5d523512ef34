package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.SchemaRequest;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks for schemas that messages wait for: by their exact topics, since some brokers, AWS IoT Core and RabbitMQ among them, give retained messages to
 * filters without wildcards alone, and by requests to the device, since others, such as clusters that do not share them, give none. And says what else
 * can be done about one that stays away. One thread.
 */
final class MissingSchemas {
  /** What asks. */
  interface Far {
    /** Subscribes to a filter, if that is allowed. */
    void subscribe(String filter);

    /** Publishes a request, and says whether it could leave now. */
    boolean request(String topic, Bytes body);
  }

  private static final long SECOND_NS = 1_000_000_000L;

  /** So long one that comes by itself may take. */
  private static final long PATIENCE_NS = 2 * SECOND_NS;

  private static final long LOOK_NS = SECOND_NS / 10;

  /** So often each is requested; where nothing more comes that needs it, less and less often. */
  private static final long AGAIN_NS = 60 * SECOND_NS;

  private static final long LONGEST_AGAIN_NS = 60 * AGAIN_NS;

  /** A route that repeats schemas, and one that is asked, does so each minute. */
  private static final long TOLD_NS = 75 * SECOND_NS;

  /** AWS IoT Core takes 50 subscriptions of a client. */
  private static final int MOST_ASKED = 40;

  private static final int MOST_KNOWN = 1000;

  private static final class Missing {
    final Bytes id;
    DeviceName device;
    long sinceNs;
    boolean isHere;
    boolean isAsked;
    // when it may be requested next, and how long after that again
    long requestNs;
    long againNs = AGAIN_NS;

    Missing(Bytes id, DeviceName device, long nowNs) {
      this.id = id;
      this.device = device;
      this.sinceNs = nowNs;
      this.requestNs = nowNs;
    }
  }

  private final Topics topics;
  private final Far far;
  private final Consumer<String> tells;
  private final LongSupplier nowNs;
  // by the last level of their topics
  private final Map<String, Missing> missing = new LinkedHashMap<>();
  private long lookedNs;
  private int asked;
  private boolean isTold;

  /** {@code tells} takes words for a person. */
  MissingSchemas(Topics topics, Far far, Consumer<String> tells, LongSupplier nowNs) {
    this.topics = topics;
    this.far = far;
    this.tells = tells;
    this.nowNs = nowNs;
    this.lookedNs = nowNs.getAsLong() - LOOK_NS;
  }

  /** A message of this device waits for this schema, or piece of one. */
  void wanted(DeviceName device, Bytes id) {
    long now = nowNs.getAsLong();
    String name = id.toString();
    if (missing.size() >= MOST_KNOWN && !missing.containsKey(name)) {
      missing.remove(missing.keySet().iterator().next());
    }
    Missing each = missing.computeIfAbsent(name, any -> new Missing(id, device, now));
    each.device = device;
    each.againNs = AGAIN_NS;
    if (each.isHere) {
      each.isHere = false;
      each.sinceNs = now;
    }
    // where one had to be asked for, others have to be, too
    if (asked > 0) {
      subscribe(each);
    }
  }

  /** What lies under this name came. */
  void came(String name) {
    Missing each = missing.get(name);
    if (each != null) {
      each.isHere = true;
    }
  }

  /** Asks for what has waited long enough; to be called often. */
  void look() {
    long now = nowNs.getAsLong();
    if (missing.isEmpty() || now - lookedNs < LOOK_NS) {
      return;
    }
    lookedNs = now;
    List<Missing> requested = new ArrayList<>();
    for (Missing each : missing.values()) {
      long waitedNs = now - each.sinceNs;
      if (each.isHere || waitedNs < PATIENCE_NS) {
        continue;
      }
      subscribe(each);
      boolean isOfOne = requested.isEmpty() || requested.get(0).device.equals(each.device);
      if (now - each.requestNs >= 0 && isOfOne && requested.size() < SchemaRequest.MOST_IDS) {
        requested.add(each);
      }
      tell(each, waitedNs);
    }
    if (!requested.isEmpty()) {
      request(requested, now);
    }
  }

  private void subscribe(Missing each) {
    if (!each.isAsked && asked < MOST_ASKED) {
      each.isAsked = true;
      asked++;
      far.subscribe(topics.schema(each.device, each.id));
    }
  }

  private void request(List<Missing> of, long now) {
    String topic = topics.plain(of.get(0).device, Topics.Kind.REQUEST);
    if (far.request(topic, SchemaRequest.of(of.stream().map(each -> each.id).toList()))) {
      of.forEach(each -> {
        each.requestNs = now + each.againNs;
        each.againNs = Math.min(2 * each.againNs, LONGEST_AGAIN_NS);
      });
    }
  }

  private void tell(Missing each, long waitedNs) {
    if (!isTold && waitedNs >= TOLD_NS) {
      isTold = true;
      tells.accept(
          "data of " + each.device + " waits for a schema that does not come: topic="
              + topics.schema(each.device, each.id)
              + "; a route with requests: true answers who asks, as was done, one with schemas_every repeats it");
    }
  }
}
