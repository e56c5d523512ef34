package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final long S = 1_000_000_000L;

  /** Shortens nothing, or by as much as is allowed. */
  private static RandomGenerator always(boolean most) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("not asked for");
      }

      @Override
      public long nextLong(long bound) {
        return most ? bound - 1 : 0;
      }
    };
  }

  private static List<Long> waits(Backoff backoff, int count) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      waits.add(backoff.nextNs());
    }
    return waits;
  }

  @Test
  void waitsDoubleUpToTheLongest() {
    assertEquals(
        List.of(S, 2 * S, 4 * S, 8 * S, 16 * S, 32 * S, 60 * S, 60 * S),
        waits(new Backoff(S, 60 * S, always(false)), 8));
  }

  @Test
  void waitIsShortenedByHalfAtMost() {
    assertEquals(List.of(S / 2, S, 2 * S, 2 * S), waits(new Backoff(S, 4 * S, always(true)), 4));
    Random random = new Random(1);
    Backoff backoff = new Backoff(60 * S, 60 * S, random);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 1000; i++) {
      long wait = backoff.nextNs();
      assertTrue(wait >= 30 * S && wait <= 60 * S, "waitNs=" + wait);
      shortest = Math.min(shortest, wait);
      longest = Math.max(longest, wait);
    }
    assertTrue(shortest < 31 * S && longest > 59 * S, shortest + ".." + longest);
  }

  @Test
  void successBeginsAnew() {
    Backoff backoff = new Backoff(S, 60 * S, always(false));
    assertEquals(List.of(S, 2 * S, 4 * S), waits(backoff, 3));
    backoff.reset();
    assertEquals(List.of(S, 2 * S), waits(backoff, 2));
  }

  @Test
  void longestWaitOfAllDoesNotOverflow() {
    Backoff backoff = new Backoff(Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE, always(false));
    assertEquals(
        List.of(Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE, Long.MAX_VALUE), waits(backoff, 3));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "2, 1"})
  void waitsThatCannotGrowAreRefused(long firstNs, long longestNs) {
    assertThrows(
        IllegalArgumentException.class, () -> new Backoff(firstNs, longestNs, new Random(1)));
  }
}
