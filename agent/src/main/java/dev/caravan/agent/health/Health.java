package dev.caravan.agent.health;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Every named number and state of one agent. Safe from any thread; asking twice for one name gives the same number.
 *
 * <p>A number's name says what is counted ({@code source.malformed}); its {@link Key#part()} says where, as the name of
 * a source or route, and is empty where there is only one.
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

  private final Map<Key, Counter> counters = new ConcurrentSkipListMap<>();
  private final Map<Key, Gauge> gauges = new ConcurrentSkipListMap<>();
  private final Map<Key, Part> parts = new ConcurrentSkipListMap<>();

  /** The counter of that name for that source or route. */
  public Counter counter(String name, String part) {
    return counters.computeIfAbsent(new Key(name, part), key -> new Counter());
  }

  /** The faults of the program that a part survives, counted as {@code bugs}; each call begins to tell them anew. */
  public Bugs bugs(String part) {
    return new Bugs(part, counter("bugs", part));
  }

  /** The gauge of that name for that source or route. */
  public Gauge gauge(String name, String part) {
    return gauges.computeIfAbsent(new Key(name, part), key -> new Gauge());
  }

  /** The state of a part; {@code kind} is {@code source} or {@code route}. */
  public Part part(String kind, String name) {
    return parts.computeIfAbsent(new Key(kind, name), key -> new Part());
  }

  /** The sum of the counters of one name over all parts. */
  public long total(String name) {
    long sum = 0;
    for (var entry : counters.entrySet()) {
      if (entry.getKey().name().equals(name)) {
        sum += entry.getValue().value();
      }
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
