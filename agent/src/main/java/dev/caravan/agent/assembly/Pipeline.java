package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a chunk of frames: each frame is decoded, and each group of samples goes to every route, which shapes, encodes
 * and stores it. A plain object that one thread, or a test, drives with {@link #accept}, {@link #tick} and {@link
 * #finish}.
 *
 * <p>The routes are ticked once a chunk, and between two frames where one of them is full, so that batches are closed between
 * frames only.
 *
 * <p>A fault of the program costs the frame at which it happens, and no other: a decoder is asked for no more groups of it.
 * Those that it gave before go every way that they would have gone, so the ledgers hold.
 */
final class Pipeline {
  private static final long DECODER_TICK_NS = 50_000_000L;

  private final Map<String, List<Decoder>> decoders;
  private final List<Decoder> allDecoders;
  private final List<Route> routes;
  private final LastValueBoard lastValues;
  private final Timeline timeline;
  private final Counter samples;
  private final Counter unknown;
  private final Health health;
  private final Bugs bugs;
  private final Consumer<SampleGroup> toRoutes;

  private long decodersTickedNs;

  // from any thread
  private volatile boolean flushes;
  private final AtomicReference<@Nullable CountDownLatch> cut = new AtomicReference<>();

  // while one frame is decoded, or the decoders are ticked
  private long samplesOfFrame;

  Pipeline(
      Map<String, List<Decoder>> decoders,
      List<Route> routes,
      LastValueBoard lastValues,
      Timeline timeline,
      Health health) {
    this.decoders = Map.copyOf(decoders);
    this.allDecoders = decoders.values().stream().flatMap(List::stream).toList();
    this.routes = List.copyOf(routes);
    this.lastValues = lastValues;
    this.timeline = timeline;
    this.samples = health.counter(SharedMetrics.DECODE_SAMPLES, "");
    this.unknown = health.counter(SharedMetrics.DECODE_UNKNOWN, "");
    this.health = health;
    this.bugs = health.bugs("pipeline");
    this.toRoutes = this::route;
  }

  /** Takes the frames of one source; the chunk may be reused after the call. */
  void accept(FrameChunk chunk) {
    List<Decoder> ofSource = decoders.getOrDefault(chunk.source(), List.of());
    long nowNs = timeline.nowNs();
    // before the frames, in case that the time of day was set since the chunk before
    tickRoutes(nowNs);
    for (int i = 0; i < chunk.size(); i++) {
      decode(chunk.frame(i), ofSource, chunk.source());
      if (isAnyFull()) {
        tickRoutes(nowNs);
      }
    }
    if (Math.abs(nowNs - decodersTickedNs) >= DECODER_TICK_NS) {
      // A busy source must not keep the time from the decoders of the others.
      tickDecoders(nowNs);
    }
  }

  private boolean isAnyFull() {
    for (int i = 0; i < routes.size(); i++) {
      if (routes.get(i).isFull()) {
        return true;
      }
    }
    return false;
  }

  private void tickDecoders(long nowNs) {
    decodersTickedNs = nowNs;
    samplesOfFrame = 0;
    for (int i = 0; i < allDecoders.size(); i++) {
      try {
        allDecoders.get(i).tick(nowNs, toRoutes);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
      }
    }
    samples.add(samplesOfFrame);
  }

  private void decode(Frame frame, List<Decoder> ofSource, String source) {
    boolean known = false;
    boolean isGivenUp = false;
    samplesOfFrame = 0;
    for (int i = 0; i < ofSource.size(); i++) {
      Decoder decoder = ofSource.get(i);
      try {
        decoder.accept(frame, toRoutes);
        known |= decoder.knewLast();
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
        isGivenUp = true;
      }
    }
    // Counted when all of them have passed the routes, so that a batch, which is sealed between
    // frames, finds
    // decoded = withheld + batched.
    samples.add(samplesOfFrame);
    if (isGivenUp) {
      health.counter(SharedMetrics.FRAMES_GIVEN_UP, source).increment();
    } else if (!known) {
      unknown.increment();
    }
  }

  private void route(SampleGroup group) {
    samplesOfFrame += group.size();
    for (int i = 0; i < routes.size(); i++) {
      try {
        routes.get(i).accept(group);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
      }
    }
    try {
      lastValues.accept(group);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bugs.survived(e);
    }
  }

  /** Faults of the program on the pipeline's thread. */
  Bugs bugs() {
    return bugs;
  }

  /** Lets batches go that are old enough; to be called often, also when nothing comes in. */
  void tick() {
    long nowNs = timeline.nowNs();
    // the routes first, in case that the time of day was set
    tickRoutes(nowNs);
    tickDecoders(nowNs);
    bugs.survive(() -> lastValues.tick(nowNs));
  }

  private void tickRoutes(long nowNs) {
    if (flushes) {
      flushes = false;
      routes.forEach(route -> bugs.survive(route::flush));
    }
    if (cut.get() != null) {
      CountDownLatch done = cut.getAndSet(null);
      routes.forEach(route -> bugs.survive(route::flush));
      routes.forEach(route -> bugs.survive(route::cutEvents));
      Objects.requireNonNull(done).countDown();
    }
    for (int i = 0; i < routes.size(); i++) {
      try {
        routes.get(i).tick(nowNs);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
      }
    }
  }

  /** Lets open batches go at the next tick. */
  void flush() {
    flushes = true;
  }

  /** Lets open batches and events that still wait for samples go at the next tick, and says when that is done. */
  void cut(CountDownLatch done) {
    cut.set(done);
  }

  /** Stores whatever is still held. */
  void finish() {
    samplesOfFrame = 0;
    allDecoders.forEach(decoder -> bugs.survive(() -> decoder.finish(toRoutes)));
    samples.add(samplesOfFrame);
    routes.forEach(route -> bugs.survive(route::finish));
    lastValues.tick(timeline.nowNs());
  }
}
