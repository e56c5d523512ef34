package dev.caravan.agent.cli;

import dev.caravan.agent.store.MemoryRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A tracker for each route of each device, and for each of its runs in memory, as many as there is room for. One thread. */
final class Trackers {
  /** Is told a gap. */
  interface Gap {
    /** Of a route of a device, the first and the last that are missing. */
    void missing(String device, String route, long from, long to);
  }

  private record Stream(String device, String route, String run) {}

  private final Room room;
  private final Map<Stream, SequenceTracker> all = new LinkedHashMap<>();
  // those in which something came since gaps were told last
  private final Map<Stream, SequenceTracker> touched = new LinkedHashMap<>();
  private long refused;

  Trackers(Room room) {
    this.room = room;
  }

  /** That of the stream of a route of a device in which a sequence is; nothing if it is new and there is no room for one more, which is counted. */
  Optional<SequenceTracker> of(String device, String route, long sequence) {
    Stream stream = new Stream(device, route, MemoryRun.of(sequence));
    SequenceTracker tracker = all.get(stream);
    if (tracker == null
        && room.take(SequenceTracker.COST_BYTES + device.length() + route.length())) {
      tracker = new SequenceTracker(room);
      all.put(stream, tracker);
    }
    if (tracker == null) {
      refused++;
    } else {
      touched.put(stream, tracker);
    }
    return Optional.ofNullable(tracker);
  }

  /** Tells each gap once; at the end also those that may still be filled. */
  void tellGaps(boolean atTheEnd, Gap gap) {
    (atTheEnd ? all : touched)
        .forEach((stream, tracker) -> tracker.tellGaps(
            atTheEnd, (from, to) -> gap.missing(stream.device, stream.route, from, to)));
    touched.clear();
  }

  /** How many gaps there are. */
  long gaps() {
    return all.values().stream().mapToLong(SequenceTracker::gaps).sum();
  }

  /** How many messages of routes came that there is no room for. */
  long refused() {
    return refused;
  }
}
