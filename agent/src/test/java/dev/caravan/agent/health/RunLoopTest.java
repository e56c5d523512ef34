package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.Declared;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RunLoopTest {
  private final Health health = new Health();
  private final List<Throwable> survived = new ArrayList<>();
  private int rounds;

  private static boolean fails(RuntimeException fault) {
    throw fault;
  }

  private static boolean dies(Error fault) {
    throw fault;
  }

  /** Rounds with these ends; after a fault the loop goes on where {@code goesOn} says so. */
  private void run(boolean goesOn, int stopsAfter, List<Supplier<Boolean>> ends) {
    Deque<Supplier<Boolean>> left = new ArrayDeque<>(ends);
    RunLoop.Body body = new RunLoop.Body() {
      @Override
      public boolean round() {
        rounds++;
        return left.remove().get();
      }

      @Override
      public boolean survived(Throwable fault) {
        survived.add(fault);
        return goesOn;
      }
    };
    new RunLoop(health.bugs("pipeline"), () -> rounds == stopsAfter, body).run();
  }

  private long bugs() {
    return health.counter(Declared.count("bugs"), "pipeline").value();
  }

  @Test
  void endsWithTheRoundThatSaysSo() {
    run(true, 9, List.of(() -> true, () -> true, () -> false, () -> true));
    assertEquals(3, rounds);
    assertEquals(0, bugs());
  }

  @Test
  void noRoundBeginsAfterAStop() {
    run(true, 2, List.of(() -> true, () -> true, () -> true));
    assertEquals(2, rounds);
    run(true, 2, List.of(() -> true));
    assertEquals(2, rounds);
  }

  @Test
  void faultsOfTheProgramAreCountedAndSurvived() {
    run(
        true,
        9,
        List.of(
            () -> fails(new IllegalStateException("on purpose")),
            () -> dies(new StackOverflowError("on purpose")),
            () -> dies(new NoClassDefFoundError("on purpose")),
            () -> false));
    assertEquals(4, rounds);
    assertEquals(3, bugs());
    assertEquals(3, survived.size());
  }

  @Test
  void bodyDecidesWhetherAFaultIsTheEnd() {
    run(false, 9, List.of(() -> fails(new IllegalStateException("on purpose")), () -> true));
    assertEquals(1, rounds);
    assertEquals(1, bugs());
  }

  @Test
  void lackOfMemoryEndsTheThread() {
    assertThrows(
        OutOfMemoryError.class,
        () -> run(true, 9, List.of(() -> dies(new OutOfMemoryError("on purpose")))));
    assertEquals(0, bugs());
    assertEquals(List.of(), survived);
  }
}
