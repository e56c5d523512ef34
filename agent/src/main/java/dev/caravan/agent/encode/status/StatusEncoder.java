package dev.caravan.agent.encode.status;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.wire.DeviceState;
import dev.caravan.agent.wire.StatusFacts;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamOwner;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.NamedCount;
import dev.caravan.v1.PartStatus;
import dev.caravan.v1.Status;
import dev.caravan.v1.StreamStatus;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes the status of the device as it is at the moment: every source and route with its state, every stream, every counter that is
 * not zero, both clocks. Uptime is counted from when this was made. Any thread.
 */
public final class StatusEncoder {
  private static final long NS_PER_S = 1_000_000_000L;

  private final StatusFacts facts;
  private final Timeline timeline;
  private final Health health;
  private final long startedNs;

  /** For one start of the agent. */
  public StatusEncoder(StatusFacts facts, Timeline timeline, Health health) {
    this.facts = facts;
    this.timeline = timeline;
    this.health = health;
    this.startedNs = timeline.monotonicNs();
  }

  /**
   * The bytes of {@code caravan.v1.Status}. One that says {@link DeviceState#OFFLINE} is a will, written when the link is made: how
   * sources and routes are and what was counted is not in it, so that it never outgrows what a broker takes.
   *
   * @param busModes name of a source to {@code listen-only} or {@code normal}, for those on a bus
   * @param streams what is written now
   */
  public Bytes encode(
      DeviceState state, Map<String, String> busModes, SortedMap<StreamOwner, StreamId> streams) {
    ClockReading clock = ClockReading.of(timeline);
    Status.Builder status = Status.newBuilder()
        .setState(WireNumbers.of(state))
        .setAgentVersion(facts.agentVersion())
        .setAgentCommit(facts.agentCommit())
        .setConfigHash(ByteString.copyFrom(facts.configHash().buffer()))
        .setBootId(ByteString.copyFrom(facts.bootId().buffer()))
        .setBootCount(facts.bootCount())
        .setUptimeS((timeline.monotonicNs() - startedNs) / NS_PER_S)
        .setTimeUs(clock.timeUs())
        .setMonotonicUs(clock.monotonicUs())
        .setTimeOrigin(WireNumbers.of(clock.origin()))
        .setTimeErrorUs(clock.errorUs());
    if (state != DeviceState.OFFLINE) {
      addWhatChanges(status, busModes, streams);
    }
    return Bytes.owning(status.build().toByteArray());
  }

  private void addWhatChanges(
      Status.Builder status,
      Map<String, String> busModes,
      SortedMap<StreamOwner, StreamId> streams) {
    for (Map.Entry<Health.Key, Part> part : health.parts().entrySet()) {
      String name = part.getKey().part();
      switch (part.getKey().name()) {
        case "source" ->
          status.addSources(
              message(name, part.getValue()).setBusMode(busModes.getOrDefault(name, "")));
        case "route" -> status.addRoutes(message(name, part.getValue()));
        default -> {
          // Only sources and routes have a place in the message.
        }
      }
    }
    for (Map.Entry<Health.Key, Counter> counter : health.counters().entrySet()) {
      long value = counter.getValue().value();
      if (value != 0) {
        status.addCounters(NamedCount.newBuilder()
            .setName(counter.getKey().name())
            .setPart(counter.getKey().part())
            .setValue(value));
      }
    }
    streams.forEach((owner, stream) -> status.addStreams(StreamStatus.newBuilder()
        .setRoute(owner.route())
        .setKind(WireNumbers.of(owner.kind()))
        .setStream(ByteString.copyFrom(stream.bytes().buffer()))));
  }

  private static PartStatus.Builder message(String name, Part part) {
    return PartStatus.newBuilder()
        .setName(name)
        .setState(WireNumbers.of(part.state()))
        .setWhy(part.why());
  }
}
