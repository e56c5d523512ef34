package dev.caravan.agent.source;

import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a source's thread: open, read until failure, close, wait as its back-off says, open again.
 * Ends only when told to stop or when the source has ended; a bad frame or a lost wire never ends it.
 */
public final class SourceLoop implements Runnable, RunLoop.Body {
  /** Where chunks come from and go to. */
  public interface Outlet {
    /** An empty chunk to fill. */
    FrameChunk take(String source);

    /** Gives a filled chunk away; never blocks for long. */
    void give(FrameChunk chunk);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SourceLoop.class);

  private static final String GIVEN_UP = "given up";
  private static final String FAULT = "a fault of the program, see the log";

  private final Source source;
  private final Outlet outlet;
  private final Stop stop;
  private final Backoff backoff;
  private final Part part;
  private final Counter frames;
  private final Counter failures;
  private final Counter givenUp;
  private final Bugs bugs;
  private final Condition lost = new Condition();

  /** What was told last. */
  private boolean isWell;

  /** A loop over one source; {@code stop} ends it. */
  public SourceLoop(Source source, Outlet outlet, Health health, Stop stop, Backoff backoff) {
    this.source = source;
    this.outlet = outlet;
    this.stop = stop;
    this.backoff = backoff;
    this.part = health.part("source", source.name());
    this.frames = health.counter(SharedMetrics.SOURCE_FRAMES, source.name());
    this.failures = health.counter(SourceMetrics.FAILURES, source.name());
    this.givenUp = health.counter(SharedMetrics.FRAMES_GIVEN_UP, source.name());
    this.bugs = health.bugs(source.name());
  }

  @Override
  public void run() {
    new RunLoop(bugs, stop::isRequested, this).run();
    part.set(Part.State.ENDED, stop.isRequested() ? "" : "read to its end");
  }

  /** From one opening to the next. */
  @Override
  public boolean round() {
    String what = "cannot be opened";
    boolean ended = false;
    try {
      source.open();
      what = "lost";
      readUntilEnd();
      ended = true;
    } catch (IOException e) {
      failed(what, Words.of(e));
    } finally {
      close();
    }
    return !ended && opensAgain();
  }

  @Override
  public boolean survived(Throwable fault) {
    givenUp.increment();
    failed(GIVEN_UP, FAULT);
    return opensAgain();
  }

  /** Waits; an interrupt ends the loop too: it would make every further wait return at once. */
  private boolean opensAgain() {
    return !stop.isRequested() && !stop.await(backoff.nextNs());
  }

  /** Reads until the source has ended or a stop is asked for; all else is an exception. */
  private void readUntilEnd() throws IOException {
    boolean more = true;
    while (more && !stop.isRequested()) {
      FrameChunk chunk = outlet.take(source.name());
      try {
        more = source.read(chunk);
      } finally {
        frames.add(chunk.size());
        outlet.give(chunk);
      }
      wellAgain();
    }
  }

  /** Only what can be read is well: a port that opens and fails at once goes on waiting longer. */
  private void wellAgain() {
    if (!isWell) {
      isWell = true;
      long failures = lost.over();
      LOG.info("{}: open{}", source.name(), failures == 0 ? "" : ", failures before=" + failures);
      part.set(Part.State.OK, "");
      backoff.reset();
    }
  }

  private void close() {
    try {
      source.close();
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bugs.survived(e);
      failed(GIVEN_UP, FAULT);
    }
  }

  private void failed(String what, String why) {
    if (stop.isRequested()) {
      return; // closed from outside so that it stops at once
    }
    failures.increment();
    if (lost.isNews(why)) {
      LOG.warn("{}: {}, trying again: {}", source.name(), what, why);
    }
    isWell = false;
    part.set(Part.State.DEGRADED, why);
  }
}
