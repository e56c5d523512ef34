package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in the file of a recording: so many messages, or a reason in words. */
class RecordedStreamFuzzTest {
  private final Path file;

  RecordedStreamFuzzTest(@TempDir Path folder) {
    this.file = folder.resolve("stream");
  }

  @FuzzTest(maxDuration = "3m")
  void anyFileIsReadOrToldInWords(byte[] data) throws IOException {
    Files.write(file, data);
    long[] messages = new long[1];
    try {
      RecordedStream.Extent extent = RecordedStream.read(file, (topic, payload) -> messages[0]++);
      assertEquals(messages[0], extent.messages());
      assertEquals(data.length, extent.wholeBytes() + extent.tornBytes());
    } catch (IOException e) {
      String words = String.valueOf(e.getMessage());
      assertTrue(words.startsWith("read " + file + ": "), words);
    }
  }

  @Test
  void thousandsOfSpoiltFilesAreRead() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "anyFileIsReadOrToldInWords"),
        1_000,
        this::anyFileIsReadOrToldInWords);
  }
}
