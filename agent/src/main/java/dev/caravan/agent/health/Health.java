package dev.caravan.agent.health;

import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Every number and state of one agent. Safe from any thread; asking twice for one gives the same.
 *
 * <p>A {@link Metric} says what is counted; its {@link Key#part()} says where, as the name of a source or route, and is empty where
 * there is only one.
 */
public final class Health {
  /** What a number is called: its name and the source or route it belongs to. */
  public record Key(String name, String part) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : part.compareTo(other.part);
    }
  }

  private final ConcurrentNavigableMap<Key, Counter> counters = new ConcurrentSkipListMap<>();
  private final Map<Key, Gauge> gauges = new ConcurrentSkipListMap<>();
  private final Map<Key, Part> parts = new ConcurrentSkipListMap<>();

  /** The counter of that metric for that source or route. */
  public Counter counter(Metric.Count metric, String part) {
    return counters.computeIfAbsent(new Key(metric.name(), part), key -> new Counter(metric));
  }

  /** The faults of the program that a part survives, counted as {@code bugs}; each call begins to tell them anew. */
  public Bugs bugs(String part) {
    return new Bugs(part, counter(SharedMetrics.BUGS, part));
  }

  /** The gauge of that metric for that source or route. */
  public Gauge gauge(Metric.Level metric, String part) {
    return gauges.computeIfAbsent(new Key(metric.name(), part), key -> new Gauge(metric));
  }

  /** The state of a part; {@code kind} is {@code source} or {@code route}. */
  public Part part(String kind, String name) {
    return parts.computeIfAbsent(new Key(kind, name), key -> new Part());
  }

  /** The sum of the counters of one metric over all parts. */
  public long total(Metric.Count metric) {
    long sum = 0;
    for (var entry : counters.tailMap(new Key(metric.name(), "")).entrySet()) {
      if (!entry.getKey().name().equals(metric.name())) {
        break;
      }
      sum += entry.getValue().value();
    }
    return sum;
  }

  /** All counters, sorted by name, then part; a view that goes on changing. */
  public Map<Key, Counter> counters() {
    return java.util.Collections.unmodifiableMap(counters);
  }

  /** All gauges, sorted by name, then part; a view that goes on changing. */
  public Map<Key, Gauge> gauges() {
    return java.util.Collections.unmodifiableMap(gauges);
  }

  /** All parts, sorted by kind, then name; a view that goes on changing. */
  public Map<Key, Part> parts() {
    return java.util.Collections.unmodifiableMap(parts);
  }
}
