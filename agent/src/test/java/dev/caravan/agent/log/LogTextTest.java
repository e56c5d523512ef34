package dev.caravan.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTextTest {
  // date -u -d @1795523265.272
  private static final long MOMENT_MS = 1_795_523_265_272L;

  private final LogText plain = new LogText(false);
  private final LogText journal = new LogText(true);

  @Test
  void aLineBeginsWithTimeAndLevel() {
    assertEquals(
        "2026-11-24T12:27:45.272Z WARN SourceLoop - can0: lost\n",
        plain.lines(LogLevel.WARN, MOMENT_MS, "SourceLoop", "can0: lost", null));
    // before 1970 and after 9999, as a board's clock may be
    assertEquals(
        "1969-12-31T23:59:59.999Z INFO A - b\n", plain.lines(LogLevel.INFO, -1, "A", "b", null));
  }

  @Test
  void theJournalGetsThePrioritiesOfSyslogOnEveryLine() {
    // RFC 5424, table 2: 3 error, 4 warning, 6 informational, 7 debug
    assertEquals("<3>A - b\n", journal.lines(LogLevel.ERROR, MOMENT_MS, "A", "b", null));
    assertEquals("<4>A - b\n", journal.lines(LogLevel.WARN, MOMENT_MS, "A", "b", null));
    assertEquals("<6>A - b\n", journal.lines(LogLevel.INFO, MOMENT_MS, "A", "b", null));
    assertEquals("<7>A - b\n", journal.lines(LogLevel.DEBUG, MOMENT_MS, "A", "b", null));
    String trace = journal.lines(
        LogLevel.ERROR, MOMENT_MS, "A", "b", new IOException("c\nd", new IllegalStateException()));
    assertTrue(trace.lines().allMatch(line -> line.startsWith("<3>")), trace);
    List<String> lines = trace.lines().toList();
    assertEquals("<3>java.io.IOException: c\\x0ad", lines.get(1));
    assertTrue(lines.contains("<3>caused by java.lang.IllegalStateException"), trace);
  }

  @Test
  void nothingFromOutsideBeginsALineOrSteersATerminal() {
    assertEquals(
        "<4>A - x\\x0d\\x0a2026-11-24 ERROR B\\x1b[2J\\x9b\\x00\\x7f\\u202e\\u2028\\U000e0001\té\n",
        journal.lines(
            LogLevel.WARN,
            MOMENT_MS,
            "A",
            "x\r\n2026-11-24 ERROR B\u001b[2J\u009b\0\u007f\u202e\u2028\udb40\udc01\té",
            null));
  }

  @Test
  void aLineAndATraceAreBounded() {
    String line = plain.lines(LogLevel.WARN, MOMENT_MS, "A", "x".repeat(100_000), null);
    assertTrue(line.endsWith("x... and 96000 characters more\n"));
    StackOverflowError deep = new StackOverflowError();
    StackTraceElement[] frames = new StackTraceElement[1024];
    java.util.Arrays.fill(frames, new StackTraceElement("A", "b", "A.java", 1));
    deep.setStackTrace(frames);
    String trace = plain.lines(LogLevel.ERROR, MOMENT_MS, "A", "b", deep);
    assertEquals(43, trace.lines().count());
    assertTrue(trace.endsWith("  and 984 more\n"));
    IOException self = new IOException("a");
    self.initCause(new IOException("b", self));
    assertTrue(plain.lines(LogLevel.ERROR, MOMENT_MS, "A", "b", self).lines().count() < 250);
  }

  @Test
  void theJournalIsKnownByDeviceAndInode(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("stream"));
    Path other = Files.createFile(folder.resolve("other"));
    // stat(2) of the same file by another program
    String numbers = new String(
            new ProcessBuilder("stat", "-c", "%d:%i", file.toString())
                .start()
                .getInputStream()
                .readAllBytes(),
            java.nio.charset.StandardCharsets.UTF_8)
        .strip();
    assertTrue(JournalStream.is(numbers, file));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertTrue(JournalStream.is(numbers, link));
    assertFalse(JournalStream.is(numbers, other));
    assertFalse(JournalStream.is(null, file));
    assertFalse(JournalStream.is("", file));
    assertFalse(JournalStream.is("8:1", file));
    assertFalse(JournalStream.is(numbers, folder.resolve("none")));
  }
}
