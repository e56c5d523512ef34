package dev.caravan.agent.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What lies on a disk may be anything. */
class SegmentScanFuzzTest {
  /** Sequences rise, nothing reaches over the end, and a walk comes to its end. */
  @FuzzTest(maxDuration = "3m")
  void walkOverAnyBytesRisesAndEnds(byte[] data) throws IOException {
    try (SegmentScan scan = new SegmentScan(file(data), data.length)) {
      long lowest = 1;
      for (StoredEntry each = scan.next(lowest, Long.MAX_VALUE);
          each != null;
          each = scan.next(lowest, Long.MAX_VALUE)) {
        assertTrue(each.entry().sequence() >= lowest);
        assertTrue(scan.position() <= data.length);
        lowest = each.entry().sequence() + 1;
      }
      scan.tornSequence(lowest);
    }
  }

  /** A file of streams is read, or damaged: what was read places every sequence once. */
  @FuzzTest(maxDuration = "3m")
  void anyFileOfStreamsIsReadOrDamaged(byte[] data) throws IOException {
    String text = new String(data, java.nio.charset.StandardCharsets.ISO_8859_1);
    try {
      List<StreamBook.Stretch> read = StreamBook.parsed(text, Path.of("spool"));
      for (int i = 1; i < read.size(); i++) {
        assertTrue(read.get(i).first() > read.get(i - 1).first());
      }
    } catch (UnfitStoreException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("version="));
    }
  }

  private static Disk.File file(byte[] data) throws IOException {
    Disk.File file = new RamDisk().open(Path.of("segment"));
    ByteBuffer from = Bytes.of(data).buffer();
    while (from.hasRemaining()) {
      file.write(from, from.position());
    }
    return file;
  }
}
