package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.sequences;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of a queue that are not there: segments of 4 KiB, each of three entries of a KiB, so 1, 4, 7, 10 are their names. */
class SpoolTest {
  private final Path dir;
  private final Queues queues;

  SpoolTest(@TempDir Path folder) {
    dir = folder.resolve("q");
    queues = new Queues(dir);
    queues.settings = new StoreSettings(dir, 64 << 10, 0, SECOND_NS, 4096, 64 << 10);
  }

  private void append(DiskQueue queue, int entries) {
    for (int i = 0; i < entries; i++) {
      queue.append(2, SCHEMA, body(i, 1024));
      queues.timeline.advanceNs(SECOND_NS);
      queue.idle(0);
    }
  }

  private void fill(int entries, int delivered) throws IOException {
    try (DiskQueue queue = queues.open()) {
      append(queue, entries);
      queue.remove(sequences(queue.head(delivered, 1 << 20, 0)));
    }
  }

  private void delete(long first) throws IOException {
    Files.delete(dir.resolve(SegmentFormat.name(first)));
  }

  private List<String> faults() throws IOException {
    List<String> all = new ArrayList<>();
    Spool.of(dir).read(entry -> {}, fault -> all.add(fault.from() + " " + fault));
    return all;
  }

  @Test
  void aFileThatIsMissingBetweenOthersIsAFaultWithItsRange() throws IOException {
    fill(12, 1);
    delete(4);
    assertEquals(
        List.of("4 00000000000000000007.seg: missing before what is there: sequence=4..6"),
        faults());
  }

  @Test
  void aFirstFileThatIsMissingIsAFaultFromWhatWasNotDelivered() throws IOException {
    fill(12, 2);
    delete(1);
    assertEquals(
        List.of("3 00000000000000000004.seg: missing before what is there: sequence=3..3"),
        faults());
    delete(4);
    Files.delete(dir.resolve("cursor"));
    assertEquals(
        List.of("1 00000000000000000007.seg: missing before what is there: sequence=1..6"),
        faults());
  }

  @Test
  void aFileOfZerosIsMissingWhatWasInIt() throws IOException {
    fill(12, 1);
    Files.write(dir.resolve(SegmentFormat.name(7)), new byte[4096]);
    assertEquals(
        List.of(
            "7 00000000000000000007.seg: the header is damaged",
            "7 00000000000000000010.seg: missing before what is there: sequence=7..9"),
        faults());
  }

  @ParameterizedTest
  @EnumSource(WhenFull.class)
  void whatWentAsTheQueueWasFullIsNotMissing(WhenFull whenFull) throws IOException {
    queues.settings = queues.settings.with(whenFull);
    try (DiskQueue queue = queues.open()) {
      append(queue, 200);
      assertEquals(List.of(), faults());
      queue.remove(sequences(queue.head(10, 1 << 20, 0)));
      append(queue, 20);
      assertEquals(List.of(), faults());
    }
    assertEquals(List.of(), faults());
    fill(5, 1);
    assertEquals(List.of(), faults());
  }
}
