package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamOwner;

/**
 * Which stream came last in each place, and whether one that comes now began while it was watched: only then something is missing
 * if its first message is not the first that comes. That is known only of the first start of the agent with the stream, where an
 * earlier start was seen. One thread.
 */
final class Successions {
  private static final class Newest {
    private StreamId stream;
    private Start start;

    Newest(StreamId stream, Start start) {
      this.stream = stream;
      this.start = start;
    }
  }

  /** The newest start of a device, and whether it was seen before that one. */
  private record Boot(Bytes id, boolean isWatched) {}

  private final Shelf<StreamOwner, Newest> newest;
  private final Shelf<DeviceName, Boot> boots;

  Successions(long mostBytes) {
    this.newest = new Shelf<>(mostBytes / 2, (place, any) -> {});
    this.boots = new Shelf<>(mostBytes / 2, (device, any) -> {});
  }

  /** A status of a device names a start. */
  void started(DeviceName device, Bytes bootId) {
    Boot before = boots.find(device).orElse(null);
    if (bootId.length() > 0 && (before == null || !before.id.equals(bootId))) {
      int chars = device.fleet().length() + device.device().length();
      boots.put(device, new Boot(bootId, before != null), 2L * chars);
    }
  }

  /** Whether a stream of which nothing came yet began while it was watched; asked before {@link #came}. */
  boolean isBegunWatched(StreamKey stream, Start start) {
    if (!start.isFirstOfStream() || stream.stream().isNone() || !stream.run().isEmpty()) {
      return false;
    }
    boolean isStartWatched = boots.find(stream.device()).map(Boot::isWatched).orElse(false);
    return isStartWatched
        || newest
            .find(stream.owner())
            .map(before -> before.start.isOtherThanFirst(start))
            .orElse(false);
  }

  /** A message of a stream comes; gives whether another stream came last in its place. */
  boolean came(StreamKey stream, Start start) {
    Newest before = newest.find(stream.owner()).orElse(null);
    if (before == null) {
      newest.put(stream.owner(), new Newest(stream.stream(), start), 2L * stream.nameChars());
      return false;
    }
    boolean isOther = !before.stream.equals(stream.stream());
    before.stream = stream.stream();
    before.start = start;
    return isOther;
  }
}
