package dev.caravan.agent.assembly;

import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.SourceLoop;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the sources' threads and the pipeline's: chunks of frames, recycled, bounded in number.
 *
 * <p>When the pipeline is so far behind that a source has no empty chunk left, a live source loses its newest frames,
 * counted as {@code inbox.dropped}, because a port must not block; a source that can wait (a log) waits.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int CHUNK_FRAMES = 256;
  private static final int LIVE_CHUNKS = 512;
  private static final int WAITING_CHUNKS = 8;
  private static final int MOST_FILLED = 16 * LIVE_CHUNKS;

  private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(MOST_FILLED);

  /** A chunk on its way, and the outlet that it goes back to. */
  private record Filled(FrameChunk chunk, Outlet from) {}

  // the pipeline's thread only: between poll and recycle
  private @Nullable Filled taken;

  /** The next chunk, if one comes in time; to be given back with {@link #recycle}. */
  @Nullable
  FrameChunk poll(long atMostNs) throws InterruptedException {
    Filled next = filled.poll(atMostNs, TimeUnit.NANOSECONDS);
    if (next == null) {
      return null;
    }
    taken = next;
    return next.chunk;
  }

  /** Gives back the chunk polled last. */
  void recycle() {
    Filled done = java.util.Objects.requireNonNull(taken, "nothing was polled");
    taken = null;
    done.from.empty(done.chunk);
  }

  /** How many frames wait. */
  int frames() {
    return filled.stream().mapToInt(each -> each.chunk.size()).sum();
  }

  boolean isEmpty() {
    return filled.isEmpty();
  }

  /** The way in for one source; {@code waits} if it may be held up instead of losing frames. */
  SourceLoop.Outlet outlet(String source, boolean waits, Health health) {
    return new Outlet(source, waits, health.counter(SharedMetrics.INBOX_DROPPED, source));
  }

  private final class Outlet implements SourceLoop.Outlet {
    private final String source;
    private final boolean waits;
    private final Counter dropped;
    private final Semaphore free;
    // The chunk emptied last is filled next, so that quiet traffic touches little memory.
    private final Deque<FrameChunk> empties = new ConcurrentLinkedDeque<>();
    private final FrameChunk spare;
    private final Condition full = new Condition();

    Outlet(String source, boolean waits, Counter dropped) {
      this.source = source;
      this.waits = waits;
      this.dropped = dropped;
      this.free = new Semaphore(waits ? WAITING_CHUNKS : LIVE_CHUNKS);
      this.spare = new FrameChunk(source, CHUNK_FRAMES);
    }

    @Override
    public FrameChunk take(String name) {
      if (waits) {
        free.acquireUninterruptibly();
      } else if (!free.tryAcquire()) {
        return spare;
      }
      FrameChunk chunk = empties.pollFirst();
      return chunk == null ? new FrameChunk(source, CHUNK_FRAMES) : chunk;
    }

    @Override
    public void give(FrameChunk chunk) {
      if (chunk == spare) {
        drop(chunk);
      } else if (chunk.size() == 0 || !filled.offer(new Filled(chunk, this))) {
        drop(chunk);
        empty(chunk);
      } else if (full.isThere()) {
        LOG.warn("{}: inbox takes frames again: dropped={}", source, full.over());
      }
    }

    private void drop(FrameChunk chunk) {
      if (chunk.size() > 0) {
        if (full.isNews("full", chunk.size())) {
          LOG.warn("{}: inbox full, dropping the newest frames; the pipeline is too slow", source);
        }
        dropped.add(chunk.size());
        chunk.clear();
      }
    }

    void empty(FrameChunk chunk) {
      chunk.clear();
      empties.addFirst(chunk);
      free.release();
    }
  }
}
