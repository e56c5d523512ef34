package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches the sources and routes, and tells of each when it becomes degraded, and when it is well again. At most one event
 * a minute and part: one that changes sooner is told then, if it is still other than what was told last. One thread.
 */
final class PartStates {
  private static final long LOOK_NS = 250_000_000L;
  private static final long QUIET_NS = 60_000_000_000L;
  private static final Set<String> KINDS = Set.of("source", "route");

  /** What is known of one part. */
  private static final class Told {
    private boolean isDegraded;
    private long toldNs = Long.MIN_VALUE / 2;

    // since it was told
    private boolean wasDegraded;
    private int changes;
  }

  private final Health health;
  private final Map<Health.Key, Told> parts = new HashMap<>();
  private long lookedNs = Long.MIN_VALUE / 2;

  PartStates(Health health) {
    this.health = health;
  }

  /** Looks at all parts, not at every call. */
  void tick(long nowNs, Consumer<? super Report> out) {
    if (Math.abs(nowNs - lookedNs) < LOOK_NS) {
      return;
    }
    lookedNs = nowNs;
    for (Map.Entry<Health.Key, Part> part : health.parts().entrySet()) {
      Health.Key key = part.getKey();
      // a name with a dot is a part of a part
      if (KINDS.contains(key.name()) && key.part().indexOf('.') < 0) {
        look(key, part.getValue(), nowNs, out);
      }
    }
  }

  private void look(Health.Key key, Part part, long nowNs, Consumer<? super Report> out) {
    Part.State state = part.state();
    if (state != Part.State.DEGRADED && state != Part.State.OK) {
      return;
    }
    Told told = parts.computeIfAbsent(key, first -> new Told());
    boolean isDegraded = state == Part.State.DEGRADED;
    if (isDegraded != told.wasDegraded) {
      told.wasDegraded = isDegraded;
      told.changes++;
    }
    if (isDegraded == told.isDegraded || Math.abs(nowNs - told.toldNs) < QUIET_NS) {
      return;
    }
    String why = part.why();
    String text = key.part()
        + (why.isEmpty() ? "" : ": " + why)
        + (told.changes > 1 ? "; changes since the event before: " + told.changes : "");
    told.isDegraded = isDegraded;
    told.toldNs = nowNs;
    told.changes = 0;
    out.accept(new Snapshot(
        key.name() + (isDegraded ? ".degraded" : ".well"),
        "",
        nowNs,
        text,
        List.of(),
        new SampleColumns(0)));
  }
}
