package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.store.StoreSettings;
import java.util.Map;
import java.util.Optional;

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
    Map<String, String> otherwise = Map.of(
        "dir",
        batches.dir().resolve(FOLDER).toString(),
        "max_bytes",
        MAX_BYTES,
        "max_age",
        MAX_AGE);
    Node kept = events.at("store").orElse(otherwise);
    StoreSettings store = own.orElseGet(() -> StoreSettings.from(kept).besides(batches));
    events.refuseUnknownKeys();
    return Optional.of(new EventPlan(triggers, store));
  }
}
