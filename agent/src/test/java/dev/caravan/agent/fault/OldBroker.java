package dev.caravan.agent.fault;

import static dev.caravan.agent.fault.Trial.pass;

import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A broker that is spoken to by MQTT 3.1.1, which has no words for what is wrong; the tail, which is to miss nothing, speaks MQTT 5. */
final class OldBroker {
  private final Trial trial;
  private final Path folder;
  private final LoopbackBroker broker = new LoopbackBroker(0);
  private final FaultyLink link = new FaultyLink(broker.port());

  OldBroker(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
  }

  void happen() throws Exception {
    RoadPlan ports = RoadPlan.of(folder, link.port(), broker.port());
    try (broker;
        link;
        Road road = new Road(ports.uplink(ports.url(), ", protocol: 3.1.1"))) {
      broken(road);
      silent(road);
      closing(road);
    }
  }

  private void broken(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "3.1.1: link cut at once", 3 * times, link::cut);
    trial.suffer(road, "3.1.1: broker cuts all connections", 3 * times, broker::cut);
    trial.suffer(road, "3.1.1: broker accepts and closes", times, () -> {
      broker.faults().acceptThenClose(true);
      link.cut();
      pass(2_000);
      broker.faults().acceptThenClose(false);
    });
  }

  private void silent(Road road) throws Exception {
    int times = trial.times();
    trial.suffer(road, "3.1.1: half open", times, () -> {
      long before = road.logged("link down");
      link.hold(true);
      road.awaitLogged("link down", before);
      link.hold(false);
    });
    trial.suffer(road, "3.1.1: broker withholds PUBACKs", times, () -> {
      broker.faults().withholdPubacks(true);
      pass(8_000);
      broker.faults().withholdPubacks(false);
      link.cut();
    });
    trial.suffer(road, "3.1.1: broker accepts and never answers", times, () -> {
      broker.faults().withholdConnacks(true);
      link.cut();
      pass(4_000);
      broker.faults().withholdConnacks(false);
    });
  }

  private void closing(Road road) throws Exception {
    trial.suffer(road, "3.1.1: broker closes upon more than 400 B", trial.times(), () -> {
      broker.faults().endOver(0, 400);
      pass(8_000);
      broker.faults().endOver(0, Integer.MAX_VALUE);
    });
  }
}
