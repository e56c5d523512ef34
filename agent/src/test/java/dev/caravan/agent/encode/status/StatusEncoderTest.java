package dev.caravan.agent.encode.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.encode.columns.GoldenBatches;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.DeviceState;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StatusDescription.PartDescription;
import dev.caravan.agent.wire.StatusFacts;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import dev.caravan.v1.Status;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusEncoderTest {
  private static final StatusFacts FACTS = new StatusFacts(
      "0.1.0", "8d67ddb", Bytes.ofHex("a1a2a3a4a5a6a7a8"), Bytes.ofHex("0102030405060708"), 4);

  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000_000_000_000L);
  private final Health health = new Health();
  private final StatusEncoder encoder = new StatusEncoder(FACTS, timeline, health);

  private Bytes online() {
    health.part("source", "gnss").set(Part.State.DEGRADED, "open /dev/ttyS1: no such port");
    health.part("source", "can0").set(Part.State.OK, "");
    health.part("route", "cloud").set(Part.State.STARTING, "");
    health.part("route", "old").set(Part.State.ENDED, "stopped");
    health.counter(Declared.count("source.frames"), "can0").add(70_000);
    health.counter(Declared.count("source.malformed"), "can0");
    timeline.advanceNs(61_500_000_000L);
    return encoder.encode(DeviceState.ONLINE, Map.of("can0", "listen-only"), new TreeMap<>());
  }

  @Test
  void statusComesBack() throws MalformedMessageException {
    assertEquals(
        new StatusDescription(
            DeviceState.ONLINE,
            FACTS,
            61,
            1_764_000_061_500_000L,
            1_764_000_061_500_000L,
            TimeOrigin.NTP,
            1001,
            List.of(
                new PartDescription("can0", Part.State.OK, "", "listen-only"),
                new PartDescription(
                    "gnss", Part.State.DEGRADED, "open /dev/ttyS1: no such port", "")),
            List.of(
                new PartDescription("cloud", Part.State.STARTING, "", ""),
                new PartDescription("old", Part.State.ENDED, "stopped", "")),
            List.of(),
            new TreeMap<>(Map.of(new Health.Key("source.frames", "can0"), 70_000L))),
        BatchReader.status(online()));
  }

  @Test
  void goldenStatusIsMadeAndRead() throws MalformedMessageException {
    Bytes golden = GoldenBatches.stored("status");
    assertEquals(golden, online());
    assertEquals(61, BatchReader.status(golden).uptimeS());
    assertEquals("8d67ddb", BatchReader.status(golden).facts().agentCommit());
  }

  @Test
  void everyStateComesBack() throws MalformedMessageException {
    for (DeviceState state : DeviceState.values()) {
      assertEquals(
          state,
          BatchReader.status(encoder.encode(state, Map.of(), new TreeMap<>())).state());
    }
  }

  @Test
  void aWillDoesNotGrowWithWhatTheAgentDoes() throws MalformedMessageException {
    int before = encoder.encode(DeviceState.OFFLINE, Map.of(), new TreeMap<>()).length();
    int online = online().length();
    Bytes will =
        encoder.encode(DeviceState.OFFLINE, Map.of("can0", "listen-only"), new TreeMap<>());
    assertTrue(will.length() <= before + 2, () -> "bytes " + will.length() + ", before " + before);
    assertTrue(will.length() < online);
    assertEquals(FACTS, BatchReader.status(will).facts());
    assertEquals(List.of(), BatchReader.status(will).sources());
  }

  @Test
  void streamsAreInTheOrderOfRouteAndKind() throws InvalidProtocolBufferException {
    DeviceName device = new DeviceName("demo", "xa-1");
    SortedMap<StreamOwner, StreamId> streams = new TreeMap<>(Map.of(
        new StreamOwner(device, "cloud", StreamKind.EVENT),
        new StreamId(Bytes.ofHex("0000000000000002")),
        new StreamOwner(device, "cloud", StreamKind.DATA),
        new StreamId(Bytes.ofHex("0000000000000001")),
        new StreamOwner(device, "archive", StreamKind.DATA),
        StreamId.NONE));
    Status status =
        Status.parseFrom(encoder.encode(DeviceState.ONLINE, Map.of(), streams).toArray());
    assertEquals(
        List.of(
            "archive STREAM_KIND_DATA 0", "cloud STREAM_KIND_DATA 8", "cloud STREAM_KIND_EVENT 8"),
        status.getStreamsList().stream()
            .map(each ->
                each.getRoute() + " " + each.getKind() + " " + each.getStream().size())
            .toList());
  }

  @Test
  void bytesThatAreNoStatusAreRefused() {
    assertEquals(
        "status: sizeBytes=1; not a protobuf message",
        assertThrows(MalformedMessageException.class, () -> BatchReader.status(Bytes.ofHex("ff")))
            .getMessage());
  }
}
