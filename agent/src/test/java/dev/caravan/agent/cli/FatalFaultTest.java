package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FatalFaultTest {
  @ParameterizedTest
  @CsvSource({
    "source-can0, reading can0",
    "pipeline, 'decoding, shaping, packing and storing what was read'",
    "courier-cloud, delivering to cloud",
    "web, answering a visitor",
    "command, doing what the cloud asks",
    "mqtt xa-1, talking to the broker",
    "main, starting",
    "whatever, at work"
  })
  void lackOfMemorySaysWhatWasBeingDone(String thread, String work) {
    String line = FatalFault.outOfMemory(thread, new OutOfMemoryError("Java heap space"));
    assertTrue(
        line.startsWith(thread + ": out of memory while " + work
            + ", ending the program: Java heap space; the heap has "),
        line);
  }
}
