package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when the disk of a queue stops doing its work, and when it does it again: once in the log, and as the part
 * {@code store} of the health. Safe from any thread.
 */
final class DiskState {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  /** What the disk may fail to do. */
  enum Task {
    WRITE,
    SYNC,
    READ,
    CURSOR,
    SCHEMA
  }

  private final String route;
  private final Part part;
  private final Counter failures;
  private final Timeline timeline;
  private final Set<Task> failing = EnumSet.noneOf(Task.class);
  private long worksThroughNs;
  private String told = "";

  DiskState(String route, Timeline timeline, Health health) {
    this.route = route;
    this.timeline = timeline;
    this.part = health.part("store", route);
    this.failures = health.counter(StoreMetrics.FAILURES, route);
  }

  /** The queue is open. */
  synchronized void begun() {
    if (failing.isEmpty()) {
      part.set(Part.State.OK, "");
    }
  }

  synchronized void failed(Task task, IOException e) {
    failures.increment();
    String why = task.name().toLowerCase(Locale.ROOT) + " failed: " + Words.of(e);
    if (!takesNothing()) {
      worksThroughNs = timeline.monotonicNs();
    }
    if (failing.add(task)) {
      // with its reason it is a line of its own: none of another fault is taken for its repetition
      String reason = task.name().toLowerCase(Locale.ROOT) + " failed: " + Words.reason(e);
      told = reason;
      String file = why.startsWith(reason) ? why.substring(reason.length()) : "";
      LOG.warn("{}: the disk fails, trying again: " + literal(reason) + "{}", route, file);
    }
    part.set(Part.State.DEGRADED, why);
  }

  /** Words as a part of what a line of the log is made from. */
  static String literal(String words) {
    return words.replace("{}", "{ }");
  }

  private boolean takesNothing() {
    return failing.contains(Task.WRITE) || failing.contains(Task.SYNC);
  }

  /** For how long the disk has not taken what was to be stored; 0 while it does. */
  synchronized long takesNothingForNs() {
    return takesNothing() ? timeline.monotonicNs() - worksThroughNs : 0;
  }

  /** Why it does not do its work, in words. */
  synchronized String why() {
    return part.why();
  }

  synchronized void did(Task task) {
    if (failing.remove(task) && failing.isEmpty()) {
      LOG.info("{}: the disk works again, after: " + literal(told), route);
      part.set(Part.State.OK, "");
    }
  }

  synchronized void ended() {
    part.set(Part.State.ENDED, "");
  }

  /** What may fail. */
  interface Work {
    void run() throws IOException;
  }

  /** Does it, and tells how it went. */
  void tries(Task task, Work work) {
    try {
      work.run();
      did(task);
    } catch (IOException e) {
      failed(task, e);
    }
  }
}
