package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class VisibleWriterTest {
  @Test
  void characterThatComesInTwoHalvesIsOne() throws IOException {
    StringWriter written = new StringWriter();
    try (VisibleWriter writer = new VisibleWriter(written)) {
      for (char each : "a\ud83d\ude97\udb40\udc41\ud83d\n\tb\u200b\ud83d".toCharArray()) {
        writer.write(each);
      }
    }
    assertEquals("a\ud83d\ude97\\U000e0041\\ud83d\n\tb\\u200b\\ud83d", written.toString());
  }
}
