package dev.caravan.agent.fault;

import static dev.caravan.agent.fault.Trial.pass;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A wire that is cut, deaf, slow. */
final class BadLink {
  private final Trial trial;
  private final Path folder;

  BadLink(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
  }

  void happen() throws Exception {
    int times = trial.times();
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port()))) {
      trial.suffer(road, "link: cut at once", 5 * times, link::cut);
      trial.suffer(road, "link: nothing at the other end", times, () -> {
        link.down(true);
        pass(12_000);
        link.down(false);
      });
      trial.suffer(road, "link: dead towards the broker", times, () -> {
        link.losesOutgoing(true);
        pass(9_000);
        link.losesOutgoing(false);
        link.cut();
      });
      trial.suffer(road, "link: dead towards the agent", times, () -> deadTowardsTheAgent(link));
      trial.suffer(road, "link: 2 s delay", times, () -> {
        link.delayNs(1_000_000_000L);
        pass(6_000);
        link.delayNs(0);
      });
      trial.suffer(road, "link: 64 kbit/s", times, () -> {
        link.bytesPerSecond(8_000);
        pass(8_000);
        link.bytesPerSecond(Long.MAX_VALUE);
      });
    }
  }

  /**
   * A batch of all messages of the car, of four seconds, takes longer than the keep-alive of 5 s: it leaves all the same, in parts, and the
   * link is not begun anew. The broker ends a link that brings no whole packet for 7.5 s. When nothing passes any more, that is
   * noticed within that time.
   */
  void beThin() throws Exception {
    Path dbc = Path.of(System.getProperty("caravan.root", ".."), "config", "dbc", "nev.dbc");
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port())
            .batch("{max_age: 4s}")
            .dbc(dbc.toAbsolutePath()))) {
      trial.suffer(road, "link: 1 kB/s, then half open", trial.times(), () -> {
        long connects = road.logged("cloud: connected");
        link.bytesPerSecond(1_000);
        link.cut();
        road.awaitLogged("cloud: connected", connects);
        long losses = road.logged("link down");
        pass(25_000);
        assertEquals(losses, road.logged("link down"), road::log);
        link.hold(true);
        road.awaitLogged("link down", losses, Duration.ofMillis(7_500));
        link.bytesPerSecond(Long.MAX_VALUE);
        link.hold(false);
      });
    }
  }

  /**
   * What gathered without a link leaves over a thin one that is cut meanwhile; then the agent is killed over it, too. It leaves joined, for more
   * batches arrive than messages do, those that came again and those of the agent's state among them.
   */
  void cutBacklog() throws Exception {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port()))) {
      sufferJoined(broker, road, "link: cut while a backlog leaves", () -> {
        leaveBacklog(link, road);
        link.cut();
        link.bytesPerSecond(Long.MAX_VALUE);
      });
      sufferJoined(broker, road, "agent: kill -9 while a backlog leaves", () -> {
        leaveBacklog(link, road);
        road.killAgent();
        link.bytesPerSecond(Long.MAX_VALUE);
        road.startAgent();
      });
    }
  }

  private void sufferJoined(LoopbackBroker broker, Road road, String name, Trial.Fault fault)
      throws Exception {
    long publishes = broker.publishes();
    long batches = road.awaitClean().batches();
    trial.suffer(road, name, 2 * trial.times(), fault);
    long moreBatches = road.latest().batches() - batches;
    long morePublishes = broker.publishes() - publishes;
    assertTrue(
        moreBatches > morePublishes,
        () -> name + ": " + moreBatches + " batches in " + morePublishes + " messages");
  }

  /** Begins to send what gathered: only what is older than ten seconds is a backlog, and is joined. */
  private static void leaveBacklog(FaultyLink link, Road road) {
    long connects = road.logged("cloud: connected");
    link.down(true);
    link.cut();
    pass(15_000);
    link.bytesPerSecond(4_000);
    link.down(false);
    road.awaitLogged("cloud: connected", connects);
    pass(300);
  }

  private static void deadTowardsTheAgent(FaultyLink link) throws IOException {
    link.losesIncoming(true);
    pass(9_000);
    link.losesIncoming(false);
    link.cut();
  }
}
