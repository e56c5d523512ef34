package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceState;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StatusFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
  private static final StatusFacts FACTS = new StatusFacts(
      "0.1.0", "8d67ddb", Bytes.ofHex("a1a2a3a4a5a6a7a8"), Bytes.ofHex("0102030405060708"), 4);

  /** {@code mode}: what the bus of the source is in. */
  private record Bus(String name, String mode) implements Source {
    @Override
    public void open() {}

    @Override
    public boolean read(FrameChunk out) {
      return false;
    }

    @Override
    public String busMode() {
      return mode;
    }

    @Override
    public void close() {}
  }

  private final Health health = new Health();
  private final StatusBoard board = new StatusBoard(
      FACTS,
      List.of(new Bus("can0", "listen-only"), new Bus("gnss", "")),
      List.of(),
      new FakeTimeline(1_764_000_000_000_000_000L),
      health);

  private static DeviceState state(Bytes status) throws Exception {
    return BatchReader.status(status).state();
  }

  @Test
  void deviceThatStopsIsNotGoneWithoutAWord() throws Exception {
    assertEquals(DeviceState.ONLINE, state(board.online()));
    assertEquals(DeviceState.OFFLINE, state(board.offline()));
    board.stopping();
    assertEquals(DeviceState.STOPPING, state(board.offline()));
    assertEquals(DeviceState.ONLINE, state(board.online()));
  }

  @Test
  void versionChangesWithTheStateOfAPartAndNotWithItsWords() {
    long before = board.version();
    health.part("route", "cloud").set(Part.State.STARTING, "");
    long withRoute = board.version();
    assertNotEquals(before, withRoute);
    health.part("route", "cloud").set(Part.State.STARTING, "still");
    assertEquals(withRoute, board.version());
    health.part("route", "cloud").set(Part.State.OK, "");
    assertNotEquals(withRoute, board.version());
    health.part("route", "cloud").set(Part.State.STARTING, "");
    assertEquals(withRoute, board.version());
  }

  @Test
  void sourcesAreToldWithTheirBusMode() throws Exception {
    health.part("source", "can0").set(Part.State.OK, "");
    health.part("source", "gnss").set(Part.State.DEGRADED, "no such port");
    StatusDescription status = BatchReader.status(board.online());
    assertEquals(
        List.of("can0 listen-only", "gnss "),
        status.sources().stream()
            .map(part -> part.name() + " " + part.busMode())
            .toList());
  }
}
