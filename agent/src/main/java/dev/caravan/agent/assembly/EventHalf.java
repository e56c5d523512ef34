package dev.caravan.agent.assembly;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.EventEncoder;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Store;
import java.util.function.Consumer;

/**
 * What a route does with events: triggers, encoder and the tail of a queue of its own, beside the batches and with nothing
 * of theirs. The pipeline's thread calls all methods.
 */
final class EventHalf {
  private final Triggers triggers;
  private final EventEncoder encoder;
  private final Store queue;
  private final Consumer<Report> toEncoder;
  private final Consumer<Payload> toQueue;

  /** {@code urgent}: run after each event. */
  EventHalf(Triggers triggers, EventEncoder encoder, Store queue, Runnable urgent) {
    this.triggers = triggers;
    this.encoder = encoder;
    this.queue = queue;
    queue.retellBy(RetoldEvents::behind);
    QueueTail tail = new QueueTail(queue);
    this.toQueue = payload -> {
      tail.accept(payload);
      urgent.run();
    };
    this.toEncoder = report -> encoder.accept(report, toQueue);
  }

  void accept(Sample sample) {
    triggers.accept(sample, toEncoder);
  }

  void tick(long nowNs) {
    if (queue.isToGoOver()) {
      goOver();
    }
    encoder.tick(nowNs, toQueue);
    triggers.tick(nowNs, toEncoder);
  }

  void cut() {
    triggers.cut("the power goes", toEncoder);
  }

  private void goOver() {
    EventEncoder.LostSoFar sofar = encoder.lost();
    queue.goOver().ifPresent(retelling -> {
      if (retelling instanceof RetoldEvents events) {
        Lost lost = queue.lost();
        encoder.goOn(
            sofar,
            Math.max(events.evicted(), lost.entriesEvicted()),
            Math.max(events.rejected(), lost.entriesRejected()));
      }
    });
  }

  void finish() {
    triggers.finish(toEncoder);
    encoder.finish(toQueue);
  }
}
