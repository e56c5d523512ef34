package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Courier;
import java.util.List;
import java.util.Random;

/** A courier that carries a queue to a rig, on a thread of its own; told to stop in the end, it must soon do so. */
final class RunningCourier {
  private final Rig rig;
  private final Thread thread;

  RunningCourier(Rig rig, MemoryQueue queue, Random random) {
    this.rig = rig;
    Courier courier = new Courier(
        "cloud",
        List.of(rig.lane(queue)),
        rig.uplink,
        Budget.UNLIMITED,
        new SystemTimeline(),
        rig.health,
        rig.stop,
        random);
    this.thread = new Thread(courier, "courier-cloud");
    thread.start();
  }

  void close() throws InterruptedException {
    rig.stop.request();
    thread.join(5000);
    assertFalse(thread.isAlive());
  }
}
