package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.store.StoreSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The events of one route.
 *
 * @param triggers what makes one
 * @param store their own queue on disk
 */
public record EventPlan(TriggerSettings triggers, StoreSettings store) {
  private static final String FOLDER = "events";
  private static final String MAX_BYTES = "16MiB";
  private static final String MAX_AGE = "30d";

  static final Key<Node> STORE = Key.block("store")
      .absent("`dir: DIR/" + FOLDER + "` below the route's, `max_bytes: " + MAX_BYTES
          + "`, `max_age: " + MAX_AGE + "`")
      .says("the queue of events on disk; the same keys as `store` of the route");

  /** All keys of {@code events}. */
  static final List<Key<?>> KEYS =
      Stream.concat(TriggerSettings.KEYS.stream(), Stream.of(STORE)).toList();

  /** The keys of the queue of events: those of any, with defaults of its own. */
  static List<Key<?>> storeKeys() {
    Map<Key<?>, Key<?>> own = Map.of(
        StoreSettings.DIR,
        StoreSettings.DIR.or("").absent("`DIR/" + FOLDER + "` of the route"),
        StoreSettings.MAX_BYTES,
        StoreSettings.MAX_BYTES.or(MAX_BYTES),
        StoreSettings.MAX_AGE,
        StoreSettings.MAX_AGE.or(MAX_AGE));
    return StoreSettings.KEYS.stream()
        .<Key<?>>map(key -> own.getOrDefault(key, key))
        .toList();
  }

  /**
   * Reads {@code events} of a route whose batches are stored so; nothing where the key is absent.
   *
   * @param own the queue that goes before the configuration's
   */
  static Optional<EventPlan> read(Node events, StoreSettings batches, Optional<StoreSettings> own) {
    if (!events.isPresent()) {
      return Optional.empty();
    }
    TriggerSettings triggers = TriggerSettings.from(events);
    Map<Key<?>, String> otherwise = Map.of(
        StoreSettings.DIR,
        batches.dir().resolve(FOLDER).toString(),
        StoreSettings.MAX_BYTES,
        MAX_BYTES,
        StoreSettings.MAX_AGE,
        MAX_AGE);
    Node kept = events.at(STORE).orElse(otherwise);
    StoreSettings store = own.orElseGet(() -> StoreSettings.from(kept).besides(batches));
    events.refuseUnknownKeys();
    return Optional.of(new EventPlan(triggers, store));
  }
}
