package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were cut, torn or changed while no queue had them open. */
class DiskQueueDamageTest {
  private static final int ENTRIES = 9;
  private static final String LAST_SEGMENT = "00000000000000000009.seg";

  private final Queues queues;

  DiskQueueDamageTest(@TempDir Path dir) {
    queues = new Queues(dir.resolve("q"));
    // four entries a segment
    queues.settings = new StoreSettings(dir.resolve("q"), 1 << 16, 0, SECOND_NS, 384, 64 << 10);
  }

  private static Bytes content(long sequence) {
    return body(sequence, 17 + (int) sequence);
  }

  /** Segments 1..4, 5..8, 9 with entries 1 and 2 removed. */
  private PowerCutDisk filled() throws IOException {
    PowerCutDisk disk = new PowerCutDisk();
    try (DiskQueue queue = queues.open(disk)) {
      for (int i = 1; i <= ENTRIES; i++) {
        queue.append(10, SCHEMA, content(i));
      }
      queue.head(2, 1 << 20, 0);
      queue.remove(List.of(1L, 2L));
    }
    assertTrue(
        disk.names(Path.of("")).contains(LAST_SEGMENT), disk.names(Path.of("")).toString());
    return disk;
  }

  private static Map<String, byte[]> image(PowerCutDisk disk) throws IOException {
    Map<String, byte[]> image = new TreeMap<>();
    for (String name : disk.names(Path.of(""))) {
      image.put(name, disk.bytes(name).clone());
    }
    return image;
  }

  private static PowerCutDisk diskOf(Map<String, byte[]> image) {
    PowerCutDisk disk = new PowerCutDisk();
    image.forEach(disk::put);
    return disk;
  }

  @Test
  void theLastSegmentCutAtEveryByteLosesOnlyWhatWasCut() throws IOException {
    assertTrue(cutAtEveryByte().times() > 100);
  }

  StoreFaults.Tally cutAtEveryByte() throws IOException {
    StoreFaults.Sum sum = new StoreFaults.Sum();
    Map<String, byte[]> image = image(filled());
    byte[] whole = Objects.requireNonNull(image.get(LAST_SEGMENT));
    int end = SegmentFormat.HEADER_BYTES + (int) RecordFormat.recordBytes(4, 17 + 9);
    for (int length = 0; length <= end + 8; length++) {
      for (boolean zeros : new boolean[] {false, true}) {
        byte[] cut = Arrays.copyOf(whole, length);
        image.put(LAST_SEGMENT, zeros ? Arrays.copyOf(cut, whole.length) : cut);
        try (DiskQueue queue = queues.open(diskOf(image))) {
          // the last bytes of a record are zeros of its padding
          boolean survives = length >= end || (zeros && length >= end - 2);
          long next = queue.append(10, SCHEMA, content(99));
          List<Entry> left = drain(queue);
          List<Long> wanted = new ArrayList<>(
              LongStream.rangeClosed(3, survives ? 9 : 8).boxed().toList());
          wanted.add(next);
          assertEquals(wanted, sequences(left), "length=" + length + ", zeros=" + zeros);
          assertTrue(next == 9 || next == 10, "length=" + length + ", next=" + next);
          assertEquals(content(8), left.get(5).body());
          sum.add(left.size(), 0, 0);
        }
      }
    }
    return sum.tally("store: last segment torn at every byte");
  }

  @Test
  void noSingleFlippedBitGivesAWrongEntryOrTakesMoreThanOne() throws IOException {
    assertTrue(flipEveryBit().times() > 9000);
  }

  StoreFaults.Tally flipEveryBit() throws IOException {
    StoreFaults.Sum sum = new StoreFaults.Sum();
    Map<String, byte[]> image = image(filled());
    for (String name : List.copyOf(image.keySet())) {
      byte[] bytes = Objects.requireNonNull(image.get(name));
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        if (name.equals("cursor") && bit / 8 % 4096 >= 48) {
          continue;
        }
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        flipped(diskOf(image), name, bit, sum);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
      }
    }
    return sum.tally("store: every bit of a small queue flipped");
  }

  private void flipped(PowerCutDisk disk, String name, int bit, StoreFaults.Sum sum)
      throws IOException {
    String where = name + ", bit " + bit;
    try (DiskQueue queue = queues.open(disk)) {
      assertEquals(10, queue.append(10, SCHEMA, content(10)), where);
      List<Entry> left = drain(queue);
      long lowest = name.equals("cursor") ? 1 : 3;
      HashSet<Long> missing =
          new HashSet<>(LongStream.rangeClosed(3, 10).boxed().toList());
      long before = lowest - 1;
      for (Entry each : left) {
        assertTrue(each.sequence() > before, where + ": in order, and once each");
        before = each.sequence();
        assertEquals(content(each.sequence()), each.body(), where);
        assertEquals(SCHEMA, each.schemaId(), where);
        assertEquals(10, each.reports(), where);
        missing.remove(each.sequence());
      }
      assertTrue(missing.size() <= 1, where + ": missing " + missing);
      assertEquals(missing.size(), queues.count("store.corrupt"), where);
      if (!missing.isEmpty() && !missing.contains(9L)) {
        assertEquals(10, queues.count("store.corrupt_reports"), where);
      }
      long again = left.stream().filter(each -> each.sequence() < 3).count();
      sum.add(left.size(), missing.size(), again);
    }
  }

  @Test
  void whatIsOldInAReusedSegmentIsNotTakenForNew() throws IOException {
    PowerCutDisk disk = new PowerCutDisk();
    try (DiskQueue queue = queues.open(disk)) {
      // all records are of one size, so each old one lies just behind the newest
      for (int i = 1; i <= 41; i++) {
        queue.append(1, SCHEMA, body(i, 26));
        drain(queue);
      }
    }
    try (DiskQueue queue = queues.open(disk)) {
      assertEquals(41, queue.newest().orElseThrow().sequence());
      assertEquals(42, queue.append(1, SCHEMA, body(42, 26)));
      assertEquals(List.of(42L), sequences(drain(queue)));
      assertEquals(0, queues.count("store.corrupt"));
    }
  }

  @Test
  void aLostCursorRepeatsEntriesButLosesNone() throws IOException {
    Map<String, byte[]> image = image(filled());
    image.remove("cursor");
    try (DiskQueue queue = queues.open(diskOf(image))) {
      assertEquals(LongStream.rangeClosed(1, 9).boxed().toList(), sequences(drain(queue)));
    }
  }

  @Test
  void lostSegmentsAreNotForgottenByTheSequence() throws IOException {
    Map<String, byte[]> image = image(filled());
    image.keySet().removeIf(name -> name.endsWith(".seg"));
    try (DiskQueue queue = queues.open(diskOf(image))) {
      assertEquals(10, queue.append(1, SCHEMA, content(10)));
      assertEquals(List.of(10L), sequences(drain(queue)));
    }
  }
}
