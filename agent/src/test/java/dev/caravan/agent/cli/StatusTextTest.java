package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.wire.DeviceState;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StatusDescription.PartDescription;
import dev.caravan.agent.wire.StatusDescription.StreamDescription;
import dev.caravan.agent.wire.StatusFacts;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("0102030405060708"));

  @Test
  void everyFactHasALineWithItsUnit() {
    StatusDescription status = new StatusDescription(
        DeviceState.ONLINE,
        new StatusFacts("0.1.0", "8d67ddb", Bytes.ofHex("0a0b"), Bytes.ofHex("ff01"), 3),
        61,
        1_764_000_061_500_000L,
        7_000_001,
        TimeOrigin.NTP,
        1001,
        List.of(
            new PartDescription("can0", Part.State.OK, "", "listen-only"),
            new PartDescription("gnss", Part.State.DEGRADED, "open /dev/ttyS1: no\nsuch port", "")),
        List.of(new PartDescription("cloud", Part.State.STARTING, "", "")),
        List.of(
            new StreamDescription("cloud", StreamKind.DATA, STREAM),
            new StreamDescription("cloud", StreamKind.EVENT, StreamId.NONE)),
        new TreeMap<>(
            Map.of(new Health.Key("source.frames", "can0"), -1L, new Health.Key("bugs", ""), 2L)));
    // date -u -d @1764000061
    assertEquals("""
        state: online
        agent version: 0.1.0
        agent commit: 8d67ddb
        configuration hash: 0a0b
        boot id: ff01
        boot count: 3
        uptime: 61 s
        time: 2025-11-24T16:01:01.500Z
        monotonic clock: 7000001 µs
        time from: ntp
        time error: 1001 µs
        source can0: ok, listen-only
        source gnss: degraded, open /dev/ttyS1: no\\x0asuch port
        route cloud: starting
        stream cloud data: 0102030405060708
        bugs: 2
        source.frames can0: 18446744073709551615
        """, String.join("\n", StatusText.lines(status)) + "\n");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    Bytes none = Bytes.ofHex("");
    StatusDescription status = new StatusDescription(
        DeviceState.OFFLINE,
        new StatusFacts("", "", none, none, 0),
        0,
        0,
        0,
        TimeOrigin.NONE,
        0,
        List.of(),
        List.of(),
        List.of(),
        new TreeMap<>());
    assertEquals(
        List.of(
            "state: offline",
            "uptime: 0 s",
            "time: 1970-01-01T00:00:00Z",
            "monotonic clock: 0 µs",
            "time from: none"),
        StatusText.lines(status));
  }
}
