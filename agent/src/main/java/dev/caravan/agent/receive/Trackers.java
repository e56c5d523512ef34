package dev.caravan.agent.receive;

import dev.caravan.agent.wire.MemoryRun;

/**
 * Watches the sequence of each route of each device, of its batches and of its events, and of each of its runs in memory, as far
 * as there is room. One thread.
 */
final class Trackers {
  /** Is told each gap once. */
  interface Gap {
    /** Of a route of a device, the first and the last that are missing. */
    void missing(String device, String route, boolean isOfEvents, long from, long to);
  }

  private record Stream(String device, String route, boolean isOfEvents, String run) {}

  private final Gap gap;
  private final Streams<Stream, SequenceTracker> streams;

  // of the streams that had to go
  private long gapsGone;
  private long forgotten;

  Trackers(Room room, Gap gap) {
    this.gap = gap;
    this.streams =
        new Streams<>(room, SequenceTracker.COST_BYTES, SequenceTracker::new, this::gone);
  }

  /** One arrival; {@code digest} stands for its content. */
  SequenceTracker.Arrival arrived(
      String device, String route, boolean isOfEvents, long sequence, long digest) {
    Stream stream = new Stream(device, route, isOfEvents, MemoryRun.of(sequence));
    SequenceTracker tracker = streams.of(device, stream, device.length() + route.length());
    long forgottenBefore = tracker.forgotten();
    SequenceTracker.Arrival arrival = tracker.arrived(sequence, digest);
    forgotten += tracker.forgotten() - forgottenBefore;
    tellGaps(stream, tracker, false);
    return arrival;
  }

  private void tellGaps(Stream stream, SequenceTracker tracker, boolean atTheEnd) {
    tracker.tellGaps(
        atTheEnd,
        (from, to) -> gap.missing(stream.device, stream.route, stream.isOfEvents, from, to));
  }

  private void gone(Stream stream, SequenceTracker tracker) {
    tellGaps(stream, tracker, true);
    forgotten++;
    gapsGone += tracker.gaps();
  }

  /** No more will come: tells also the gaps that might have been filled. */
  void end() {
    streams.forEach((stream, tracker) -> tellGaps(stream, tracker, true));
  }

  /** How many gaps there are. */
  long gaps() {
    long[] gaps = {gapsGone};
    streams.forEach((stream, tracker) -> gaps[0] += tracker.gaps());
    return gaps[0];
  }

  /**
   * How much was forgotten for lack of room, streams and runs of missing numbers: of what comes again in them duplicates may be
   * missed, and between what came before and comes later gaps.
   */
  long forgotten() {
    return forgotten;
  }
}
