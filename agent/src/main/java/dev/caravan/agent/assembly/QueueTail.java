package dev.caravan.agent.assembly;

import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.DiskQueue;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts payloads into a queue, each after the schema that it needs. The pipeline's thread. */
final class QueueTail implements Consumer<Payload> {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTail.class);

  private final String name;
  private final DiskQueue queue;
  private final Condition unstored = new Condition();

  QueueTail(String name, DiskQueue queue) {
    this.name = name;
    this.queue = queue;
  }

  @Override
  public void accept(Payload payload) {
    try {
      queue.schemas().put(payload.schema().id(), payload.schema().content());
      long failures = unstored.over();
      if (failures > 0) {
        LOG.info("{}: schema stored, failures before={}", name, failures);
      }
    } catch (IOException e) {
      String why = Words.of(e);
      if (unstored.isNews(why)) {
        LOG.warn("{}: schema not stored, trying again with each batch: {}", name, why);
      }
    }
    queue.append(payload.reports(), payload.schema().id(), payload.body());
  }
}
