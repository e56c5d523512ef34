package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Patience patience = new Patience(new Random(7));

  private void assertWaits(Exception why, long fullNs) {
    long waitNs = patience.nextNs(why);
    assertTrue(waitNs <= fullNs && waitNs >= fullNs / 2, () -> "wait=" + waitNs + " ns");
  }

  @Test
  void aRefusalIsWaitedOutForMinutesABusyFarSideForSecondsAndALostLinkForOne() {
    IOException lost = new IOException("lost");
    BusyException busy = new BusyException("busy");
    RefusedException refused = new RefusedException("refused");
    for (long ms : new long[] {500, 1000, 1500, 1500}) {
      assertWaits(lost, ms * 1_000_000);
    }
    for (long seconds : new long[] {30, 60, 120, 240, 480, 600, 600}) {
      assertWaits(refused, seconds * SECOND_NS);
    }
    for (long seconds : new long[] {5, 10, 20, 40, 80, 120, 120}) {
      assertWaits(busy, seconds * SECOND_NS);
    }
    patience.reset();
    assertWaits(busy, 5 * SECOND_NS);
    assertWaits(refused, 30 * SECOND_NS);
    assertWaits(lost, SECOND_NS / 2);
  }
}
