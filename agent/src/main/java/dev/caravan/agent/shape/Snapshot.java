package dev.caravan.agent.shape;

import java.util.List;

/**
 * Something that happened, with what was measured around it.
 *
 * @param kind dot-separated lower-case words, {@code trigger}, {@code trouble_codes}, {@code source.degraded}
 * @param trigger name of the trigger in the configuration; empty if it is not from one
 * @param timeNs when it happened, epoch nanoseconds UTC
 * @param text in a few words, for a person
 * @param paths the signals that made it happen
 * @param samples what was measured around it; nobody adds to them any more
 */
public record Snapshot(
    String kind,
    String trigger,
    long timeNs,
    String text,
    List<String> paths,
    SampleColumns samples)
    implements Report {
  /** Copies the paths. */
  public Snapshot {
    paths = List.copyOf(paths);
  }
}
