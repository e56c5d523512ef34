package dev.caravan.agent.source.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serial lines over real pseudo terminals. */
@Timeout(60)
class SerialLineIT {
  private final TestPty pty = new TestPty();
  private final byte[] buffer = new byte[8192];

  private final Path folder;

  SerialLineIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void unplug() throws IOException {
    pty.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String text(int count) {
    return new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
  }

  private static String messageOfOpening(Path path) {
    return String.valueOf(
        assertThrows(IOException.class, () -> SerialLine.open(path, 115_200)).getMessage());
  }

  @Test
  void everyByteValuePassesUnchangedBothWays() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      pty.send(all);
      int count = 0;
      byte[] got = new byte[0];
      while (got.length < 256 && (count = line.read(buffer, 1000)) > 0) {
        got = bytes(new String(got, StandardCharsets.ISO_8859_1) + text(count));
      }
      assertEquals(Arrays.toString(all), Arrays.toString(got));
      line.write(all, 1000);
      assertEquals(new String(all, StandardCharsets.ISO_8859_1), pty.receive(1000));
    }
  }

  @Test
  void readReturnsByItsTimeout() throws IOException {
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      for (int timeoutMs : new int[] {0, 30, 100, 250}) {
        assertEquals(0, line.read(buffer, timeoutMs));
      }
    }
  }

  @Test
  void bytesThatComeOneByOneAreGathered() throws Exception {
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
        for (int i = 0; i < 2000; i++) {
          try {
            pty.send("x");
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          java.util.concurrent.locks.LockSupport.parkNanos(200_000);
        }
      });
      int bytes = 0;
      int reads = 0;
      while (bytes < 2000) {
        bytes += line.read(buffer, 1000);
        reads++;
      }
      assertEquals(2000, bytes);
      sent.get();
      // they come some five in a millisecond, and one read gathers for five
      assertTrue(reads <= 1000, reads + " reads");
    }
  }

  /** Read without a pause, each frame would be found by itself. */
  @Test
  void aListenerFindsWhatCameWhileItLeftTheLineAlone() throws Exception {
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      pty.send("first");
      assertEquals(5, line.listen(buffer, 1000, 200_000_000));
      pty.send("second");
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
        java.util.concurrent.locks.LockSupport.parkNanos(30_000_000);
        try {
          pty.send("third");
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });
      assertEquals(11, line.listen(buffer, 1000, 200_000_000));
      sent.get();
    }
  }

  @Test
  void missingPortSaysSo() {
    Path path = folder.resolve("can0");
    assertEquals(
        "open " + path + ": errno=2, no such device; is it plugged in?", messageOfOpening(path));
  }

  @Test
  void danglingLinkIsAMissingPort() throws IOException {
    Path path = folder.resolve("can0");
    Files.createSymbolicLink(path, Path.of("/dev/pts/no-such"));
    assertEquals(
        "open " + path + ": errno=2, no such device; is it plugged in?", messageOfOpening(path));
  }

  @Test
  void fileThatIsNoPortSaysSo() throws IOException {
    Path path = Files.createFile(folder.resolve("file"));
    assertEquals("open " + path + ": errno=25, not a serial port", messageOfOpening(path));
  }

  @Test
  void openingTwiceIsBusy() throws IOException {
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      assertEquals(
          "open " + line.address() + ": busy, this program has it open already",
          messageOfOpening(pty.device()));
    }
    SerialLine.open(pty.device(), 115_200).close();
  }

  @Test
  void busyNamesTheProcessThatHoldsIt() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/flock")), "skipped: no flock, package util-linux");
    Process holder = new ProcessBuilder(
            "/usr/bin/flock", pty.device().toString(), "sh", "-c", "echo locked; exec sleep 60")
        .start();
    try {
      assertEquals("locked", holder.inputReader().readLine());
      String message = messageOfOpening(pty.device());
      assertTrue(
          message.startsWith("open " + pty.device() + ": errno=11, busy; held by "), message);
      assertTrue(message.contains("flock (pid " + holder.pid() + ")"), message);
    } finally {
      holder.descendants().forEach(ProcessHandle::destroy);
      holder.destroy();
      holder.waitFor();
    }
  }

  @Test
  void deniedNamesTheGroupOfTheDevice() throws IOException {
    Path file = Files.createFile(folder.resolve("tty"));
    String group = Files.getAttribute(file, "posix:group").toString();
    assertEquals(
        "errno=13, permission denied; is the user in group " + group + "?",
        OpenFailure.denied(file));
  }

  @Test
  void unpluggedDeviceFailsAtOnceAndCostsNoCpu() throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      AtomicLong cpuNs = new AtomicLong();
      CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
        long startNs = threads.getCurrentThreadCpuTime();
        String message = String.valueOf(
            assertThrows(IOException.class, () -> line.read(buffer, 30_000)).getMessage());
        for (int i = 0; i < 20; i++) {
          assertThrows(IOException.class, () -> line.read(buffer, 30_000));
        }
        cpuNs.set(threads.getCurrentThreadCpuTime() - startNs);
        return message;
      });
      assertThrows(
          java.util.concurrent.TimeoutException.class, () -> read.get(300, TimeUnit.MILLISECONDS));
      pty.close();
      assertEquals("read " + line.address() + ": device is gone", read.get(2, TimeUnit.SECONDS));
      assertTrue(cpuNs.get() < 100_000_000, "cpu " + cpuNs.get() / 1000 + " us");
      String message = String.valueOf(
          assertThrows(IOException.class, () -> line.write(bytes("C\r"), 1000)).getMessage());
      assertEquals(
          "write " + line.address() + ": written=0 of 2 bytes; the device is gone", message);
    }
  }

  @Test
  void waitingCostsNoCpu() throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    try (SerialLine line = SerialLine.open(pty.device(), 115_200)) {
      line.read(buffer, 100); // classes are loaded
      long startNs = threads.getCurrentThreadCpuTime();
      assertEquals(0, line.read(buffer, 1000));
      long tookNs = threads.getCurrentThreadCpuTime() - startNs;
      assertTrue(tookNs < 50_000_000, "cpu " + tookNs / 1000 + " us in 1 s");
    }
  }

  @Test
  void closingFreesABlockedRead() throws Exception {
    SerialLine line = SerialLine.open(pty.device(), 115_200);
    CompletableFuture<Integer> read = new CompletableFuture<>();
    Thread reader = new Thread(() -> {
      try {
        read.complete(line.read(buffer, 30_000));
      } catch (IOException e) {
        read.completeExceptionally(e);
      }
    });
    reader.start();
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> read.get(150, TimeUnit.MILLISECONDS));
    line.close();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> read.get(1, TimeUnit.SECONDS));
    assertEquals(
        "read " + line.address() + ": closed",
        String.valueOf(failure.getCause()).replace("java.io.IOException: ", ""));
    line.close();
    reader.join();
    assertEquals(
        "read " + line.address() + ": closed",
        assertThrows(IOException.class, () -> line.read(buffer, 0)).getMessage());
  }

  @Test
  void deviceThatTakesNothingHangsNeitherWriteNorClose() throws IOException {
    SerialLine line = SerialLine.open(pty.device(), 115_200);
    byte[] much = new byte[1 << 20];
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
      IOException failure = assertThrows(IOException.class, () -> line.write(much, 200));
      assertEquals(
          "write " + line.address() + ": not taken in 200 ms; does the device read?",
          failure.getMessage());
      assertEquals(
          "write " + line.address() + ": an earlier write has failed",
          assertThrows(IOException.class, () -> line.write(much, 200)).getMessage());
      line.close();
    });
    pty.close();
    String writer = "serial-write-" + pty.device().getFileName();
    org.awaitility.Awaitility.await("the thread that was stuck ends with the device")
        .until(() -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals(writer)));
  }

  @Test
  void aLinkIsFollowedAnewAtEachOpening() throws IOException {
    Path link = folder.resolve("can0");
    pty.linkAs(link);
    SerialLine.open(link, 115_200).close();
    try (TestPty other = new TestPty()) {
      other.linkAs(link);
      try (SerialLine line = SerialLine.open(link, 115_200)) {
        other.send("other");
        assertEquals("other", text(line.read(buffer, 1000)));
      }
    }
  }
}
