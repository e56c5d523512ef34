package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.telemetry.TelemetryEncoder;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.store.DiskQueue;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's half of a route: shaper, encoder and the tail of the queue, under one name. The other half, the
 * queue's head and the uplink, is the courier's. The pipeline's thread calls all methods.
 */
final class Route {
  private static final Logger LOG = LoggerFactory.getLogger(Route.class);

  private final String name;
  private final Stage<Sample, Report> shaper;
  private final TelemetryEncoder encoder;
  private final DiskQueue queue;
  private final Consumer<Report> toEncoder;
  private final Consumer<Payload> toQueue;

  Route(String name, Stage<Sample, Report> shaper, TelemetryEncoder encoder, DiskQueue queue) {
    this.name = name;
    this.shaper = shaper;
    this.encoder = encoder;
    this.queue = queue;
    this.toQueue = this::store;
    this.toEncoder = report -> encoder.accept(report, toQueue);
  }

  Bytes bootId() {
    return encoder.bootId();
  }

  long bootCount() {
    return encoder.bootCount();
  }

  void accept(Sample sample) {
    shaper.accept(sample, toEncoder);
  }

  void tick(long nowNs) {
    shaper.tick(nowNs, toEncoder);
    encoder.tick(nowNs, toQueue);
  }

  void flush() {
    encoder.flush(toQueue);
  }

  void finish() {
    shaper.finish(toEncoder);
    encoder.finish(toQueue);
  }

  private void store(Payload payload) {
    try {
      queue.schemas().put(payload.schema().id(), payload.schema().content());
    } catch (IOException e) {
      LOG.warn("{}: schema not stored, trying again with the next batch: {}", name, e.getMessage());
    }
    queue.append(payload.reports(), payload.schema().id(), payload.body());
  }
}
