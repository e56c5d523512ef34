package dev.caravan.agent.assembly;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.serial.TestPty;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent whose serial port is pulled and put back, each time as another device. */
@Timeout(180)
class PortsComeAndGoIT {
  private static final int TIMES = 50;
  private static final String LINES = "t1F021234\r".repeat(20);

  private final Path folder;

  PortsComeAndGoIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private Plan plan() throws Exception {
    Path file =
        Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: a, fleet: b}
        sources: [{name: can0, type: slcan, port: %s, bitrate: 500k}]
        routes:
          - name: cloud
            store: {dir: spool}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}
        """.formatted(folder.resolve("can0")));
    return Plan.read(file, new Faults());
  }

  /** Answers the start sequence and sends frames until one of them has been read. */
  private static void serveUntilFramesCome(Agent agent, TestPty pty) {
    long before = agent.health().total(Declared.count("source.frames"));
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> {
      for (char heard : pty.received().toCharArray()) {
        if (heard == '\r') {
          pty.send("\r");
        }
      }
      pty.send(LINES);
      return agent.health().total(Declared.count("source.frames")) > before;
    });
  }

  @Test
  void replugFiftyTimesLeaksNeitherThreadNorDescriptor() throws Exception {
    Path link = folder.resolve("can0");
    try (Agent agent = new Agent(plan(), new SystemTimeline(), new Agent.Build("0", "test"))) {
      agent.start();
      int threads = 0;
      long descriptors = 0;
      for (int time = 0; time < TIMES; time++) {
        try (TestPty pty = new TestPty()) {
          pty.linkAs(link);
          serveUntilFramesCome(agent, pty);
          if (time == 4) { // all that is made once has been made
            threads = ManagementFactory.getThreadMXBean().getThreadCount();
            descriptors = descriptors();
          }
          if (time == TIMES - 1) {
            long now = descriptors();
            int running = ManagementFactory.getThreadMXBean().getThreadCount();
            assertTrue(now <= descriptors + 3, "descriptors " + descriptors + " then " + now);
            assertTrue(running <= threads + 3, "threads " + threads + " then " + running);
          }
        }
      }
    }
  }
}
