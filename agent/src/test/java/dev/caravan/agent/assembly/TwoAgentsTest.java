package dev.caravan.agent.assembly;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.store.UnfitStoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One plan, of which two agents are built: one after the other, and at the same time. */
@Timeout(60)
class TwoAgentsTest {
  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 496 Engine: 8 A
       SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
      """;

  private final Path folder;
  private final Plan plan;

  TwoAgentsTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    Files.writeString(folder.resolve("car.dbc"), DBC);
    // 0FA0h = 4000, 40 km/h; then two of a sender of J1939's DM1 that nothing names, which is heard
    Files.writeString(folder.resolve("log"), """
        (1764000000.000000) can0 1F0#0FA0000000000000
        (1764000000.100000) can0 1F0#0FAA000000000000
        (1764000000.200000) can0 18FECA00#00FF6E0003020000
        """);
    Files.writeString(folder.resolve("vss.yaml"), """
        signals: [{from: can0.Engine.Speed, to: Vehicle.Speed, unit: m/s}]
        """);
    plan = Plan.read(Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: a, fleet: b}
        vss: vss.yaml
        sources: [{name: can0, type: replay, file: log, decode: [{dbc: car.dbc}, {j1939: on}]}]
        routes:
          - name: cloud
            store: {dir: spool}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}
        """), new Faults());
  }

  private Plan elsewhere() {
    RoutePlan route = plan.routes().get(0);
    RoutePlan other = new RoutePlan(
        route.name(),
        route.topics(),
        route.shape(),
        route.privacy(),
        route.format(),
        StoreSettings.usual(folder.resolve("other")),
        route.uplink(),
        route.receipts(),
        route.events());
    return Plans.with(plan, plan.sources(), List.of(other));
  }

  private static Agent agent(Plan of) throws Exception {
    return new Agent(of, new SystemTimeline(), new Agent.Build("0", "test"));
  }

  private static void awaitEnd(Agent agent) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> agent.health().part("source", "can0").state() == Part.State.ENDED);
  }

  private static List<Long> counts(Agent agent) {
    Health health = agent.health();
    return List.of(
        health.total(SharedMetrics.SOURCE_FRAMES),
        health.total(SharedMetrics.DECODE_SAMPLES),
        health.total(SharedMetrics.ENCODE_SAMPLES),
        health.total(SharedMetrics.DECODE_UNKNOWN));
  }

  @Test
  void theSecondCountsAndHearsAsIfThereHadBeenNoFirst() throws Exception {
    Agent first = agent(plan);
    first.start();
    awaitEnd(first);
    first.close();
    List<Long> counted = counts(first);
    assertEquals(3, counted.get(0));
    List<Signal> known = plan.signals().signals();
    Agent second = agent(plan);
    assertEquals(List.of(0L, 0L, 0L, 0L), counts(second));
    second.start();
    awaitEnd(second);
    second.close();
    assertEquals(counted, counts(second));
    assertEquals(counted, counts(first));
    // what is heard is the agents' own
    assertEquals(known, plan.signals().signals());
  }

  @Test
  void twoRunAtTheSameTime() throws Exception {
    Agent first = agent(plan);
    Agent second = agent(elsewhere());
    first.start();
    second.start();
    awaitEnd(first);
    awaitEnd(second);
    first.close();
    second.close();
    assertEquals(3, first.health().total(SharedMetrics.SOURCE_FRAMES));
    assertEquals(counts(first), counts(second));
  }

  @Test
  void twoOnOneQueueAreRefusedAndTheFirstGoesOn() throws Exception {
    try (Agent first = agent(plan)) {
      assertThrows(UnfitStoreException.class, () -> agent(plan));
      first.start();
      awaitEnd(first);
      assertEquals(3, first.health().total(SharedMetrics.SOURCE_FRAMES));
    }
  }
}
