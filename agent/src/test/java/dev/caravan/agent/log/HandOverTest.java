package dev.caravan.agent.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.health.Health;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandOverTest {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Takes so many writes as it was allowed, and blocks; a pipe that nobody reads. */
  private static final class Pipe extends OutputStream {
    final Semaphore reads = new Semaphore(0);
    final ByteArrayOutputStream read = new ByteArrayOutputStream();

    @Override
    public void write(int one) {
      throw new AssertionError("whole lines are written");
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      reads.acquireUninterruptibly();
      synchronized (read) {
        read.write(bytes, from, length);
      }
    }

    List<String> lines() {
      synchronized (read) {
        return read.toString(StandardCharsets.UTF_8).lines().toList();
      }
    }
  }

  private final Pipe pipe = new Pipe();
  private final Health health = new Health();

  // written by the test before lines are given
  private volatile long nowNs = 5 * SECOND_NS;
  private final HandOver log =
      new HandOver(pipe, new LogText(true), () -> nowNs, () -> 1_795_523_265_272L);
  private final Thread writer = new Thread(log, "log");

  private void start() {
    log.countIn(
        health.counter(Declared.count("log.dropped"), ""),
        health.counter(Declared.count("log.left_out"), ""));
    writer.setDaemon(true);
    writer.start();
  }

  @AfterEach
  void stop() {
    pipe.reads.release(1_000_000);
    writer.interrupt();
  }

  private void say(String text) {
    log.log(LogLevel.WARN, "Class", text, text, null);
  }

  private long dropped() {
    return health.total(Declared.count("log.dropped"));
  }

  @Test
  void aPipeThatNobodyReadsHoldsNobodyUp() {
    start();
    for (int i = 0; i < 20_000; i++) {
      log.print("line " + i + " " + "x".repeat(80));
    }
    log.flush(50);
    assertEquals(List.of(), pipe.lines());
    // 128 KiB of lines of 95 to 99 bytes, each with 32 more
    assertTrue(dropped() > 20_000 - 1_050 && dropped() < 20_000 - 950, "dropped=" + dropped());
  }

  @Test
  void theOldestAreDroppedAndTheirNumberIsToldWhenItIsReadAgain() {
    start();
    log.print("line 0");
    // until the writer has it, it would count what is dropped before it as a part of its own
    await().until(pipe.reads::hasQueuedThreads);
    for (int i = 1; i < 5_000; i++) {
      log.print("line " + i + " " + "x".repeat(80));
    }
    long dropped = dropped();
    pipe.reads.release(1_000_000);
    log.flush(10_000);
    List<String> lines = pipe.lines();
    int told =
        lines.indexOf("<4>Log - log: dropped " + dropped + " lines, for nobody read them in time");
    // the line that was being written is before it
    assertEquals(1, told);
    assertTrue(lines.get(lines.size() - 1).startsWith("<4>line 4999 "), lines.toString());
    assertEquals(5_000 - dropped + 1, lines.size());
    assertEquals(1, lines.stream().filter(line -> line.contains("dropped")).count());
  }

  @Test
  void aFaultThatLastsHasTenLinesAMinuteAndASummary() {
    pipe.reads.release(1_000_000);
    start();
    // every half second for three minutes, a port comes and goes
    for (int i = 0; i < 360; i++) {
      nowNs = i * SECOND_NS / 2;
      log.log(LogLevel.WARN, "SourceLoop", "{}: lost: {}", "can0: lost: " + i, null);
      log.log(LogLevel.INFO, "SourceLoop", "{}: open", "can0: open", null);
    }
    log.flush(10_000);
    List<String> lines = pipe.lines();
    assertTrue(lines.size() <= 30, lines.toString());
    // 119 half seconds are over when the second minute begins
    assertEquals(
        "<4>Log - can0: left out 233 lines like those of the last minute, the last: can0: open",
        lines.get(7));
    assertEquals("<4>SourceLoop - can0: lost: 120", lines.get(8));
    long shown = lines.stream()
        .filter(line -> line.startsWith("<4>SourceLoop") || line.startsWith("<6>SourceLoop"))
        .count();
    assertEquals(720, shown + health.total(Declared.count("log.left_out")));
  }

  @Test
  void theSummaryComesWithoutAnyFurtherLine() throws InterruptedException {
    pipe.reads.release(1_000_000);
    nowNs = System.nanoTime();
    long began = nowNs;
    start();
    for (int i = 0; i < 20; i++) {
      say("can0: lost");
    }
    // the minute is over the next time that the thread looks
    nowNs = began + 61 * SECOND_NS;
    log.print("wakes it");
    while (pipe.lines().size() < 9) {
      Thread.onSpinWait();
    }
    assertTrue(
        pipe.lines()
            .contains(
                "<4>Log - can0: left out 13 lines like those of the last minute, the last: can0: lost"),
        pipe.lines().toString());
  }

  @Test
  void whatWasLeftOutIsSummedUpBeforeTheLastWords() {
    pipe.reads.release(1_000_000);
    start();
    for (int i = 0; i < 20; i++) {
      say("can0: lost");
    }
    log.sumUp();
    say("agent: stopped");
    log.flush(10_000);
    assertEquals(
        List.of(
            "<4>Log - can0: left out 13 lines like those of the last minute, the last: can0: lost",
            "<4>Class - agent: stopped"),
        pipe.lines().subList(7, 9));
    assertEquals(9, pipe.lines().size());
  }

  @Test
  void noFaultHidesAnother() {
    pipe.reads.release(1_000_000);
    start();
    for (int i = 0; i < 1_000; i++) {
      say("can0: lost");
      log.log(LogLevel.WARN, "Class", "{}: refused: {}", "can0: refused: " + i, null);
    }
    say("can0: bus off");
    say("can1: lost");
    log.log(LogLevel.ERROR, "Class", "{}: a fault", "can0: a fault", null);
    log.flush(10_000);
    List<String> lines = pipe.lines();
    assertTrue(lines.contains("<4>Class - can0: bus off"));
    assertTrue(lines.contains("<4>Class - can1: lost"));
    assertTrue(lines.contains("<3>Class - can0: a fault"));
  }

  @Test
  void manyPartsAndKindsTakeNoMemory() {
    pipe.reads.release(1_000_000);
    start();
    for (int i = 0; i < 100_000; i++) {
      say("part" + i + ": text " + i);
    }
    log.flush(10_000);
    // 63 parts with a line each, and one for all others with 32 kinds and the summary
    assertTrue(pipe.lines().size() < 110, "lines=" + pipe.lines().size());
  }

  @Test
  void debugIsNotThinnedOut() {
    pipe.reads.release(1_000_000);
    start();
    for (int i = 0; i < 100; i++) {
      log.log(LogLevel.DEBUG, "Class", "can0: {}", "can0: " + i, null);
    }
    log.flush(10_000);
    assertEquals(100, pipe.lines().size());
  }

  @Test
  void aReaderThatIsGoneEndsNothing() {
    OutputStream closed = new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
    HandOver gone = new HandOver(closed, new LogText(false), () -> 0, () -> 0);
    gone.countIn(
        health.counter(Declared.count("log.dropped"), ""),
        health.counter(Declared.count("log.left_out"), ""));
    Thread thread = new Thread(gone, "log");
    thread.setDaemon(true);
    thread.start();
    gone.print("one");
    gone.print("two");
    gone.flush(10_000);
    assertEquals(2, dropped());
    assertTrue(thread.isAlive());
    thread.interrupt();
  }

  @Test
  void whatIsPrintedIsCutIntoLines() {
    pipe.reads.release(1_000_000);
    start();
    LineStream stream = new LineStream(StandardCharsets.UTF_8, log::print);
    for (byte one : "a\u001b[31mé\n\nb".getBytes(StandardCharsets.UTF_8)) {
      stream.write(one);
    }
    for (int i = 0; i < LineStream.LONGEST_BYTES; i++) {
      stream.write('c');
    }
    log.flush(10_000);
    List<String> lines = pipe.lines();
    assertEquals("<4>a\\x1b[31mé", lines.get(0));
    assertEquals("<4>", lines.get(1));
    assertTrue(lines.get(2).startsWith("<4>bccc"));
    assertFalse(lines.get(2).contains("\\x"));
    assertEquals(3, lines.size());
  }
}
