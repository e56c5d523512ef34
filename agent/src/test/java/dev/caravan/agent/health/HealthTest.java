package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Health health = new Health();

  @Test
  void oneNameAndPartIsOneNumber() {
    assertSame(health.counter("a", "x"), health.counter("a", "x"));
    assertNotSame(health.counter("a", "x"), health.counter("a", "y"));
    assertNotSame(health.counter("a", "x"), health.counter("b", "x"));
    assertSame(health.gauge("a", "x"), health.gauge("a", "x"));
    assertSame(health.part("source", "x"), health.part("source", "x"));
  }

  @Test
  void totalIsOverTheWholeNameOnly() {
    health.counter("a.b", "x").add(3);
    health.counter("a.b", "").increment();
    health.counter("a.bc", "x").add(100);
    assertEquals(4, health.total("a.b"));
    assertEquals(0, health.total("a"));
  }

  @Test
  void numbersAreSortedByNameThenPartAndCannotBePutIn() {
    health.counter("b", "");
    health.counter("a", "y");
    health.counter("a", "x");
    assertEquals(
        List.of(new Health.Key("a", "x"), new Health.Key("a", "y"), new Health.Key("b", "")),
        List.copyOf(health.counters().keySet()));
    Map<Health.Key, Counter> counters = health.counters();
    assertThrows(UnsupportedOperationException.class, counters::clear);
  }

  @Test
  void partIsStartingUntilItSaysOtherwise() {
    Part part = health.part("route", "cloud");
    assertEquals(Part.State.STARTING, part.state());
    assertEquals("", part.why());
    part.set(Part.State.DEGRADED, "no link");
    assertEquals(Part.State.DEGRADED, part.state());
    assertEquals("no link", part.why());
  }

  @Test
  void countsOfManyThreadsAreAllKept() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(() -> {
        for (int count = 0; count < 50_000; count++) {
          health.counter("a", "x").increment();
        }
      });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(200_000, health.counter("a", "x").value());
  }
}
