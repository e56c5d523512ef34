package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PahoThreadsTest {
  /** Paho keeps three threads for as long as a connection lasts. */
  @Test
  void aWatchGoesOnBesideThreadsThatAreNeverIdle() {
    PahoThreads threads = new PahoThreads("test", died -> {});
    CountDownLatch end = new CountDownLatch(1);
    try {
      for (int i = 0; i < 3; i++) {
        threads.execute(() -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
      AtomicInteger looks = new AtomicInteger();
      var unused = threads.scheduleWithFixedDelay(
          looks::incrementAndGet,
          PahoThreads.LONGEST_PAUSE_MS,
          PahoThreads.LONGEST_PAUSE_MS,
          TimeUnit.MILLISECONDS);
      await().atMost(Duration.ofSeconds(20)).until(() -> looks.get() >= 8);
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
  }
}
