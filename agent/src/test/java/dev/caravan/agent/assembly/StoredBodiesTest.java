package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.receive.MadeBatches;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.MalformedMessageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which entries of a queue leave joined. */
class StoredBodiesTest {
  private static final long MANY_BYTES = 1 << 20;
  private static final Bytes OTHER_SCHEMA = Bytes.ofHex("0102030405060708");

  private final List<Payload> made = MadeBatches.make(12);
  private final Store store;

  StoredBodiesTest(@TempDir Path dir) throws IOException {
    store = Store.open(
        new StoreSettings(dir.resolve("q"), 1 << 20, 0, 0, 64 << 10, 256 << 10),
        "cloud",
        Keepers.CLOUD,
        new FakeTimeline(1_764_000_000_000_000_000L),
        new Health());
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
  }

  private StoredBodies bodies(boolean isCompact) {
    return new StoredBodies(
        store,
        new ColumnsFormat(
                new TelemetrySettings(1, 5000, 1 << 20, 0, true, isCompact),
                new DeviceName("demo", "xa-1"),
                "cloud")
            .batches());
  }

  /** So many batches, of which one needs another schema; 0 for none. */
  private List<Entry> stored(int count, int other) throws IOException {
    for (int i = 1; i <= count; i++) {
      Payload payload = made.get(i - 1);
      store.append(3, i == other ? OTHER_SCHEMA : payload.schema().id(), payload.body());
    }
    return store.head(count, MANY_BYTES, 0);
  }

  private int joined(List<Entry> entries) {
    return bodies(true).joined(entries, MANY_BYTES).map(Joined::count).orElse(0);
  }

  @Test
  void thoseOfOneStreamAndSchemaAreJoined() throws IOException, MalformedMessageException {
    Joined joined = bodies(true).joined(stored(5, 0), MANY_BYTES).orElseThrow();
    assertEquals(5, joined.count());
    assertEquals("caravan/v1/demo/xa-1/data/cloud", joined.message().topic());
    assertEquals("caravan.v1.Batch", joined.message().contentType());
    BatchEnvelope outside = BatchReader.envelope(joined.message().body());
    assertEquals(1, outside.sequence());
    assertEquals(5, outside.last());
    assertEquals(store.place(1).stream(), outside.stream());
    assertTrue(outside.isLate());
  }

  @Test
  void theyEndWhereTheSchemaDoes() throws IOException {
    assertEquals(3, joined(stored(6, 4)));
  }

  @Test
  void oneAloneIsNotJoined() throws IOException {
    List<Entry> entries = stored(4, 2);
    assertEquals(0, joined(entries));
    assertEquals(0, joined(entries.subList(3, 4)));
  }

  @Test
  void theyEndWhereOneIsMissing() throws IOException {
    List<Entry> entries = new ArrayList<>(stored(6, 0));
    entries.remove(3);
    assertEquals(3, joined(entries));
  }

  @Test
  void theyEndBeforeALargeOne() throws IOException {
    List<Entry> entries = new ArrayList<>(stored(4, 0));
    Entry large = entries.get(2);
    entries.set(
        2,
        new Entry(
            large.sequence(),
            large.timeNs(),
            3,
            large.schemaId(),
            large.body().then(Bytes.of(new byte[16 << 10]))));
    assertEquals(2, joined(entries));
  }

  @Test
  void noMoreAreJoinedThanGoIntoAMessage() throws IOException {
    List<Entry> entries = stored(12, 0);
    for (long most = 0; most < 1500; most += 7) {
      Optional<Joined> joined = bodies(true).joined(entries, most);
      long length = joined.map(each -> (long) each.message().body().length()).orElse(0L);
      assertTrue(length <= most, "length=" + length + ", most=" + most);
    }
  }

  @Test
  void readersOfBeforeGetNoneJoined() throws IOException {
    assertEquals(Optional.empty(), bodies(false).joined(stored(5, 0), MANY_BYTES));
  }
}
