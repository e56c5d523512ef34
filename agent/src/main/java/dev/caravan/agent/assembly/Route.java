package dev.caravan.agent.assembly;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.privacy.Veil;
import dev.caravan.agent.shape.trigger.Triggers;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.store.Store;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's half of a route: shaper, encoder and the tail of the queue, under one name, and the same of its events, if
 * it has any. The other half, the queue's head and the uplink, is the courier's. Batches come before events in every method,
 * so that no fault of an event takes a sample from a batch. The pipeline's thread calls all methods.
 */
final class Route {
  private final String name;
  private final Stage<SampleGroup, Report> shaper;
  private final Encoder encoder;
  private final Store queue;
  private final @Nullable EventHalf events;
  private final @Nullable Veil veil;
  private final Consumer<SampleGroup> toBoth;
  private final Consumer<Report> toEncoder;
  private final QueueTail toQueue;

  /** A route without events. */
  Route(String name, Stage<SampleGroup, Report> shaper, Encoder encoder, Store queue) {
    this(name, shaper, encoder, queue, null, null);
  }

  private Route(
      String name,
      Stage<SampleGroup, Report> shaper,
      Encoder encoder,
      Store queue,
      @Nullable EventHalf events,
      @Nullable Veil veil) {
    this.name = name;
    this.shaper = shaper;
    this.encoder = encoder;
    this.queue = queue;
    this.events = events;
    this.veil = veil;
    this.toBoth = this::take;
    this.toQueue = new QueueTail(encoder, queue);
    this.toEncoder = report -> encoder.accept(report, toQueue);
  }

  /** The same route, which also looks for events in every sample before it is shaped, and puts them into a queue of theirs. */
  Route withEvents(Triggers triggers, Encoder eventEncoder, Store eventQueue) {
    return new Route(
        name,
        shaper,
        encoder,
        queue,
        new EventHalf(triggers, eventEncoder, eventQueue, queue::nudge),
        veil);
  }

  /** The same route, which sees of every sample, also for its events, only what a veil lets through. */
  Route behind(Veil before) {
    return new Route(name, shaper, encoder, queue, events, before);
  }

  long bootCount() {
    return encoder.bootCount();
  }

  void accept(SampleGroup group) {
    if (veil == null) {
      take(group);
    } else {
      veil.accept(group, toBoth);
    }
  }

  private void take(SampleGroup group) {
    if (group.size() > 0) {
      shaper.accept(group, toEncoder);
    }
    if (events != null) {
      events.accept(group);
    }
  }

  /** Whether it wants to be ticked before the next frame, as its batch has all that fits. */
  boolean isFull() {
    return encoder.isFull();
  }

  void tick(long nowNs) {
    shaper.tick(nowNs, toEncoder);
    toQueue.goOver();
    encoder.tick(nowNs, toQueue);
    if (events != null) {
      events.tick(nowNs);
    }
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
