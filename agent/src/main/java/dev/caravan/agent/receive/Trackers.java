package dev.caravan.agent.receive;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StatusDescription;

/** Watches the sequence of each stream, and which stream follows which, as far as there is room. One thread. */
final class Trackers {
  private final Receiver.Listener listener;
  private final boolean tellsGaps;
  private final Successions successions;
  private final Streams<StreamKey, SequenceTracker> streams;

  // of the streams that had to go
  private long gapsGone;
  private long forgotten;

  /** {@code tellsGaps}: whether what is missing is a loss. */
  Trackers(Room room, boolean tellsGaps, Receiver.Listener listener) {
    this.listener = listener;
    this.tellsGaps = tellsGaps;
    this.successions = new Successions(room.twentieths(1));
    this.streams = new Streams<>(
        Room.of(room.twentieths(6)), SequenceTracker.COST_BYTES, SequenceTracker::new, this::gone);
  }

  /** How a device is. */
  void status(DeviceName device, StatusDescription status) {
    successions.started(device, status.facts().bootId());
  }

  /**
   * One arrival.
   *
   * @param digest stands for its content
   * @param start in which it was made
   */
  SequenceTracker.Arrival arrived(StreamKey stream, long sequence, long digest, Start start) {
    boolean isFirst = !streams.has(stream.device(), stream);
    boolean isBegun = isFirst && tellsGaps && successions.isBegunWatched(stream, start);
    boolean isOther = successions.came(stream, start);
    SequenceTracker tracker = streams.of(stream.device(), stream, stream.nameChars());
    if (isFirst && isOther) {
      listener.replaced(stream);
    }
    if (isBegun) {
      tracker.began();
      listener.begins(stream, 1);
    }
    long forgottenBefore = tracker.forgotten();
    SequenceTracker.Arrival arrival = tracker.arrived(sequence, digest);
    forgotten += tracker.forgotten() - forgottenBefore;
    tellGaps(stream, tracker, false);
    return arrival;
  }

  private void tellGaps(StreamKey stream, SequenceTracker tracker, boolean atTheEnd) {
    tracker.tellGaps(atTheEnd, (from, to) -> {
      if (tellsGaps) {
        listener.gap(stream, from, to);
      }
    });
  }

  private void gone(StreamKey stream, SequenceTracker tracker) {
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
