package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
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
    Stopping stopping = new Stopping();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(Stopping.begin("close-s" + i, () -> hang(never)));
    }
    assertFalse(stopping.await(all, 200));
    assertTrue(stopping.tookMs() >= 200 && stopping.tookMs() < 1600, stopping.tookMs() + " ms");
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
