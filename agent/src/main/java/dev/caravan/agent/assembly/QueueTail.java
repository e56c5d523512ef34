package dev.caravan.agent.assembly;

import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.store.DiskQueue;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts payloads into a queue, each after the schema that it needs. The pipeline's thread. */
record QueueTail(String name, DiskQueue queue) implements Consumer<Payload> {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTail.class);

  @Override
  public void accept(Payload payload) {
    try {
      queue.schemas().put(payload.schema().id(), payload.schema().content());
    } catch (IOException e) {
      LOG.warn("{}: schema not stored, trying again with the next batch: {}", name, e.getMessage());
    }
    queue.append(payload.reports(), payload.schema().id(), payload.body());
  }
}
