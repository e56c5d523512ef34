package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogFilterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LogFilter filter =
      new LogFilter(new PrintStream(out, true, StandardCharsets.UTF_8), "info");

  private String written() {
    String text = out.toString(StandardCharsets.UTF_8);
    out.reset();
    return text;
  }

  private void logAll() {
    for (String level : new String[] {"DEBUG", "INFO", "WARN", "ERROR"}) {
      filter.println("2026-11-24T12:27:45.272Z " + level + " SourceLoop - said");
    }
  }

  @Test
  void levelCanBeChangedAtAnyTime() {
    logAll();
    assertEquals(3, written().lines().count());
    filter.level("debug");
    logAll();
    assertEquals(4, written().lines().count());
    filter.level("error");
    logAll();
    assertEquals("2026-11-24T12:27:45.272Z ERROR SourceLoop - said\n", written());
  }

  @Test
  void whatIsNoLogLinePasses() {
    filter.level("error");
    filter.println("broker: tcp://127.0.0.1:1883");
    filter.println("a DEBUG line of another kind");
    filter.println("");
    assertEquals(3, written().lines().count());
  }
}
