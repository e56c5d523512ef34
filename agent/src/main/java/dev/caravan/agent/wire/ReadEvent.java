package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.util.List;

/**
 * An event as read.
 *
 * @param id names it, unique per device
 * @param route the route it came by
 * @param stream what its sequence counts
 * @param sequence rises by one in a stream, from 1; 0 for a body that was not sent yet
 * @param kind dot-separated lower-case words
 * @param trigger name of the trigger; empty if it is not from one
 * @param timeUs when it happened, microseconds since 1970 UTC
 * @param text for a person
 * @param paths the signals that made it happen
 * @param snapshots messages of the batches around it
 * @param evicted events that the store removed unsent up to this one
 * @param rejected events that the far side refused for good up to this one
 * @param part which part of a divided event it is, from 1; 0 for a whole one
 * @param parts how many parts there are; 0 for a whole one
 */
public record ReadEvent(
    Bytes id,
    String route,
    StreamId stream,
    long sequence,
    String kind,
    String trigger,
    long timeUs,
    String text,
    List<String> paths,
    List<Bytes> snapshots,
    long evicted,
    long rejected,
    int part,
    int parts) {
  /** Copies the lists. */
  public ReadEvent {
    paths = List.copyOf(paths);
    snapshots = List.copyOf(snapshots);
  }
}
