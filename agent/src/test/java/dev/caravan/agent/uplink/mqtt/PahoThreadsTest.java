package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
        threads.execute(() -> awaitUnlessStopped(end));
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

  /** As Paho starts its reader, writer and callbacks, but that it pauses for 100 ms at a time. */
  @Test
  void whoStartsOthersIsWokenFromItsPausesUntilTheyRun() {
    PahoThreads threads = new PahoThreads("test", died -> {});
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    CountDownLatch connected = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    try {
      threads.execute(() -> {
        for (int i = 1; i <= 3; i++) {
          var unusedWork = threads.submit((Runnable) () -> {
            running.incrementAndGet();
            awaitUnlessStopped(end);
          });
          while (running.get() < i) {
            try {
              var unused = new CountDownLatch(1).await(10, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
              // it looks again
            }
          }
        }
        connected.countDown();
      });
      await().atMost(Duration.ofSeconds(20)).until(() -> connected.getCount() == 0);
      threads.awaitStarted(20_000);
      threads.execute(() -> interrupted.set(Thread.interrupted()));
      await().atMost(Duration.ofSeconds(20)).until(() -> threads.getQueue().isEmpty());
      assertFalse(interrupted.get());
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
  }

  private static void awaitUnlessStopped(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
