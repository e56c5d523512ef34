package dev.caravan.agent.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.assembly.Agent;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.broker.Terms;
import dev.caravan.agent.broker.Terms.Kind;
import dev.caravan.agent.broker.Terms.Limit;
import dev.caravan.agent.broker.Terms.Matter;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reads late at a broker that gives retained messages to filters without wildcards alone, as AWS IoT Core and RabbitMQ do. */
@Timeout(60)
class ExactFiltersIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Path folder;
  private final LoopbackBroker broker = new LoopbackBroker(0);

  ExactFiltersIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    broker.faults().retainedForExactFilters(true);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /** An agent that sends the same frames for ever. */
  private Agent agent(String more) throws Exception {
    StringBuilder dbc = new StringBuilder("VERSION \"\"\nBU_: A\nBO_ 496 Engine: 8 A\n");
    // names that nothing makes smaller
    Random random = new Random(5);
    for (int i = 0; i < 64; i++) {
      dbc.append(" SG_ S%016x : %d|1@1+ (1,0) [0|1] \"\" A%n".formatted(random.nextLong(), i));
    }
    Files.writeString(folder.resolve("car.dbc"), dbc);
    Files.writeString(folder.resolve("log"), """
        (1764000000.000000) can0 1F0#0123456789ABCDEF
        (1764000000.050000) can0 1F0#FEDCBA9876543210
        """);
    Faults faults = new Faults();
    Plan plan = Plan.read(
        Files.writeString(folder.resolve("car.yaml"), """
            device: {id: car.7, fleet: north}
            sources:
              - {name: can0, type: replay, file: log, loop: true, times: now, decode: [{dbc: car.dbc}]}
            routes:
              - name: cloud
                batch: {max_age: 200ms}
                store: {dir: spool}
                uplink: {type: mqtt, url: "%s"%s}
            """.formatted(broker.url(), more)), faults);
    assertEquals(List.of(), faults.found());
    return new Agent(plan, new SystemTimeline(), new Agent.Build("0", "test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"'';1", "', protocol: 3.1.1';1", "', max_payload: 400B';4"})
  void schemasComeByTheirTopics(String more, int pieces) throws Exception {
    Terms terms = new Terms(List.of());
    broker.keepTo(terms);
    try (Agent agent = agent(more)) {
      agent.start();
      await().atMost(LONG).until(() -> broker.publishes() > 10);
      try (AuditReader late = new AuditReader(broker.url(), Topics.USUAL)) {
        await().atMost(LONG).until(() -> late.samples() > 0);
        assertEquals(
            pieces,
            terms.seen(Matter.TOPIC).stream()
                .filter(each -> each.contains("/schema/"))
                .count());
      }
    }
  }

  /** As at a node of a cluster whose neighbour has them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ", requests: true",
        ", requests: true, protocol: 3.1.1",
        ", requests: true, max_payload: 400B"
      })
  void whatNoFilterBringsComesByRequest(String more) throws Exception {
    broker.faults().withholdRetained(true);
    Terms terms = new Terms(List.of());
    broker.keepTo(terms);
    try (Agent agent = agent(more)) {
      agent.start();
      await().atMost(LONG).until(() -> broker.publishes() > 10);
      try (AuditReader late = new AuditReader(broker.url(), Topics.USUAL)) {
        await().atMost(LONG).until(() -> late.samples() > 0);
        assertTrue(terms.seen(Matter.TOPIC).contains("caravan/v1/north/car.7/request"));
      }
    }
  }

  @Test
  void whatNoFilterBringsComesByItselfWhereItIsRepeated() throws Exception {
    broker.faults().withholdRetained(true);
    broker.faults().refuseTopics("/request", 0x87);
    try (Agent agent = agent(", schemas_every: 10s")) {
      agent.start();
      await().atMost(LONG).until(() -> broker.publishes() > 10);
      try (AuditReader late = new AuditReader(broker.url(), Topics.USUAL)) {
        await().atMost(LONG).until(() -> late.samples() > 0);
      }
    }
  }

  @Test
  void aReaderThatMayNotPublishReadsOn() throws Exception {
    broker.faults().withholdRetained(true);
    broker.faults().endOverTopics("/request");
    try (Agent agent = agent(", schemas_every: 10s")) {
      agent.start();
      await().atMost(LONG).until(() -> broker.publishes() > 10);
      long before = broker.connects();
      try (AuditReader late = new AuditReader(broker.url(), Topics.USUAL)) {
        await().atMost(LONG).until(() -> late.samples() > 0);
        // its own, and one after that which ended over a request, of which there is one a minute
        assertEquals(before + 2, broker.connects());
        assertTrue(late.isSubscribed());
      }
    }
  }

  @Test
  void aReaderThatMayNotAskGoesOnWithout() throws Exception {
    Terms terms = new Terms(List.of(new Limit(Matter.FILTER, Kind.LIKE, ".*[+].*")));
    try (Agent agent = agent("")) {
      agent.start();
      await().atMost(LONG).until(() -> broker.publishes() > 10);
      broker.keepTo(terms);
      try (AuditReader late = new AuditReader(broker.url(), Topics.USUAL)) {
        await().atMost(LONG).until(() -> !terms.breaches().isEmpty());
        assertTrue(terms.breaches().get(0).contains("/schema/"));
        long before = broker.connects();
        await().atMost(LONG).until(() -> broker.connects() > before || late.isSubscribed());
        await().atMost(LONG).until(late::isSubscribed);
        assertEquals(1, terms.breaches().size());
      }
    }
  }
}
