package dev.caravan.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that uses a queue is killed (SIGKILL) again and again. The property {@code caravan.store.kills} says how
 * often.
 */
class DiskQueueKillIT {
  private static final int KILLS = Integer.getInteger("caravan.store.kills", 10);

  private final Path dir;

  DiskQueueKillIT(@TempDir Path temporary) {
    dir = temporary.resolve("q");
  }

  @Test
  void killedAgainAndAgainItLosesNothing() throws Exception {
    Random random = new Random(20261123);
    long appended = 0;
    long removing = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              KilledQueue.class.getName(),
              dir.toString(),
              Integer.toString(kill))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      int lines = 1 + random.nextInt(600);
      try (BufferedReader said = process.inputReader(StandardCharsets.US_ASCII)) {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
          if (!line.endsWith(".")) {
            break;
          }
          long number = Long.parseLong(line.substring(line.indexOf(' ') + 1, line.length() - 1));
          if (line.startsWith("appended")) {
            appended = number;
          } else {
            removing = number;
          }
          if (--lines == 0) {
            // not through the process, which would close what is still to be read
            process.toHandle().destroyForcibly();
          }
        }
      } finally {
        process.destroyForcibly();
      }
      assertEquals(137, process.waitFor(), "killed, not failed");
      appended = check("kill " + kill, appended, removing);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SmallHeapQueue.SEGMENT_BYTES, 1 << 20})
  void segmentsOfTwiceTheHeapAreThinnedAndOpenedAfterAKillWhateverTheirSizeIsNow(int later)
      throws Exception {
    assertEquals(137, small(SmallHeapQueue.SEGMENT_BYTES).waitFor(), "killed, not failed");
    Process process = small(later);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertEquals(0, process.waitFor());
    assertTrue(said.matches("[1-9][0-9]{3,} 0\\R"), said);
  }

  private Process small(int segmentBytes) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-cp",
            System.getProperty("java.class.path"),
            SmallHeapQueue.class.getName(),
            dir.toString(),
            Integer.toString(segmentBytes))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private long check(String where, long appended, long removing) throws IOException {
    Queues queues = new Queues(dir);
    FaultyDisk disk = new FaultyDisk(new OsDisk());
    DiskQueue queue = queues.open(disk);
    long newest = queue.newest().map(Entry::sequence).orElse(0L);
    assertTrue(newest == appended || newest == appended + 1, where + ": newest=" + newest);
    List<Entry> left = queue.head(Integer.MAX_VALUE, Long.MAX_VALUE, 0);
    long first = left.isEmpty() ? newest + 1 : left.get(0).sequence();
    assertTrue(first <= removing + 1, where + ": first=" + first + ", removing=" + removing);
    assertEquals(
        LongStream.rangeClosed(first, newest).boxed().toList(), Queues.sequences(left), where);
    for (Entry each : left) {
      assertEquals(KilledQueue.content(each.sequence()), each.body(), where);
    }
    assertEquals(0, queues.count("store.corrupt"), where);
    assertEquals(0, queues.count("store.evicted"), where);
    Queues.kill(queue, disk);
    return newest;
  }
}
