package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StoppingTest {
  private static void hang(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void eightThatHangAreWaitedForTogetherAndNamed() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicLong nowNs = new AtomicLong(-5);
    List<Long> waitedMs = new ArrayList<>();
    Stopping stopping = new Stopping(nowNs::get, (thread, mostNs) -> {
      waitedMs.add(TimeUnit.NANOSECONDS.toMillis(mostNs));
      nowNs.addAndGet(mostNs);
      return !thread.isAlive();
    });
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(Stopping.begin("close-s" + i, () -> hang(never)));
    }
    assertFalse(stopping.await(all, 200));
    assertEquals(List.of(200L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), waitedMs);
    assertEquals(200, stopping.tookMs());
    assertEquals(
        List.of(
            "close-s0",
            "close-s1",
            "close-s2",
            "close-s3",
            "close-s4",
            "close-s5",
            "close-s6",
            "close-s7"),
        stopping.givenUp());
    never.countDown();
  }

  @Test
  void whatIsBegunRunsAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(8);
    Stopping stopping = new Stopping();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(Stopping.begin("close-s" + i, () -> {
        try {
          together.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }));
    }
    assertTrue(stopping.await(all, 10_000));
    assertFalse(together.isBroken());
    assertEquals(List.of(), stopping.givenUp());
  }

  @Test
  void aThreadThatWasNeverStartedHasEnded() {
    assertTrue(new Stopping().await(List.of(new Thread(() -> {}, "pipeline")), 1));
  }
}
