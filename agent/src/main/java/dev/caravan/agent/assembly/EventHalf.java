package dev.caravan.agent.assembly;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.store.Store;
import java.util.function.Consumer;

/**
 * What a route does with events: triggers, encoder and the tail of a queue of its own, beside the batches and with nothing
 * of theirs. The pipeline's thread calls all methods.
 */
final class EventHalf {
  private final Triggers triggers;
  private final Encoder encoder;
  private final QueueTail tail;
  private final Consumer<Report> toEncoder;
  private final Consumer<Payload> toQueue;

  /** {@code urgent}: run after each event. */
  EventHalf(Triggers triggers, Encoder encoder, Store queue, Runnable urgent) {
    this.triggers = triggers;
    this.encoder = encoder;
    this.tail = new QueueTail(encoder, queue);
    this.toQueue = payload -> {
      tail.accept(payload);
      urgent.run();
    };
    this.toEncoder = report -> encoder.accept(report, toQueue);
  }

  void accept(SampleGroup group) {
    triggers.accept(group, toEncoder);
  }

  void tick(long nowNs) {
    tail.goOver();
    encoder.tick(nowNs, toQueue);
    triggers.tick(nowNs, toEncoder);
  }

  void cut() {
    triggers.cut("the power goes", toEncoder);
  }

  void finish() {
    triggers.finish(toEncoder);
    encoder.finish(toQueue);
  }
}
