package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the thread {@code power} does: looks ten times a second whether the power goes. When it does, all that was sampled is closed and
 * made durable, events first, and so again every {@value #AGAIN_NS} ns for {@value #LASTS_NS} ns, for what came meanwhile; what goes out, goes out as ever.
 * If the power is still there then, or the file takes its word back, all goes on as before.
 */
final class PowerWatch implements RunLoop.Body {
  private static final Logger LOG = LoggerFactory.getLogger(PowerWatch.class);
  static final long LOOK_NS = 100_000_000L;
  static final long AGAIN_NS = 250_000_000L;
  static final long LASTS_NS = 30_000_000_000L;
  private static final long PIPELINE_MS = 1_000;

  private final PowerPlan plan;
  private final Pipeline pipeline;
  private final List<Store> queues;
  private final Timeline timeline;
  private final Stop stop;
  private final Counter warnings;
  private final Bugs bugs;

  private boolean goes;
  private final Condition unreadable = new Condition();

  // while it goes
  private long sinceNs;
  private long securedNs;
  private boolean isOver;

  /** {@code queues}: those of events first. */
  PowerWatch(
      PowerPlan plan,
      Pipeline pipeline,
      List<Store> queues,
      Timeline timeline,
      Health health,
      Stop stop) {
    this.plan = plan;
    this.pipeline = pipeline;
    this.queues = List.copyOf(queues);
    this.timeline = timeline;
    this.stop = stop;
    this.bugs = health.bugs("power");
    this.warnings = health.counter(PowerMetrics.WARNINGS, "");
  }

  @Override
  public boolean round() {
    look();
    return looksAgain();
  }

  @Override
  public boolean survived(Throwable fault) {
    return looksAgain();
  }

  private boolean looksAgain() {
    return !stop.await(LOOK_NS);
  }

  /** Faults of the program on its thread. */
  Bugs bugs() {
    return bugs;
  }

  /** One look, and what follows from it. */
  void look() {
    boolean before = goes;
    goes = says();
    if (goes && !before) {
      begin();
    } else if (!goes && before) {
      LOG.info("power: stays, going on as before");
    } else if (goes && !isOver) {
      goOn();
    }
  }

  private boolean says() {
    try {
      boolean now = plan.goes();
      long looks = unreadable.over();
      if (looks > 0) {
        LOG.info("power: {}: can be read again, looks in vain={}", plan.file(), looks);
      }
      return now;
    } catch (IOException e) {
      String why = Words.reason(e);
      if (unreadable.isNews(why)) {
        LOG.warn("power: {}: cannot be read, so nobody tells when it goes: {}", plan.file(), why);
      }
      return goes;
    }
  }

  private void begin() {
    warnings.increment();
    sinceNs = timeline.monotonicNs();
    isOver = false;
    List<String> unsafe = secure();
    long tookMs = (securedNs - sinceNs) / 1_000_000;
    if (unsafe.isEmpty()) {
      LOG.warn("power: goes; what was sampled is on disk after {} ms", tookMs);
    } else {
      LOG.error(
          "power: goes; not all that was sampled is on disk, after {} ms: {}",
          tookMs,
          String.join("; ", unsafe));
    }
  }

  private void goOn() {
    long nowNs = timeline.monotonicNs();
    if (nowNs - sinceNs >= LASTS_NS) {
      isOver = true;
      LOG.warn("power: still there after {} s, going on as before", LASTS_NS / 1_000_000_000L);
    } else if (nowNs - securedNs >= AGAIN_NS) {
      List<String> unused = secure();
    }
  }

  /** Closes all that is open, and makes it durable; gives why not all of it is. */
  List<String> secure() {
    List<String> unsafe = new ArrayList<>();
    CountDownLatch closed = new CountDownLatch(1);
    pipeline.cut(closed);
    boolean isClosed = false;
    try {
      isClosed = closed.await(PIPELINE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isClosed) {
      unsafe.add("the pipeline has not closed its batches");
    }
    for (Store queue : queues) {
      try {
        queue.sync();
      } catch (IOException e) {
        unsafe.add(Words.of(e));
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        // the others are the more urgent
        bugs.survived(e);
        unsafe.add("a fault of the program at a queue, see above");
      }
    }
    securedNs = timeline.monotonicNs();
    return unsafe;
  }
}
