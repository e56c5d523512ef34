package dev.caravan.agent.wire;

import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.v1.NamedCount;
import dev.caravan.v1.PartStatus;
import dev.caravan.v1.Status;
import dev.caravan.v1.StreamStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A status as read.
 *
 * @param state whether the device is there
 * @param facts what does not change while its agent runs
 * @param uptimeS seconds since the agent was started
 * @param timeUs when it was written, microseconds since 1970 UTC
 * @param monotonicUs what the monotonic clock showed then
 * @param timeOrigin where the time of day comes from
 * @param timeErrorUs how far it may be off, microseconds; 0 where nothing is known
 * @param sources how each source is
 * @param routes how each route is
 * @param streams those that are written now
 * @param counters counted since the agent was started; those at zero are left out
 */
public record StatusDescription(
    DeviceState state,
    StatusFacts facts,
    long uptimeS,
    long timeUs,
    long monotonicUs,
    TimeOrigin timeOrigin,
    long timeErrorUs,
    List<PartDescription> sources,
    List<PartDescription> routes,
    List<StreamDescription> streams,
    SortedMap<Health.Key, Long> counters) {
  /**
   * How a source or a route is.
   *
   * @param name as in the configuration
   * @param state how it is
   * @param why in a few words; empty while all is well
   * @param busMode {@code listen-only} or {@code normal}; empty if not on a bus
   */
  public record PartDescription(String name, Part.State state, String why, String busMode) {}

  /**
   * A stream of the device.
   *
   * @param route the route it goes by
   * @param kind what is in it
   * @param stream as in its messages
   */
  public record StreamDescription(String route, StreamKind kind, StreamId stream) {}

  /** Copies the collections. */
  public StatusDescription {
    sources = List.copyOf(sources);
    routes = List.copyOf(routes);
    streams = List.copyOf(streams);
    counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
  }

  static StatusDescription of(Status message) throws MalformedMessageException {
    SortedMap<Health.Key, Long> counters = new TreeMap<>();
    for (NamedCount count : message.getCountersList()) {
      counters.put(new Health.Key(count.getName(), count.getPart()), count.getValue());
    }
    return new StatusDescription(
        WireNumbers.state(message.getState()),
        new StatusFacts(
            message.getAgentVersion(),
            message.getAgentCommit(),
            MessageParts.bytes(message.getConfigHash()),
            MessageParts.bytes(message.getBootId()),
            message.getBootCount()),
        message.getUptimeS(),
        message.getTimeUs(),
        message.getMonotonicUs(),
        WireNumbers.timeOrigin(message.getTimeOrigin()),
        message.getTimeErrorUs(),
        parts(message.getSourcesList()),
        parts(message.getRoutesList()),
        streams(message.getStreamsList()),
        counters);
  }

  /** Those whose kind is known. */
  private static List<StreamDescription> streams(List<StreamStatus> messages)
      throws MalformedMessageException {
    List<StreamDescription> streams = new ArrayList<>();
    for (StreamStatus each : messages) {
      Optional<StreamKind> kind = WireNumbers.streamKind(each.getKind());
      if (kind.isPresent()) {
        StreamId id = StreamId.of(MessageParts.bytes(each.getStream()), "status");
        streams.add(new StreamDescription(each.getRoute(), kind.get(), id));
      }
    }
    return streams;
  }

  private static List<PartDescription> parts(List<PartStatus> messages) {
    List<PartDescription> parts = new ArrayList<>();
    for (PartStatus part : messages) {
      parts.add(new PartDescription(
          part.getName(), WireNumbers.state(part.getState()), part.getWhy(), part.getBusMode()));
    }
    return parts;
  }
}
