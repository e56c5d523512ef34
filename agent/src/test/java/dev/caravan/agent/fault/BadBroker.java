package dev.caravan.agent.fault;

import static dev.caravan.agent.fault.Trial.pass;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A broker that does what none should. */
final class BadBroker {
  /** MQTT 5, table 3-1: connecting again does not help, somebody has to act. */
  private static final List<Integer> FOR_A_PERSON = List.of(0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C);

  private final Trial trial;
  private final LoopbackBroker broker = new LoopbackBroker(0);
  private final FaultyLink link = new FaultyLink(broker.port());
  private final Path folder;

  BadBroker(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
  }

  void happen() throws Exception {
    try (broker;
        link;
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port()))) {
      connections(road);
      silence(road);
      acknowledgements(road);
      reasons(road);
      abilities(road);
      window(road);
      if (trial.times() > 1) {
        refusals(road);
      }
    }
  }

  /** A broker that takes less and less at a time, while batches of a second come. */
  void shrink() throws Exception {
    try (broker;
        link;
        Road road =
            new Road(RoadPlan.of(folder, link.port(), broker.port()).batch("{max_age: 1s}"))) {
      limits(road);
    }
  }

  private void connections(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "broker: cuts all connections", 3 * times, broker::cut);
    trial.suffer(road, "broker: accepts and closes", times, () -> {
      broker.faults().acceptThenClose(true);
      link.cut();
      pass(2_000);
      broker.faults().acceptThenClose(false);
    });
    trial.suffer(road, "broker: accepts and never answers", times, () -> {
      broker.faults().withholdConnacks(true);
      link.cut();
      pass(4_000);
      broker.faults().withholdConnacks(false);
    });
    trial.suffer(road, "broker: sends garbage", 2 * times, () -> {
      byte[] garbage = new byte[1 + trial.random().nextInt(200)];
      trial.random().nextBytes(garbage);
      broker.sendGarbage(Bytes.of(garbage));
      pass(100);
      link.cut();
    });
    // both ends have to find out by themselves: the agent by its PUBACKs, the tail by its pings
    trial.suffer(road, "broker: begins a packet that has no end", Math.min(times, 5), () -> {
      broker.sendGarbage(Bytes.ofHex("30ffffff7f0001"));
    });
  }

  private void silence(Road road) throws Exception {
    trial.suffer(road, "broker: withholds PUBACKs", trial.times(), () -> {
      broker.faults().withholdPubacks(true);
      pass(8_000);
      broker.faults().withholdPubacks(false);
      link.cut();
    });
  }

  private void acknowledgements(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "broker: PUBACK with each reason that keeps", times, () -> {
      for (int reason : new int[] {0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97}) {
        broker.faults().refusePubacks(reason);
        pass(500);
      }
      broker.faults().refusePubacks(0);
    });
    trial.suffer(road, "broker: PUBACK 0x99, tried in parts", times, () -> {
      broker.faults().refusePubacks(0x99);
      pass(700);
      broker.faults().refusePubacks(0);
      // the ledger that names them comes with the next batches
      pass(500);
    });
  }

  private void reasons(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "broker: CONNACK with reasons that pass", times, () -> {
      for (int reason : new int[] {0x80, 0x83, 0x88, 0x89, 0x97, 0x9F}) {
        broker.faults().refuseConnects(reason);
        link.cut();
        pass(400);
      }
      broker.faults().refuseConnects(0);
    });
    trial.suffer(road, "broker: DISCONNECT with each reason", times, () -> {
      for (int reason : new int[] {0x00, 0x80, 0x89, 0x8B, 0x8D, 0x8E, 0x93, 0x96, 0x97, 0x98}) {
        broker.disconnect(reason);
        pass(300);
      }
    });
  }

  /** What somebody has to mend: the agent waits 15 s to 30 s by itself, so this is for long runs. */
  private void refusals(Road road) throws Exception {
    List<Integer> reasons = new ArrayList<>(FOR_A_PERSON);
    Collections.shuffle(reasons, trial.random());
    int each = Math.min(trial.times(), reasons.size());
    trial.suffer(road, "broker: CONNACK with reasons for a person", each, () -> {
      refused(road, () -> broker.faults().refuseConnects(reasons.remove(0)));
      broker.faults().refuseConnects(0);
    });
    trial.suffer(road, "broker: offers no QoS 1", 2, () -> {
      refused(road, () -> broker.faults().maximumQos(0));
      broker.faults().maximumQos(2);
    });
  }

  private void refused(Road road, Trial.Fault refusal) throws Exception {
    long before = road.logged("link down, trying again");
    refusal.happen();
    link.cut();
    road.awaitLogged("link down, trying again", before);
    pass(2_500);
  }

  /** What a broker has not, and what it takes without having said so. */
  private void abilities(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "broker: has no retained messages", times, () -> {
      broker.faults().retains(false);
      link.cut();
      pass(3_000);
      broker.faults().retains(true);
      link.cut();
    });
    trial.suffer(road, "broker: ends the link over more than 400 B, unsaid", times, () -> {
      broker.faults().endOver(0x95, 400);
      pass(8_000);
      broker.faults().endOver(0, Integer.MAX_VALUE);
    });
  }

  private void window(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "broker: Receive Maximum shrinks to 1", times, () -> {
      for (int most : new int[] {16, 4, 1}) {
        broker.faults().receiveMaximum(most);
        link.cut();
        pass(1_000);
      }
      broker.faults().receiveMaximum(20);
    });
  }

  private void limits(Road road) throws Exception {
    int times = trial.times();
    long parts = -broker.publishes();
    long batches = -road.latest().batches();
    trial.suffer(road, "broker: Maximum Packet Size shrinks to 250 B", times, () -> {
      for (int most : new int[] {600, 350, 250}) {
        broker.faults().maximumPacketBytes(most);
        link.cut();
        pass(2_500);
      }
      broker.faults().maximumPacketBytes(0);
      link.cut();
    });
    parts += broker.publishes();
    batches += road.latest().batches();
    assertTrue(parts > batches + times, "batches=" + batches + ", in parts=" + parts);
  }
}
