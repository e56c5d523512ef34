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
    assertSame(health.counter(count("a"), "x"), health.counter(count("a"), "x"));
    assertNotSame(health.counter(count("a"), "x"), health.counter(count("a"), "y"));
    assertNotSame(health.counter(count("a"), "x"), health.counter(count("b"), "x"));
    assertSame(health.gauge(level("a"), "x"), health.gauge(level("a"), "x"));
    assertSame(health.part("source", "x"), health.part("source", "x"));
  }

  @Test
  void totalIsOverTheWholeNameOnly() {
    health.counter(count("a.b"), "x").add(3);
    health.counter(count("a.b"), "").increment();
    health.counter(count("a.bc"), "x").add(100);
    assertEquals(4, health.total(count("a.b")));
    assertEquals(0, health.total(count("a")));
  }

  @Test
  void numbersAreSortedByNameThenPartAndCannotBePutIn() {
    health.counter(count("b"), "");
    health.counter(count("a"), "y");
    health.counter(count("a"), "x");
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
          health.counter(count("a"), "x").increment();
        }
      });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(200_000, health.counter(count("a"), "x").value());
  }

  private static Metric.Count count(String name) {
    return new Metric.Count(name, Metric.Label.PART, "things", "things", "nothing");
  }

  private static Metric.Level level(String name) {
    return new Metric.Level(name, Metric.Label.PART, "things", "things", "nothing");
  }
}
