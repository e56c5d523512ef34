package dev.caravan.agent.assembly;

import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.store.Store;
import java.util.function.Consumer;

/** Puts payloads into a store, each after the schema that it needs. The pipeline's thread. */
record QueueTail(Store store) implements Consumer<Payload> {
  @Override
  public void accept(Payload payload) {
    store.keep(payload.schema().id(), payload.schema().content());
    store.append(payload.reports(), payload.schema().id(), payload.body());
  }
}
