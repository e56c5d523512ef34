package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of 1 MiB that becomes full. Needs the right to mount. */
class DiskQueueFullDiskIT {
  private final Path mounted;

  DiskQueueFullDiskIT(@TempDir Path temporary) {
    mounted = temporary.resolve("tiny");
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", mounted.toString());
  }

  @Test
  void aFullDiskIsSurvivedAndLeft() throws Exception {
    Files.createDirectories(mounted);
    boolean can = Files.exists(Path.of("/usr/bin/mount"))
        && run("mount", "-t", "tmpfs", "-o", "size=1m", "caravan-test", mounted.toString());
    assumeTrue(can, "no right to mount a tmpfs here");
    Queues queues = new Queues(mounted.resolve("q"));
    queues.settings =
        new StoreSettings(mounted.resolve("q"), 8 << 20, 0, SECOND_NS, 64 << 10, 1 << 20);
    try (DiskQueue queue = queues.open()) {
      Part part = queues.health.part("store", "cloud");
      long last = 0;
      while (part.state() == Part.State.OK) {
        last = queue.append(1, SCHEMA, body(last + 1, 4000));
        assertTrue(last < 400, "1 MiB is not full after 1.6 MB");
      }
      for (int i = 0; i < 100; i++) {
        last = queue.append(1, SCHEMA, body(last + 1, 4000));
      }
      assertTrue(part.why().contains("No space left"), part.why());
      drainAndCheck(queue, queues, last);
      assertEquals(Part.State.OK, part.state());
      assertEquals(0, queues.count("store.evicted"));
      assertEquals(last + 1, queue.append(1, SCHEMA, body("works again")));
    }
  }

  private static void drainAndCheck(DiskQueue queue, Queues queues, long last) throws IOException {
    List<Long> seen = new java.util.ArrayList<>();
    while (queue.entries() > 0) {
      queues.timeline.advanceNs(2 * SECOND_NS);
      for (Entry each : queue.head(5, 1 << 20, 0)) {
        assertEquals(body(each.sequence(), 4000), each.body());
        seen.add(each.sequence());
        queue.remove(List.of(each.sequence()));
      }
    }
    assertEquals(LongStream.rangeClosed(1, last).boxed().toList(), seen);
  }
}
