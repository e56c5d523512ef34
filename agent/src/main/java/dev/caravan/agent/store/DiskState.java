package dev.caravan.agent.store;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.util.EnumSet;
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
    CURSOR
  }

  private final String route;
  private final Part part;
  private final Counter failures;
  private final Set<Task> failing = EnumSet.noneOf(Task.class);

  DiskState(String route, Health health) {
    this.route = route;
    this.part = health.part("store", route);
    this.failures = health.counter("store.failures", route);
    part.set(Part.State.OK, "");
  }

  synchronized void failed(Task task, IOException e) {
    failures.increment();
    String why = task.name().toLowerCase(java.util.Locale.ROOT) + " failed: " + Words.of(e);
    if (failing.isEmpty()) {
      LOG.warn("{}: the disk fails, trying again: {}", route, why);
    }
    failing.add(task);
    part.set(Part.State.DEGRADED, why);
  }

  synchronized void did(Task task) {
    if (failing.remove(task) && failing.isEmpty()) {
      LOG.info("{}: the disk works again", route);
      part.set(Part.State.OK, "");
    }
  }

  synchronized void ended() {
    part.set(Part.State.ENDED, "");
  }
}
