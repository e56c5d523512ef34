package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.TransmitList;
import dev.caravan.agent.source.WireContractTest;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

class SocketCanSourceContractTest extends WireContractTest {
  private static final int EXTENDED = 0x8000_0000; // CAN_EFF_FLAG of linux/can.h

  @Override
  protected Rig rig() {
    SystemTimeline timeline = new SystemTimeline();
    Health health = new Health();
    FakeCanSocket kernel = new FakeCanSocket();
    kernel.clockNs = timeline.nowNs();
    SocketCanSettings settings = new SocketCanSettings(
        "can0", "can0", true, List.of(), new TransmitList(Set.of()), OptionalInt.empty());
    return new Rig(
        new SocketCanSource(settings, timeline, health, kernel::open),
        health,
        () -> {
          kernel.arrive(FakeCanSocket.frame(16, 0x1F0, 3, 0, 0xA1, 0xB2, 0xC3));
          kernel.arrive(FakeCanSocket.frame(16, 0x18FEF100 | EXTENDED, 2, 0, 0x12, 0x34));
          kernel.arrive(FakeCanSocket.frame(72, 0x123, 1, 0, 7));
        },
        () -> kernel.isDown = true);
  }

  @Override
  protected List<String> frames() {
    return List.of("1F0#a1b2c3", "18FEF100#1234", "123#07");
  }
}
