package dev.caravan.agent.device.slcan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fazecast.jSerialComm.SerialPort;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.DeviceCounts;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.device.nev.VehicleModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No frame unaccounted for: hosts that come, go and do not read, and the adapter's own end. */
@Timeout(60)
class SlcanAdapterLifeIT {
  private final RunningAdapter device;

  SlcanAdapterLifeIT() throws IOException {
    device = new RunningAdapter(2000, 1);
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void twentyTimesOpenAndCloseLoseNoFrameBetweenOpenAndTheAnswerToClose() throws IOException {
    int frames = 0;
    for (int i = 0; i < 20; i++) {
      try (Host host = new Host(device.port)) {
        assertEquals("\r", host.ask("S6\r"));
        assertEquals("\r", host.ask("L\r"));
        frames += host.lines(40).size();
        host.send("C\r");
        for (String line = host.line(); line.startsWith("t"); line = host.line()) {
          frames++;
        }
      }
    }
    device.close();
    assertEquals(frames, device.counts().sentFrames());
    assertEquals(0, device.counts().unreadFrames());
    assertEquals(0, device.counts().overrunFrames());
  }

  @Test
  void framesThatNobodyReadsAreLostWholeAndToldByTheStatusRegister() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("O\r"));
      await().atMost(Duration.ofSeconds(20)).until(() -> device.counts().overrunFrames() > 100);
      host.send("F\r");
      String line = host.line();
      int whole = 0;
      for (; line.startsWith("t"); line = host.line()) {
        assertTrue(line.matches("t[0-7][0-9A-F]{2}8[0-9A-F]{16}\r"), line);
        whole++;
      }
      assertEquals("F09\r", line); // 1 receive buffer full, 8 data overrun
      assertTrue(whole > 1000, "frames=" + whole);
      await().atMost(Duration.ofSeconds(5)).until(() -> host.answer("F\r").equals("F00\r"));
    }
  }

  @Test
  void hostThatGoesAwayWithoutCloseIsFollowedByOneThatStartsAnew() throws IOException {
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("O\r"));
      host.lines(100);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> device.counts().overrunFrames() > 0);
    try (Host host = new Host(device.port)) {
      host.send("C\r");
      while (!host.line().equals("\r")) {
        // frames of the time when nobody read, the first perhaps cut
      }
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("L\r"));
      host.lines(100);
      assertEquals("\r", host.answer("C\r"));
    }
  }

  @Test
  void framesWrittenButNeverReadAreKnownAtTheEnd() throws IOException {
    int read;
    try (Host host = new Host(device.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("O\r"));
      read = host.lines(200).size() + host.rest();
      await().atMost(Duration.ofSeconds(5)).until(() -> device.counts().sentFrames() > 300);
    }
    device.close();
    DeviceCounts counts = device.counts();
    assertTrue(counts.unreadFrames() > 0);
    assertEquals(counts.sentFrames(), read + counts.unreadFrames());
  }

  @Test
  void framesOnTheBusAreSentOrCountedAsLost() throws IOException {
    AtomicLong offered = new AtomicLong();
    VehicleModel model = new VehicleModel(8500, 3);
    Traffic counted = new Traffic() {
      @Override
      public int bitrate() {
        return model.bitrate();
      }

      @Override
      public void runUntil(long untilNs, FrameOut out) {
        model.runUntil(untilNs, (timeNs, id, flags, payload, length) -> {
          offered.incrementAndGet();
          out.frame(timeNs, id, flags, payload, length);
        });
      }
    };
    RunningAdapter fast = new RunningAdapter(counted, new SystemTimeline());
    long before;
    try (Host host = new Host(fast.port)) {
      assertEquals("\r", host.ask("S6\r"));
      assertEquals("\r", host.ask("O\r"));
      before = offered.get(); // a tick or two after it opened
      await().atMost(Duration.ofSeconds(20)).until(() -> fast.counts().overrunFrames() > 5000);
    } finally {
      fast.close();
    }
    DeviceCounts counts = fast.counts();
    long accounted = counts.sentFrames() + counts.overrunFrames();
    assertTrue(accounted >= offered.get() - before, counts + ", offered=" + offered);
    assertTrue(accounted <= offered.get(), counts + ", offered=" + offered);
  }

  @Test
  void stopsAndLeavesNoThreadAndNoDescriptor() throws IOException {
    device.close();
    int descriptors = descriptors();
    for (int i = 0; i < 5; i++) {
      RunningAdapter fast = new RunningAdapter(8500, i);
      try (Host host = new Host(fast.port)) {
        assertEquals("\r", host.ask("S6\r"));
        assertEquals("\r", host.ask("O\r"));
        host.lines(500);
      }
      fast.close();
      assertFalse(Files.exists(fast.port));
    }
    assertEquals(descriptors, descriptors());
    assertTrue(Thread.getAllStackTraces().keySet().stream()
        .noneMatch(one -> one.getName().equals(RunningAdapter.THREAD_NAME)));
  }

  private static int descriptors() {
    return requireNonNull(new File("/proc/self/fd").list()).length;
  }

  @Test
  void linkLeadsToThePortUntilTheEnd(@TempDir Path folder) throws IOException {
    Path link = device.adapter.linkIn(folder);
    assertEquals(folder.resolve("can0"), link);
    try (Host host = new Host(link)) {
      assertEquals("V1013\r", host.ask("V\r"));
    }
    device.close();
    assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void serialLibraryReadsWhatWasSentToTheLastFrame() throws IOException {
    SerialPort serial = SerialPort.getCommPort(device.port.toString());
    serial.setBaudRate(115_200);
    serial.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, 100, 0);
    assertTrue(serial.openPort());
    try {
      StringBuilder text = new StringBuilder();
      write(serial, "S6\rL\r");
      byte[] chunk = new byte[4096];
      while (text.length() < 22 * 4000) {
        read(serial, chunk, text);
      }
      write(serial, "C\r");
      while (!text.toString().endsWith("\r\r")) {
        read(serial, chunk, text);
      }
      long lines = text.chars().filter(one -> one == '\r').count() - 3;
      device.close();
      assertEquals(device.counts().sentFrames(), lines);
      assertEquals(0, device.counts().overrunFrames());
    } finally {
      serial.closePort();
    }
  }

  private static void write(SerialPort serial, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    assertEquals(bytes.length, serial.writeBytes(bytes, bytes.length));
  }

  private static void read(SerialPort serial, byte[] chunk, StringBuilder into) {
    int some = serial.readBytes(chunk, chunk.length);
    assertTrue(some >= 0);
    into.append(new String(chunk, 0, some, US_ASCII));
  }

  @Test
  void busStandsStillWhileTheProcessGetsNoProcessor() throws IOException {
    FakeTimeline time = new FakeTimeline(0);
    AtomicLong ranNs = new AtomicLong(-1);
    Traffic traffic = new Traffic() {
      @Override
      public int bitrate() {
        return 500_000;
      }

      @Override
      public void runUntil(long untilNs, FrameOut out) {
        ranNs.set(untilNs);
      }
    };
    try (RunningAdapter idle = new RunningAdapter(traffic, time);
        Host host = new Host(idle.port)) {
      time.advanceNs(500_000_000L);
      host.ask("S6\r");
      assertEquals(-1, ranNs.get(), "a bus begins when its channel is opened");
      host.ask("O\r");
      await().until(() -> ranNs.get() == 0);
      time.advanceNs(900_000_000L);
      await().until(() -> ranNs.get() == 900_000_000L);
      time.advanceNs(60_000_000_000L);
      host.ask("V\r"); // the loop has gone round since
      host.ask("V\r");
      assertEquals(900_000_000L, ranNs.get());
      time.advanceNs(500_000_000L);
      await().until(() -> ranNs.get() == 1_400_000_000L);
    }
  }
}
