package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.EventEncoder;
import dev.caravan.agent.encode.columns.TelemetryEncoder;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.wire.LedgerCounts;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's half of a route: shaper, encoder and the tail of the queue, under one name, and the same of its events, if
 * it has any. The other half, the queue's head and the uplink, is the courier's. Batches come before events in every method,
 * so that no fault of an event takes a sample from a batch. The pipeline's thread calls all methods.
 */
final class Route {
  private final String name;
  private final Stage<Sample, Report> shaper;
  private final TelemetryEncoder encoder;
  private final Store queue;
  private final @Nullable EventHalf events;
  private final Consumer<Report> toEncoder;
  private final Consumer<Payload> toQueue;

  /** A route without events. */
  Route(String name, Stage<Sample, Report> shaper, TelemetryEncoder encoder, Store queue) {
    this(name, shaper, encoder, queue, null);
  }

  private Route(
      String name,
      Stage<Sample, Report> shaper,
      TelemetryEncoder encoder,
      Store queue,
      @Nullable EventHalf events) {
    this.name = name;
    this.shaper = shaper;
    this.encoder = encoder;
    this.queue = queue;
    this.events = events;
    this.toQueue = new QueueTail(queue);
    this.toEncoder = report -> encoder.accept(report, toQueue);
    queue.retellBy((newest, lost) -> RetoldBatches.behind(newest, lost, encoder));
  }

  /** The same route, which also looks for events in every sample before it is shaped, and puts them into a queue of theirs. */
  Route withEvents(Triggers triggers, EventEncoder eventEncoder, Store eventQueue) {
    return new Route(
        name,
        shaper,
        encoder,
        queue,
        new EventHalf(triggers, eventEncoder, eventQueue, queue::nudge));
  }

  Bytes bootId() {
    return encoder.bootId();
  }

  long bootCount() {
    return encoder.bootCount();
  }

  void accept(Sample sample) {
    shaper.accept(sample, toEncoder);
    if (events != null) {
      events.accept(sample);
    }
  }

  void tick(long nowNs) {
    shaper.tick(nowNs, toEncoder);
    if (queue.isToGoOver()) {
      goOver();
    }
    encoder.tick(nowNs, toQueue);
    if (events != null) {
      events.tick(nowNs);
    }
  }

  /** The disk of the queue has come: what comes now goes to it, and the ledger goes on from what is there. */
  private void goOver() {
    LedgerCounts counted = encoder.counted();
    queue.goOver().ifPresent(retelling -> {
      if (retelling instanceof RetoldBatches batches) {
        encoder.goOn(batches.ledgers(), counted, RetoldBatches.lost(queue.lost()));
      }
    });
  }

  void flush() {
    encoder.flush(toQueue);
  }

  /** Events that wait for samples go as they are. */
  void cutEvents() {
    if (events != null) {
      events.cut();
    }
  }

  void finish() {
    shaper.finish(toEncoder);
    encoder.finish(toQueue);
    if (events != null) {
      events.finish();
    }
  }
}
