package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Told;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BugsTest {
  private final Health health = new Health();
  private final Bugs bugs = health.bugs("can0");

  private static Throwable at(Throwable fault, int line) {
    fault.setStackTrace(new StackTraceElement[] {new StackTraceElement("A", "b", "A.java", line)});
    return fault;
  }

  private List<String> told(Throwable... faults) throws Exception {
    return Told.by(() -> List.of(faults).forEach(bugs::survived)).stream()
        .filter(line -> line.contains(": a fault of the program"))
        .toList();
  }

  @Test
  void eachKindIsToldOnceAndAllAreCounted() throws Exception {
    List<String> told = told(
        at(new IllegalStateException("one"), 1),
        at(new IllegalStateException("another text"), 1),
        at(new IllegalStateException("elsewhere"), 2),
        at(new NullPointerException(), 1),
        at(new StackOverflowError(), 1),
        at(new StackOverflowError(), 2));
    assertEquals(4, told.size(), told.toString());
    assertEquals(6, health.counter(Declared.count("bugs"), "can0").value());
  }

  @Test
  void furtherKindsAreCountedAlone() throws Exception {
    List<Throwable> faults = new ArrayList<>();
    for (int line = 0; line < 100; line++) {
      faults.add(at(new IllegalStateException(), line));
    }
    List<String> told = told(faults.toArray(Throwable[]::new));
    assertEquals(16, told.size());
    assertEquals(100, health.counter(Declared.count("bugs"), "can0").value());
  }

  @Test
  void whatAPoolSwallowsIsHandedOnOnlyIfNobodyCanLiveWithIt() throws InterruptedException {
    List<Throwable> ended = new ArrayList<>();
    Thread pool = new Thread(() -> {
      Bugs.endIfFatal(new IllegalStateException());
      Bugs.endIfFatal(new StackOverflowError());
      Bugs.endIfFatal(new NoClassDefFoundError());
      Bugs.endIfFatal(new OutOfMemoryError("Java heap space"));
    });
    pool.setUncaughtExceptionHandler((thread, fault) -> ended.add(fault));
    pool.start();
    pool.join();
    assertEquals(1, ended.size());
    assertEquals("Java heap space", ended.get(0).getMessage());
  }
}
