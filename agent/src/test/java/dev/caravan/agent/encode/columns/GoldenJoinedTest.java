package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The bytes of joined batches: those of the compact golden files, from sequence 300 on, with the samples of these. */
class GoldenJoinedTest {
  /** Packed or not; the lines are those of the independent decoder too. */
  static final List<String> NAMES = List.of("joined", "joined-deflate");

  /** Of less, nobody knows that it was joined. */
  private static final int UP_TO_ENCODING_BYTES = 12;

  private static final List<String> FROM = List.of(
      "compact-example", "compact-kinds", "compact-times", "compact-late", "compact-singles");

  private static List<ReadBatch> read(String name) throws MalformedMessageException {
    SchemaDescription schema = BatchReader.schema(GoldenBatches.stored(GoldenBatches.SCHEMA));
    List<ReadBatch> batches = new ArrayList<>();
    for (Bytes each : JoinedMessage.apart(GoldenBatches.stored(name))) {
      batches.add(BatchReader.batch(each, schema));
    }
    return batches;
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void eachBatchIsWhatItIsAlone(String name) throws MalformedMessageException, IOException {
    List<String> lines = new ArrayList<>();
    long sequence = 300;
    SchemaDescription schema = BatchReader.schema(GoldenBatches.stored(GoldenBatches.SCHEMA));
    for (ReadBatch batch : read(name)) {
      lines.addAll(SampleLine.lines(batch));
      ReadBatch alone =
          BatchReader.batch(GoldenBatches.stored(FROM.get((int) sequence - 300)), schema);
      assertEquals(
          new BatchEnvelope(GoldenBatches.STREAM, sequence, true, schema.id(), 0, 0, 0),
          batch.envelope());
      assertEquals(alone.ledger(), batch.ledger());
      assertEquals(alone.monotonicUs(), batch.monotonicUs());
      assertEquals(alone.bootCount(), batch.bootCount());
      sequence++;
    }
    assertEquals(305, sequence);
    assertEquals(GoldenBatches.storedLines(name), lines);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void asOneBatchItIsRefused(String name) throws MalformedMessageException {
    SchemaDescription schema = BatchReader.schema(GoldenBatches.stored(GoldenBatches.SCHEMA));
    assertThrows(
        MalformedMessageException.class,
        () -> BatchReader.batch(GoldenBatches.stored(name), schema));
    assertEquals(304, BatchReader.envelope(GoldenBatches.stored(name)).last());
  }

  @Test
  void everyCutOfItIsRefused() throws MalformedMessageException {
    for (String name : NAMES) {
      byte[] whole = GoldenBatches.stored(name).toArray();
      for (int length = UP_TO_ENCODING_BYTES; length < whole.length; length++) {
        Bytes cut = Bytes.of(whole, 0, length);
        try {
          JoinedMessage.apart(cut);
        } catch (MalformedMessageException e) {
          continue;
        }
        // without its range it is no joined message, and without its content no other
        SchemaDescription schema = BatchReader.schema(GoldenBatches.stored(GoldenBatches.SCHEMA));
        BatchEnvelope outside = BatchReader.envelope(cut);
        if (!outside.isJoined()) {
          assertThrows(
              MalformedMessageException.class, () -> BatchReader.batch(cut, schema), "" + length);
        }
      }
    }
  }
}
