package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What happens to a chunk of frames: each frame is decoded, and each sample goes to every route, which shapes, encodes
 * and stores it. A plain object that one thread, or a test, drives with {@link #accept}, {@link #tick} and {@link
 * #finish}.
 */
final class Pipeline {
  private static final long DECODER_TICK_NS = 50_000_000L;

  private final Map<String, List<Decoder>> decoders;
  private final List<Route> routes;
  private final LastValueBoard lastValues;
  private final Timeline timeline;
  private final Counter samples;
  private final Counter unknown;
  private final Consumer<Sample> toRoutes;

  private long decodersTickedNs;

  // from any thread
  private volatile boolean flushes;

  // while one frame is decoded, or the decoders are ticked
  private long samplesOfFrame;

  Pipeline(
      Map<String, List<Decoder>> decoders,
      List<Route> routes,
      LastValueBoard lastValues,
      Timeline timeline,
      Health health) {
    this.decoders = Map.copyOf(decoders);
    this.routes = List.copyOf(routes);
    this.lastValues = lastValues;
    this.timeline = timeline;
    this.samples = health.counter("decode.samples", "");
    this.unknown = health.counter("decode.unknown", "");
    this.toRoutes = this::route;
  }

  /** Takes the frames of one source; the chunk may be reused after the call. */
  void accept(FrameChunk chunk) {
    List<Decoder> ofSource = decoders.getOrDefault(chunk.source(), List.of());
    long nowNs = timeline.nowNs();
    // before the frames, in case that the time of day was set since the chunk before
    tickRoutes(nowNs);
    for (int i = 0; i < chunk.size(); i++) {
      decode(chunk.frame(i), ofSource);
      tickRoutes(nowNs);
    }
    if (nowNs - decodersTickedNs >= DECODER_TICK_NS) {
      // A busy source must not keep the time from the decoders of the others.
      tickDecoders(nowNs);
    }
  }

  private void tickDecoders(long nowNs) {
    decodersTickedNs = nowNs;
    samplesOfFrame = 0;
    for (List<Decoder> ofSource : decoders.values()) {
      for (Decoder decoder : ofSource) {
        decoder.tick(nowNs, toRoutes);
      }
    }
    samples.add(samplesOfFrame);
  }

  private void decode(Frame frame, List<Decoder> ofSource) {
    boolean known = false;
    samplesOfFrame = 0;
    for (int i = 0; i < ofSource.size(); i++) {
      Decoder decoder = ofSource.get(i);
      decoder.accept(frame, toRoutes);
      known |= decoder.knewLast();
    }
    // Counted when all of them have passed the routes, so that a batch, which is sealed between
    // frames, finds
    // decoded = withheld + batched.
    samples.add(samplesOfFrame);
    if (!known) {
      unknown.increment();
    }
  }

  private void route(Sample sample) {
    samplesOfFrame++;
    lastValues.accept(sample);
    for (int i = 0; i < routes.size(); i++) {
      routes.get(i).accept(sample);
    }
  }

  /** Lets batches go that are old enough; to be called often, also when nothing comes in. */
  void tick() {
    long nowNs = timeline.nowNs();
    tickDecoders(nowNs);
    tickRoutes(nowNs);
    lastValues.tick(nowNs);
  }

  private void tickRoutes(long nowNs) {
    if (flushes) {
      flushes = false;
      routes.forEach(Route::flush);
    }
    for (int i = 0; i < routes.size(); i++) {
      routes.get(i).tick(nowNs);
    }
  }

  /** Lets open batches go at the next tick. */
  void flush() {
    flushes = true;
  }

  /** Stores whatever is still held. */
  void finish() {
    samplesOfFrame = 0;
    decoders.values().forEach(list -> list.forEach(decoder -> decoder.finish(toRoutes)));
    samples.add(samplesOfFrame);
    routes.forEach(Route::finish);
    lastValues.tick(timeline.nowNs());
  }
}
