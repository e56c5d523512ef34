package dev.caravan.agent.uplink;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What links that do not last leave behind; the long form is the bench {@code ReconnectSoak}. */
class ReconnectIT {
  private static final int FEW = 5;
  private static final Duration SETTLING = Duration.ofSeconds(10);

  @Test
  void fiveHundredReconnectsLeaveNoThreadAndNoDescriptor() throws Exception {
    try (Reconnects reconnects = new Reconnects(16)) {
      // so that classes, pools and event loops are there
      reconnects.run(64);
      Footprint before = Footprint.now();
      reconnects.run(500);
      assertTrue(reconnects.connects() > 50, () -> "connects=" + reconnects.connects());
      // a machine's own threads and files come and go; what each link left behind would be hundreds
      await().atMost(SETTLING).until(() -> Footprint.threadCount() <= before.threads() + FEW);
      await()
          .atMost(SETTLING)
          .until(() -> Footprint.descriptorCount() <= before.descriptors() + FEW);
    }
  }

  @Test
  void withheldAcknowledgementsHoldNoMoreThanAWindow(@TempDir Path dir) throws Exception {
    try (Unacknowledged route = new Unacknowledged(dir)) {
      route.append(8_000_000_000L);
      Footprint before = Footprint.now();
      // two more links are given up, each with a window under way
      route.append(14_000_000_000L);
      Footprint after = Footprint.now();
      assertTrue(route.count("uplink.failures") >= 2, () -> "" + route.count("uplink.failures"));
      assertEquals(0, route.count("uplink.sent"));
      assertTrue(route.count("store.evicted") > 1_000, () -> "" + route.count("store.evicted"));
      long grownBytes = after.heapBytes() - before.heapBytes();
      assertTrue(grownBytes < 2 << 20, () -> before + " then " + after);
      assertTrue(after.threads() <= before.threads() + FEW, () -> before + " then " + after);
    }
  }
}
