package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopTest {
  private final Stop stop = new Stop();

  @Test
  void waitEndsWithItsTimeAndSaysThatNoStopWasAskedFor() {
    assertFalse(stop.await(1));
    assertFalse(stop.await(0));
    assertFalse(stop.isRequested());
  }

  @Test
  void requestEndsEveryWait() throws Exception {
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> stop.await(TimeUnit.HOURS.toNanos(1)));
    stop.request();
    stop.request();
    assertTrue(waiting.get(20, TimeUnit.SECONDS));
    assertTrue(stop.await(Long.MAX_VALUE));
    assertTrue(stop.isRequested());
  }

  @Test
  void interruptEndsAWaitAndIsKept() {
    Thread.currentThread().interrupt();
    assertTrue(stop.await(TimeUnit.HOURS.toNanos(1)));
    assertTrue(Thread.interrupted());
    assertFalse(stop.isRequested());
  }
}
