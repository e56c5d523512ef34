package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.v1.Batch;
import dev.caravan.v1.BatchContent;
import dev.caravan.v1.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever the bytes are: a batch, or one checked exception; never anything else, and never much memory. */
class HostileBytesTest {
  @SuppressWarnings("unused") // by the parameterized tests
  private static final List<String> NAMES = GoldenBatches.NAMES;

  private static final BatchContent ONE_SAMPLE = BatchContent.newBuilder()
      .addColumnHeads(2 << 4)
      .addColumnSizes(1)
      .addColumnFirsts(0)
      .addLayouts(0)
      .addFirstValues(1)
      .build();

  private static SchemaDescription schema() {
    return schemaOf("batch-example");
  }

  private static SchemaDescription schemaOf(String name) {
    try {
      return BatchReader.schema(GoldenBatches.schemaOf(name));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** True if it was read; any Throwable but the checked exception fails the test. */
  private static boolean isRead(Bytes message, SchemaDescription schema) {
    try {
      BatchReader.envelope(message);
      ReadBatch batch = BatchReader.batch(message, schema);
      int[] count = {0};
      batch.samples().forEachRemaining(sample -> {
        sample.signal().scale().physical(sample.rawBits());
        sample.label();
        count[0]++;
      });
      assertEquals(batch.sampleCount(), count[0]);
      return true;
    } catch (MalformedMessageException e) {
      assertTrue(message(e).startsWith("batch") || message(e).startsWith("records"), message(e));
      return false;
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyFlippedBitGivesABatchOrTheException(String name) {
    SchemaDescription schema = schemaOf(name);
    byte[] golden = GoldenBatches.stored(name).toArray();
    int read = 0;
    for (int at = 0; at < golden.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        golden[at] ^= (byte) (1 << bit);
        read += isRead(Bytes.of(golden), schema) ? 1 : 0;
        golden[at] ^= (byte) (1 << bit);
      }
    }
    assertTrue(read > 0 && read < golden.length * 8, "read " + read);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyCutGivesABatchOrTheException(String name) {
    SchemaDescription schema = schemaOf(name);
    Bytes golden = GoldenBatches.stored(name);
    for (int length = 0; length < golden.length(); length++) {
      isRead(Bytes.of(golden.toArray(), 0, length), schema);
    }
    assertTrue(isRead(golden, schema));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void randomlyChangedBytesGiveABatchOrTheException(String name) {
    SchemaDescription schema = schemaOf(name);
    Random random = new Random(20_261_123);
    for (int round = 0; round < 4000; round++) {
      byte[] bytes = GoldenBatches.stored(name).toArray();
      for (int change = 0; change <= random.nextInt(6); change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      isRead(Bytes.owning(bytes), schema);
    }
  }

  @Test
  void everyFlippedBitOfASchemaGivesASchemaOrTheException() {
    Bytes id = schema().id();
    byte[] golden = GoldenBatches.stored("schema").toArray();
    Bytes batch = GoldenBatches.stored("batch-kinds");
    int read = 0;
    for (int at = 0; at < golden.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        golden[at] ^= (byte) (1 << bit);
        try {
          SchemaDescription changed = BatchReader.schema(Bytes.of(golden));
          assertThrows(MalformedMessageException.class, () -> BatchReader.batch(batch, changed));
          SchemaDescription posing = new SchemaDescription(id, changed.sender(), changed.groups());
          read += isRead(batch, posing) ? 1 : 0;
        } catch (MalformedMessageException e) {
          assertTrue(message(e).startsWith("schema: "), message(e));
        }
        golden[at] ^= (byte) (1 << bit);
      }
    }
    assertTrue(read > 0 && read < golden.length * 8, "read " + read);
  }

  private static String message(MalformedMessageException e) {
    return Objects.requireNonNull(e.getMessage());
  }

  private static Bytes message(BatchContent content) {
    return message(content.toByteString(), Encoding.ENCODING_UNSPECIFIED);
  }

  private static Bytes message(ByteString content, Encoding encoding) {
    Batch.Builder batch = Batch.newBuilder()
        .setSchemaId(ByteString.copyFrom(schema().id().toArray()))
        .setEncoding(encoding);
    boolean isCompact = encoding.getNumber() >= Encoding.ENCODING_COMPACT_VALUE;
    return Bytes.owning((isCompact ? batch.setCompact(content) : batch.setContent(content))
        .build()
        .toByteArray());
  }

  private static Bytes compact(BatchContent content) {
    return message(content.toByteString(), Encoding.ENCODING_COMPACT);
  }

  private static String refusal(Bytes message) {
    return message(
        assertThrows(MalformedMessageException.class, () -> BatchReader.batch(message, schema())));
  }

  @Test
  void contentThatUnpacksToAGigabyteIsRefused() {
    Deflater deflater = new Deflater(9, true);
    byte[] zeros = new byte[1 << 20];
    byte[] packed = new byte[2 << 20];
    int size = 0;
    for (int mebibyte = 0; mebibyte < 1024; mebibyte++) {
      deflater.setInput(zeros);
      size += deflater.deflate(packed, size, packed.length - size);
    }
    deflater.finish();
    size += deflater.deflate(packed, size, packed.length - size);
    deflater.end();
    assertEquals(
        "batch content: want at most 8388608 bytes once unpacked",
        refusal(message(ByteString.copyFrom(packed, 0, size), Encoding.ENCODING_DEFLATE)));
  }

  @Test
  void columnsThatClaimMoreSamplesThanTheFormatAllowsAreRefused() {
    BatchContent.Builder content = BatchContent.newBuilder();
    for (int column = 0; column < 1000; column++) {
      content
          .addColumnHeads((column == 0 ? 2 << 4 : 0) | 3)
          .addColumnSizes(1 << 20)
          .addColumnFirsts(0)
          .addColumnPeriods(1)
          .addLayouts(0)
          .addFirstValues(1);
    }
    assertEquals(
        "batch content: column_sizes[1]=1048576; want 1..0", refusal(message(content.build())));
  }

  @Test
  void everyListThatIsTooShortOrTooLongIsNamed() throws MalformedMessageException {
    assertEquals(1, BatchReader.batch(message(ONE_SAMPLE), schema()).sampleCount());
    assertEquals(
        "batch content: column_firsts: size=0; more are needed",
        refusal(message(ONE_SAMPLE.toBuilder().clearColumnFirsts().build())));
    assertEquals(
        "batch content: first_values: size=2; want 1",
        refusal(message(ONE_SAMPLE.toBuilder().addFirstValues(0).build())));
    assertEquals(
        "batch content: column_sizes[0]=0; want 1..1048576",
        refusal(message(ONE_SAMPLE.toBuilder().setColumnSizes(0, 0).build())));
    assertEquals(
        "batch content: group=6; the schema has 6",
        refusal(message(ONE_SAMPLE.toBuilder().setColumnHeads(0, 6 << 4).build())));
    assertEquals(
        "batch content: time mode=5; want 0..4",
        refusal(message(ONE_SAMPLE.toBuilder().setColumnHeads(0, 2 << 4 | 5).build())));
    assertEquals(
        "batch content: layout=2; only for floating point",
        refusal(message(ONE_SAMPLE.toBuilder().setLayouts(0, 2).build())));
    assertEquals(
        "batch content: time_exponent=7; want 0..6",
        refusal(message(ONE_SAMPLE.toBuilder().setTimeExponent(7).build())));
    assertEquals(
        "batch content: quality_lengths[0]=2; want 1..1",
        refusal(message(ONE_SAMPLE.toBuilder()
            .addQualitySkips(0)
            .addQualityLengths(2)
            .addQualitiesValue(2)
            .build())));
    assertEquals(
        "batch content: members[0]=2; want 1..1",
        refusal(message(
            ONE_SAMPLE.toBuilder().setColumnHeads(0, 2 << 4 | 8).addMembers(2).build())));
  }

  @Test
  void listsThatCompactContentMayLeaveOutAreWholeOrAbsent() throws MalformedMessageException {
    BatchContent one = ONE_SAMPLE.toBuilder()
        .clearColumnSizes()
        .clearColumnFirsts()
        .clearLayouts()
        .build();
    assertEquals(1, BatchReader.batch(compact(one), schema()).sampleCount());
    assertEquals(
        "batch content: layouts: size=1; want 0",
        refusal(compact(one.toBuilder().addLayouts(0).build())));
    assertEquals(
        "batch content: column_periods: size=1; want 0",
        refusal(compact(one.toBuilder().addColumnPeriods(7).build())));
    BatchContent two = one.toBuilder().addColumnHeads(0).addFirstValues(2).build();
    assertEquals(2, BatchReader.batch(compact(two), schema()).sampleCount());
    assertEquals(
        "batch content: column_sizes: size=1; more are needed",
        refusal(compact(two.toBuilder().addColumnSizes(1).build())));
    assertEquals(
        "batch content: column_firsts: size=1; more are needed",
        refusal(compact(two.toBuilder().addColumnFirsts(0).build())));
    assertEquals(
        "batch content: layouts: size=0; more are needed",
        refusal(compact(one.toBuilder()
            .setColumnHeads(0, 2 << 4 | 3)
            .addColumnSizes(2)
            .addColumnPeriods(1)
            .build())));
    assertEquals(
        "batch content: column_periods: size=0; more are needed",
        refusal(compact(one.toBuilder().addColumnSizes(2).addLayouts(0).build())));
    // the same without the right to leave anything out
    assertEquals("batch content: column_sizes: size=0; more are needed", refusal(message(one)));
  }

  @Test
  void compactContentThatIsNotThereIsRefused() {
    Batch.Builder batch = Batch.newBuilder()
        .setSchemaId(ByteString.copyFrom(schema().id().toArray()))
        .setContent(ONE_SAMPLE.toByteString());
    assertEquals(
        "batch: compactBytes=0; want some",
        refusal(
            Bytes.owning(batch.setEncoding(Encoding.ENCODING_COMPACT).build().toByteArray())));
    assertEquals(
        "batch content: packedBytes=0; deflate stream is cut",
        refusal(Bytes.owning(
            batch.setEncoding(Encoding.ENCODING_COMPACT_DEFLATE).build().toByteArray())));
  }

  @Test
  void aMillionColumnsOfOneSampleAreReadAndOneMoreRefused() throws MalformedMessageException {
    BatchContent.Builder content = BatchContent.newBuilder();
    for (int column = 0; column < 1 << 20; column++) {
      content.addColumnHeads(column == 0 ? 2 << 4 : 0).addFirstValues(1);
    }
    Bytes packed = message(
        ByteString.copyFrom(packed(content.build().toByteArray())),
        Encoding.ENCODING_COMPACT_DEFLATE);
    assertTrue(packed.length() < 10_000, "sizeBytes=" + packed.length());
    assertTrue(isReadOrTooLarge(packed));
    content.addColumnHeads(0).addFirstValues(1);
    Bytes more = message(
        ByteString.copyFrom(packed(content.build().toByteArray())),
        Encoding.ENCODING_COMPACT_DEFLATE);
    String refusal = refusal(more);
    assertTrue(
        refusal.startsWith("batch content: samples=") || refusal.contains("memory"), refusal);
  }

  /** What a small heap has no room for is refused; else all samples are there. */
  private static boolean isReadOrTooLarge(Bytes message) throws MalformedMessageException {
    try {
      return BatchReader.batch(message, schema()).sampleCount() == 1 << 20;
    } catch (MalformedMessageException e) {
      return message(e).contains("memory");
    }
  }

  @Test
  void unknownEncodingIsRefused() {
    byte[] message = Batch.newBuilder().setEncodingValue(9).build().toByteArray();
    assertEquals("batch: encoding=9; want 0..3", refusal(Bytes.owning(message)));
  }

  @Test
  void bytesBehindTheDeflateStreamAreRefused() throws MalformedMessageException {
    Batch late = Batch.newBuilder()
        .setContent(ByteString.copyFrom(packed(ONE_SAMPLE.toByteArray())))
        .build();
    assertEquals(
        1,
        BatchReader.batch(message(late.getContent(), Encoding.ENCODING_DEFLATE), schema())
            .sampleCount());
    ByteString stray = late.getContent().concat(ByteString.copyFromUtf8("xy"));
    assertEquals(
        "batch content: strayBytes=2; want none behind the deflate stream",
        refusal(message(stray, Encoding.ENCODING_DEFLATE)));
  }

  private static byte[] packed(byte[] content) {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] packed = new byte[content.length + 64];
    int size = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, size);
  }

  @Test
  void qualityOfALaterVersionIsNotBelieved() throws MalformedMessageException {
    BatchContent content = ONE_SAMPLE.toBuilder()
        .addQualitySkips(0)
        .addQualityLengths(1)
        .addQualitiesValue(200)
        .build();
    assertEquals(
        dev.caravan.agent.signal.Quality.UNDECODABLE,
        Workbench.samples(BatchReader.batch(message(content), schema())).get(0).quality());
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() throws MalformedMessageException {
    ByteString content = ONE_SAMPLE
        .toByteString()
        .concat(ByteString.copyFrom(new byte[] {(byte) 0x82, 0x02, 2, 1, 2}));
    Bytes message = message(content, Encoding.ENCODING_UNSPECIFIED).then(Bytes.ofHex("7203010203"));
    assertEquals(1, BatchReader.batch(message, schema()).sampleCount());
    assertEquals(schema().id(), BatchReader.envelope(message).schemaId());
  }
}
