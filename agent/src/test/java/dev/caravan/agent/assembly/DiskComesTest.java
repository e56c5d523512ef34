package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.cli.AuditRun;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.DeviceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route puts on a disk that comes late, or again, is one stream with what was there. */
class DiskComesTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Path card;
  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000L * SECOND_NS);
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal signal = table.define(SignalSpec.of("a.Speed", "a", "", Kind.SIGNED));
  private int value;
  private boolean refuses;

  // of one start of the agent
  private Health health = new Health();
  private Store store;
  private Route route;

  DiskComesTest(@TempDir Path folder) throws IOException {
    card = Files.createDirectory(folder.resolve("card"));
    start();
  }

  private void start() throws IOException {
    health = new Health();
    // where it refuses, no record fits: it is larger than a quarter of the room
    StoreSettings settings =
        new StoreSettings(card.resolve("spool"), refuses ? 64 : 1 << 20, 0, 0, 16 << 10, 256 << 10);
    store = Store.open(settings, "cloud", Keepers.CLOUD, timeline, health);
    Encoder encoder = new ColumnsFormat(
            new TelemetrySettings(SECOND_NS, 5000, 1 << 20, 0, true, true),
            new DeviceName("x", "a-1"),
            "cloud")
        .batches()
        .encoder(new Making(List.of(signal), timeline, health, Making.newBootId(), 1));
    RouteParts.goOn("cloud", store, encoder);
    route = new Route(
        "cloud",
        (in, out) -> {
          if (in.rawBits(0) % 7 == 0) {
            health.counter(Declared.count("shape.withheld"), "cloud").increment();
          } else {
            out.accept(new Reading().of(in));
          }
        },
        encoder,
        store);
  }

  /** So many batches of four samples. */
  private void batches(int count) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < 5; j++) {
        value++;
        route.accept(Groups.of(
            table, new Sample(signal).setInteger(signal, timeline.nowNs(), Quality.OK, value)));
        health.counter(Declared.count("decode.samples"), "").increment();
        timeline.advanceNs(SECOND_NS / 10);
      }
      route.flush();
    }
  }

  private List<Long> send(int most) {
    List<Long> sequences =
        store.head(most, 1 << 20, 0).stream().map(Entry::sequence).toList();
    store.remove(sequences);
    return sequences;
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      timeline.advanceNs(SECOND_NS);
      store.idle(0);
      route.tick(timeline.nowNs());
    }
  }

  private void stop() throws IOException {
    route.finish();
    store.close();
  }

  private void assertWhole(int batches) {
    AuditRun audit = AuditRun.of("--spool", card.resolve("spool").toString());
    assertTrue(
        audit
            .words()
            .startsWith("demo/xa-1/cloud: sequence 1.." + batches + ", batches " + batches
                + ", missing 0 (named 0), again 0, two contents 0, "),
        audit.words());
    assertTrue(audit.words().endsWith(", missing 0: complete"), audit.words());
    assertEquals(0, audit.exitCode());
  }

  @Test
  void batchesOfAStartWithoutTheDiskGoOnBehindThoseOfEarlierStarts() throws IOException {
    batches(3);
    stop();
    Path away = card.resolveSibling("away");
    Files.move(card, away);
    start();
    batches(5);
    assertEquals(2, send(2).size());
    Files.move(away, card);
    pass(3);
    batches(2);
    stop();
    start();
    batches(1);
    stop();
    assertWhole(9);
  }

  @Test
  void batchesOfADiskThatIsPulledAndPutBackAreOneStream() throws IOException {
    batches(3);
    Path away = card.resolveSibling("away");
    Files.move(card, away);
    pass(1);
    batches(4);
    assertEquals(2, send(2).size());
    Files.move(away, card);
    pass(5);
    batches(2);
    stop();
    assertWhole(3 + 2 + 2);
  }

  @Test
  void whatWasHeldWhenTheAgentEndedIsInTheSumsOfTheNext() throws IOException {
    batches(3);
    stop();
    refuses = true;
    start();
    batches(2);
    stop();
    refuses = false;
    start();
    batches(1);
    stop();
    AuditRun audit = AuditRun.of("--spool", card.resolve("spool").toString());
    assertTrue(
        audit
            .words()
            .startsWith("demo/xa-1/cloud: sequence 1..6, batches 4, missing 2 (named 2), again 0,"
                + " two contents 0, samples 17, missing 9: complete but for named losses"),
        audit.words());
  }
}
