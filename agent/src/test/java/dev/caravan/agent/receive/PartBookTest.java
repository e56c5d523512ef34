package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.columns.TelemetrySplitter;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Divided batches on their way through the tail and the audit. */
class PartBookTest {
  private static final String DATA = "caravan/v1/demo/xa-1/data/cloud";
  private static final String SCHEMA = "caravan/v1/demo/xa-1/schema/1";

  private final List<Payload> batches = MadeBatches.make(3);
  private final AuditBooks books = new AuditBooks(Room.share(4), words -> {});
  private final Receiver stream = new Receiver(books, Room.share(4));

  private List<Bytes> parts(int batch, int count) throws Exception {
    Payload payload = batches.get(batch);
    TreeMap<Integer, List<Bytes>> byCount = new TreeMap<>();
    for (long most = payload.body().length(); most > 60; most--) {
      List<Bytes> bodies =
          TelemetrySplitter.split(payload.body(), payload.schema().content(), most);
      byCount.putIfAbsent(bodies.size(), bodies);
    }
    List<Bytes> bodies = byCount.ceilingEntry(count).getValue();
    return java.util.stream.IntStream.range(0, bodies.size())
        .mapToObj(i -> TelemetryEnvelope.around(
            bodies.get(i), new Seal(StreamId.NONE, batch + 1, false, i + 1, bodies.size())))
        .toList();
  }

  private void whole(int batch) {
    stream.arrived(DATA, TelemetryEnvelope.around(batches.get(batch).body(), batch + 1, false));
  }

  private SequenceAudit<?> audit() {
    return books.audits().values().iterator().next();
  }

  @Test
  void partsInAnyOrderAreOneBatch() throws Exception {
    stream.arrived(SCHEMA, batches.get(0).schema().content());
    whole(0);
    List<Bytes> parts = parts(1, 2);
    for (int i = parts.size() - 1; i >= 0; i--) {
      stream.arrived(DATA, parts.get(i));
    }
    whole(2);
    stream.end();
    assertEquals(
        "sequence 1..3, batches 3, missing 0 (named 0), again 0, two contents 0, samples 9, missing 0:"
            + " complete",
        audit().toString());
  }

  @Test
  void batchOfWhichAPartIsMissingIsMissing() throws Exception {
    stream.arrived(SCHEMA, batches.get(0).schema().content());
    whole(0);
    List<Bytes> parts = parts(1, 2);
    parts.subList(1, parts.size()).forEach(part -> stream.arrived(DATA, part));
    whole(2);
    stream.end();
    assertEquals(SequenceAudit.Verdict.DISAGREEMENT, audit().verdict());
  }

  @Test
  void partsThatComeAgainAreADuplicate() throws Exception {
    stream.arrived(SCHEMA, batches.get(0).schema().content());
    parts(0, 2).forEach(part -> stream.arrived(DATA, part));
    parts(0, 2).forEach(part -> stream.arrived(DATA, part));
    whole(0);
    stream.end();
    assertEquals(1, stream.counts().batches());
    assertEquals(2, stream.counts().duplicates());
    assertEquals(0, stream.counts().conflicts());
  }
}
