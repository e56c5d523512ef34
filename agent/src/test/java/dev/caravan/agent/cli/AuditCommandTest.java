package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.receive.MadeBatches;
import dev.caravan.agent.receive.MadeEvents;
import dev.caravan.agent.receive.RecordedStream;
import dev.caravan.agent.receive.StreamRecorder;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Recordings and disk queues, audited. */
class AuditCommandTest {
  private static final String DATA = "caravan/v1/demo/xa-1/data/cloud";
  private static final String EVENT = "caravan/v1/demo/xa-1/event";
  private static final String SCHEMA = "caravan/v1/demo/xa-1/schema/1";

  private final Path folder;
  private final Path spool;
  private final Path file;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Payload> batches = MadeBatches.make(4);

  AuditCommandTest(@TempDir Path folder) {
    this.folder = folder;
    this.spool = folder.resolve("spool").resolve("cloud");
    this.file = folder.resolve("stream");
  }

  private int audit(String... args) {
    return new CommandLine(new AuditCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /** Four entries of which the first is delivered; gives their segment. */
  private Path fillSpool(boolean withSchemas) throws IOException {
    Files.createDirectories(spool.getParent());
    StoreSettings settings = new StoreSettings(spool, 1 << 20, 0, 0, 16 << 10, 64 << 10);
    try (DiskQueue queue = DiskQueue.open(
        settings,
        "cloud",
        Keepers.CLOUD,
        new FakeTimeline(1_764_000_000_000_000_000L),
        new Health())) {
      for (Payload each : batches) {
        if (withSchemas) {
          queue.schemas().put(each.schema().id(), each.schema().content());
        }
        queue.append(each.reports(), each.schema().id(), each.body());
      }
      queue.head(1, 1 << 20, 0);
      queue.remove(List.of(1L));
    }
    return spool.resolve("00000000000000000001.seg");
  }

  @Test
  void wholeQueueIsComplete() throws IOException {
    fillSpool(true);
    assertEquals(0, audit("--spool", folder.resolve("spool").toString()), err.toString());
    assertEquals(
        List.of(
            "demo/xa-1/cloud: sequence 1..4, batches 4, missing 0 (named 0), again 0, two contents 0,"
                + " samples 12, missing 0: complete"),
        out.toString().lines().toList());
  }

  /** Where the body of an entry lies in its segment. */
  private int bodyAt(byte[] segment, int entry) {
    byte[] body = batches.get(entry).body().toArray();
    for (int at = 0; at < segment.length - body.length; at++) {
      if (Arrays.equals(segment, at, at + body.length, body, 0, body.length)) {
        return at;
      }
    }
    throw new AssertionError("entry " + entry + " is not in the segment");
  }

  @Test
  void damagedEntryOfAQueueIsMissed() throws IOException {
    Path segment = fillSpool(true);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bodyAt(bytes, 2)] ^= 1;
    Files.write(segment, bytes);
    assertEquals(1, audit("--spool", spool.toString()));
    assertTrue(err.toString().contains("damaged: sequence=3..3"), err.toString());
    assertTrue(out.toString().endsWith("""
                DISAGREEMENT: batches missing 1, first 3, named as lost 0
                damaged or missing on disk: faults=1
                """), out.toString());
  }

  @Test
  void damagedFirstEntryOfAQueueIsMissedUnlessItWasDelivered() throws IOException {
    Path segment = fillSpool(true);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bodyAt(bytes, 0)] ^= 1;
    Files.write(segment, bytes);
    assertEquals(0, audit("--spool", spool.toString()), "it was delivered");
    Files.delete(spool.resolve("cursor"));
    out.getBuffer().setLength(0);
    assertEquals(1, audit("--spool", spool.toString()));
    assertEquals(
        List.of(
            "demo/xa-1/cloud: sequence 1..4, batches 3, missing 1 (named 0), again 0, two contents 0,"
                + " samples 9, missing 3: DISAGREEMENT: batches missing 1, first 1, named as lost 0",
            "damaged or missing on disk: faults=1"),
        out.toString().lines().toList());
  }

  @Test
  void damagedFirstEntryOfADeviceWithAShortNameIsMissedToo() throws IOException {
    batches.clear();
    batches.addAll(MadeBatches.make(4));
    Path segment = fillSpool(true);
    Files.delete(spool.resolve("cursor"));
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bodyAt(bytes, 0)] ^= 1;
    Files.write(segment, bytes);
    assertEquals(1, audit("--spool", spool.toString()));
    assertTrue(out.toString().contains("batches missing 1, first 1"), out.toString());
  }

  @Test
  void damagedHeaderOfAFileIsAFaultThoughAllEntriesAreThere() throws IOException {
    Path segment = fillSpool(true);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[10] ^= 1;
    Files.write(segment, bytes);
    assertEquals(1, audit("--spool", spool.toString()));
    assertTrue(out.toString().contains("batches 4, missing 0"), out.toString());
    assertTrue(out.toString().endsWith("damaged or missing on disk: faults=1\n"), out.toString());
  }

  @Test
  void tornLastEntryOfAQueueIsToldAndNoFault() throws IOException {
    Path segment = fillSpool(true);
    byte[] bytes = Files.readAllBytes(segment);
    Arrays.fill(bytes, bodyAt(bytes, 3) + 1, bytes.length, (byte) 0);
    Files.write(segment, bytes);
    assertEquals(1, audit("--spool", spool.toString()), "the cursor says that it was durable");
    Files.delete(spool.resolve("cursor"));
    assertEquals(0, audit("--spool", spool.toString()), out.toString());
    assertTrue(err.toString().contains("damaged or torn: sequence=4.."), err.toString());
    assertTrue(out.toString().contains("sequence 1..3, batches 3, missing 0"), out.toString());
  }

  @Test
  void queueWithoutItsSchemasCannotBeRead() throws IOException {
    fillSpool(false);
    assertEquals(1, audit("--spool", spool.toString()));
    assertEquals(
        List.of("nothing arrived", "unreadable messages: 4"),
        out.toString().lines().toList());
  }

  private Bytes message(int batch) {
    return TelemetryEnvelope.around(batches.get(batch).body(), batch + 1, false);
  }

  private void record(int... numbers) throws IOException {
    try (StreamRecorder recorder = StreamRecorder.append(file)) {
      recorder.arrived(SCHEMA, batches.get(0).schema().content());
      for (int each : numbers) {
        recorder.arrived(DATA, message(each));
      }
    }
  }

  @Test
  void recordingOverSeveralRunsIsOneStream() throws IOException {
    record(0, 2);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1));
    record(1, 1, 2, 3);
    assertEquals(0, audit("--file", file.toString()), out.toString());
    assertEquals(
        List.of(
            "demo/xa-1/cloud: sequence 1..4, batches 4, missing 0 (named 0), again 1, two contents 0,"
                + " samples 12, missing 0: complete"),
        out.toString().lines().toList());
  }

  @Test
  void holeInARecordingIsADisagreement() throws IOException {
    record(0, 1, 3);
    assertEquals(1, audit("--file", file.toString()));
    assertTrue(out.toString().contains("batches missing 1, first 3"), out.toString());
  }

  @Test
  void numberWithTwoContentsInARecordingIsADisagreement() throws IOException {
    record(0, 1);
    try (StreamRecorder recorder = StreamRecorder.append(file)) {
      recorder.arrived(DATA, TelemetryEnvelope.around(batches.get(3).body(), 2, false));
    }
    assertEquals(1, audit("--file", file.toString()));
    assertTrue(out.toString().contains("sequence 2 came with two contents"), out.toString());
  }

  @Test
  void tornRecordingEndsWithItsLastWholeMessage() throws IOException {
    record(0, 1);
    byte[] whole = Files.readAllBytes(file);
    int[] count = new int[1];
    int messages = 0;
    int wholeBytes = 8;
    for (int length = 8; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      count[0] = 0;
      RecordedStream.Extent extent = RecordedStream.read(file, (topic, message) -> count[0]++);
      assertTrue(extent.messages() >= messages, "length " + length);
      if (extent.messages() > messages) {
        assertEquals(length, extent.wholeBytes());
        messages++;
        wholeBytes = length;
      }
      assertEquals(new RecordedStream.Extent(messages, wholeBytes, length - wholeBytes), extent);
      assertEquals(messages, count[0]);
    }
    assertEquals(3, messages);
  }

  @Test
  void everyFlippedBitOfARecordingIsFound() throws IOException {
    record(0);
    byte[] bytes = Files.readAllBytes(file);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bytes);
      assertEquals(1, audit("--file", file.toString()), "bit " + bit);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void oneStreamIsAuditedAtATime() {
    assertEquals(2, audit("--file", "a", "--spool", "b"));
    assertEquals(2, audit("--file", "a", "-b", "tcp://127.0.0.1:1883"));
    assertEquals(2, audit("--spool", "a", "--duration", "1s"));
    assertEquals(1, audit("--spool", folder.resolve("nowhere").toString()));
  }

  private void fillEvents(int... lost) throws IOException {
    MadeEvents made = new MadeEvents();
    Path dir = Files.createDirectories(spool).resolve("events");
    StoreSettings settings = new StoreSettings(dir, 1 << 20, 0, 0, 16 << 10, 64 << 10);
    try (DiskQueue queue = DiskQueue.open(
            settings,
            "cloud.events",
            Keepers.EVENTS,
            new FakeTimeline(1_764_000_000_000_000_000L),
            new Health());
        StreamRecorder recorder = StreamRecorder.append(file)) {
      for (int i = 1; i <= 4; i++) {
        Payload each = made.make(2);
        queue.schemas().put(each.schema().id(), each.schema().content());
        queue.append(each.reports(), each.schema().id(), each.body());
        recorder.arrived(SCHEMA, each.schema().content());
        if (Arrays.binarySearch(lost, i) < 0) {
          recorder.arrived(EVENT, EventEnvelope.around(each.body(), i));
        } else {
          made.health
              .counter(Declared.count("store.evicted_batches"), "cloud.events")
              .increment();
        }
      }
      queue.sync();
    }
  }

  @Test
  void queueOfEventsIsAudited() throws IOException {
    fillEvents();
    String line = "demo/xa-1/cloud events: sequence 1..4, events 4, missing 0 (named 0), again 0,"
        + " two contents 0: complete\n";
    assertEquals(0, audit("--spool", spool.resolve("events").toString()), err.toString());
    assertEquals(line, out.toString());
    out.getBuffer().setLength(0);
    fillSpool(true);
    assertEquals(0, audit("--spool", folder.resolve("spool").toString()), err.toString());
    assertTrue(out.toString().startsWith("demo/xa-1/cloud: sequence 1..4"), out.toString());
    assertTrue(out.toString().endsWith(line), out.toString());
  }

  @Test
  void recordedEventsAreAudited() throws IOException {
    fillEvents(2, 3);
    assertEquals(0, audit("--file", file.toString()), out.toString());
    assertEquals(
        "demo/xa-1/cloud events: sequence 1..4, events 2, missing 2 (named 2), again 0, two contents 0:"
            + " complete but for named losses\n",
        out.toString());
  }

  @Test
  void holeInEventsThatNobodyNamesIsADisagreement() throws IOException {
    fillEvents();
    List<String> topics = new ArrayList<>();
    Path holed = folder.resolve("holed");
    try (StreamRecorder recorder = StreamRecorder.append(holed)) {
      RecordedStream.read(file, (topic, message) -> {
        topics.add(topic);
        // the second event is left out
        if (!(topic.equals(EVENT) && topics.stream().filter(EVENT::equals).count() == 2)) {
          try {
            recorder.arrived(topic, message);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      });
    }
    assertEquals(1, audit("--file", holed.toString()));
    assertTrue(
        out.toString().endsWith("DISAGREEMENT: events missing 1, first 2, named as lost 0\n"),
        out.toString());
  }
}
