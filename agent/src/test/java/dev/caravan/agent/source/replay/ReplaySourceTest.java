package dev.caravan.agent.source.replay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplaySourceTest {
  private static final double AT_ONCE = Double.POSITIVE_INFINITY;
  private static final String THREE = """
      (100.000000) can0 100#01
      (100.400000) can1 200#02
      nonsense
      (101.000000) can0 100#03
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final Health health = new Health();
  private final FakeTimeline timeline = new FakeTimeline(5_000_000_000L);

  private ReplaySource source(
      String log, double speed, boolean loop, String channel, ReplaySettings.Times times)
      throws IOException {
    Path file = Files.writeString(folder.resolve("drive.log"), log);
    return new ReplaySource(
        "can0", new ReplaySettings(file, speed, loop, channel, times), timeline, health);
  }

  private ReplaySource once(String log, double speed) throws IOException {
    return source(log, speed, false, "", ReplaySettings.Times.LOG);
  }

  private static List<String> shown(FrameChunk chunk) {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      frames.add(ReadLog.shown((CanFrame) chunk.frame(i)));
    }
    return frames;
  }

  /** What one read gives. */
  private static List<String> read(ReplaySource source) throws IOException {
    FrameChunk chunk = new FrameChunk("can0", 64);
    source.read(chunk);
    return shown(chunk);
  }

  @Test
  void logIsGivenOutWholeAndThenTheSourceHasEnded() throws IOException {
    try (ReplaySource source = once(THREE, AT_ONCE)) {
      source.open();
      FrameChunk chunk = new FrameChunk("can0", 64);
      assertFalse(source.read(chunk));
      assertEquals(
          List.of(
              "100.000000000 can0 100#01",
              "100.400000000 can1 200#02",
              "101.000000000 can0 100#03"),
          shown(chunk));
      assertFalse(source.read(new FrameChunk("can0", 64)));
      assertEquals(1, health.counter(Declared.count("source.malformed"), "can0").value());
    }
  }

  @Test
  void everySizeOfChunkGivesEveryFrameOnceAndInOrder() throws IOException {
    StringBuilder log = new StringBuilder();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      log.append(String.format("(100.%06d) can0 100#%02X\n", i, i));
      wanted.add(String.format("100.%06d000 can0 100#%02x", i, i));
      log.append(i % 7 == 0 ? "nonsense\n" : "");
    }
    for (int size = 1; size <= 51; size++) {
      try (ReplaySource source = once(log.toString(), AT_ONCE)) {
        source.open();
        List<String> frames = new ArrayList<>();
        boolean more = true;
        while (more) {
          FrameChunk chunk = new FrameChunk("can0", size);
          more = source.read(chunk);
          frames.addAll(shown(chunk));
        }
        assertEquals(wanted, frames);
      }
    }
  }

  @Test
  void oneChannelOfTheLogCanBeTaken() throws IOException {
    try (ReplaySource source = source(THREE, AT_ONCE, false, "can1", ReplaySettings.Times.LOG)) {
      source.open();
      assertEquals(List.of("100.400000000 can1 200#02"), read(source));
    }
  }

  @Test
  void framesAreGivenOutWhenTheyAreDue() throws IOException {
    try (ReplaySource source = once(THREE, 2)) {
      source.open();
      assertEquals(List.of("100.000000000 can0 100#01"), read(source));
      timeline.advanceNs(199_999_999);
      assertEquals(List.of(), read(source));
      timeline.advanceNs(1);
      assertEquals(List.of("100.400000000 can1 200#02"), read(source));
      timeline.advanceNs(10_000_000_000L);
      assertEquals(List.of("101.000000000 can0 100#03"), read(source));
    }
  }

  @Test
  void stampThatFallsBackHoldsNothingUpAndIsKept() throws IOException {
    String joined = "(500.0) can0 100#01\n(100.0) can0 100#02\n(100.5) can0 100#03\n";
    try (ReplaySource source = once(joined, 1)) {
      source.open();
      assertEquals(List.of("500.000000000 can0 100#01", "100.000000000 can0 100#02"), read(source));
      timeline.advanceNs(500_000_000);
      assertEquals(List.of("100.500000000 can0 100#03"), read(source));
    }
  }

  @Test
  void loopIsShiftedOnByTheLogsLengthSoThatTimeNeverFallsBack() throws IOException {
    // 1 s from first to last, and the mean gap of 0.5 s behind the last
    try (ReplaySource source = source(THREE, AT_ONCE, true, "", ReplaySettings.Times.LOG)) {
      source.open();
      FrameChunk chunk = new FrameChunk("can0", 7);
      assertTrue(source.read(chunk));
      assertEquals(
          List.of(
              "100.000000000 can0 100#01",
              "100.400000000 can1 200#02",
              "101.000000000 can0 100#03",
              "101.500000000 can0 100#01",
              "101.900000000 can1 200#02",
              "102.500000000 can0 100#03",
              "103.000000000 can0 100#01"),
          shown(chunk));
    }
  }

  @Test
  void loopKeepsItsPace() throws IOException {
    try (ReplaySource source = source(THREE, 1, true, "", ReplaySettings.Times.LOG)) {
      source.open();
      timeline.advanceNs(7_000_000_000L);
      // the first frame starts the pace
      assertEquals(1, read(source).size());
      timeline.advanceNs(1_000_000_000);
      assertEquals(2, read(source).size());
      timeline.advanceNs(499_999_999);
      assertEquals(0, read(source).size());
      timeline.advanceNs(1);
      assertEquals(List.of("101.500000000 can0 100#01"), read(source));
    }
  }

  @Test
  void timesNowStartWithTheReplayAndRiseOverLoops() throws IOException {
    try (ReplaySource source = source(THREE, AT_ONCE, true, "", ReplaySettings.Times.NOW)) {
      source.open();
      FrameChunk chunk = new FrameChunk("can0", 4);
      source.read(chunk);
      assertEquals(
          List.of(
              "5.000000000 can0 100#01",
              "5.400000000 can1 200#02",
              "6.000000000 can0 100#03",
              "6.500000000 can0 100#01"),
          shown(chunk));
    }
  }

  @Test
  void loopOfOneFrameGoesOnByAMillisecond() throws IOException {
    try (ReplaySource source =
        source("(1.0) can0 100#01\n", 1, true, "", ReplaySettings.Times.LOG)) {
      source.open();
      assertEquals(List.of("1.000000000 can0 100#01"), read(source));
      timeline.advanceNs(1_000_000);
      assertEquals(List.of("1.001000000 can0 100#01"), read(source));
    }
  }

  @Test
  void loopOfALogWithoutFramesEnds() throws IOException {
    for (String log : List.of("", "nonsense\n", "(1.0) can1 100#01\n")) {
      for (double speed : new double[] {1, AT_ONCE}) {
        try (ReplaySource source = source(log, speed, true, "can0", ReplaySettings.Times.LOG)) {
          source.open();
          assertFalse(source.read(new FrameChunk("can0", 8)), log);
        }
      }
    }
  }

  /** A day and some hours; a read that waited for it would not end in time. */
  @Test
  @Timeout(20)
  void longGapIsWaitedForInShortReads() throws IOException {
    String log = "(100.0) can0 100#01\n(100000.0) can0 100#02\n";
    Path file = Files.writeString(folder.resolve("gap.log"), log);
    ReplaySettings settings = new ReplaySettings(file, 1, false, "", ReplaySettings.Times.LOG);
    SystemTimeline real = new SystemTimeline();
    try (ReplaySource source = new ReplaySource("can0", settings, real, health)) {
      source.open();
      assertEquals(1, read(source).size());
      assertEquals(List.of(), read(source));
    }
  }

  @Test
  void closeFromAnotherThreadEndsARead() throws IOException {
    ReplaySource source =
        source("(1.0) can0 100#01\n(9.0) can0 100#02\n", 0.001, true, "", ReplaySettings.Times.LOG);
    source.open();
    AtomicInteger reads = new AtomicInteger();
    AtomicReference<String> end = new AtomicReference<>("");
    Thread reader = new Thread(() -> {
      try {
        while (true) {
          source.read(new FrameChunk("can0", 8));
          reads.incrementAndGet();
        }
      } catch (IOException | RuntimeException e) {
        end.set(String.valueOf(e.getMessage()));
      }
    });
    reader.start();
    await().until(() -> reads.get() >= 1);
    assertTimeoutPreemptively(Duration.ofSeconds(2), source::close);
    source.close();
    await().untilAsserted(() -> assertTrue((end + "").endsWith(": not open"), end + ""));
  }

  @Test
  void missingLogIsAnIoExceptionAndMayComeLater() throws IOException {
    try (ReplaySource source = once(THREE, AT_ONCE)) {
      Files.move(folder.resolve("drive.log"), folder.resolve("other.log"));
      assertThrows(IOException.class, source::open);
      Files.move(folder.resolve("other.log"), folder.resolve("drive.log"));
      source.open();
      assertEquals(3, read(source).size());
    }
  }

  @Test
  void loopThatCannotOpenItsLogAgainGoesOnWhereItStopped() throws IOException {
    ReplaySource source = source(THREE, AT_ONCE, true, "", ReplaySettings.Times.LOG);
    source.open();
    Files.move(folder.resolve("drive.log"), folder.resolve("other.log"));
    FrameChunk chunk = new FrameChunk("can0", 8);
    assertThrows(IOException.class, () -> source.read(chunk));
    assertEquals(3, chunk.size());
    source.close();
    assertThrows(IOException.class, source::open);
    Files.move(folder.resolve("other.log"), folder.resolve("drive.log"));
    source.open();
    FrameChunk next = new FrameChunk("can0", 1);
    assertTrue(source.read(next));
    assertEquals(List.of("101.500000000 can0 100#01"), shown(next));
    source.close();
  }
}
