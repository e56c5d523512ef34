package dev.caravan.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects what is wrong, so that all of it can be shown at once. One thread uses it, at start-up. */
public final class Faults {
  private final List<Fault> found = new ArrayList<>();
  private final List<Fault> warnings = new ArrayList<>();
  private final Map<Path, SortedMap<String, SortedSet<String>>> known = new HashMap<>();

  /** An empty collection. */
  public Faults() {}

  /** Adds one. */
  public void add(String where, String what) {
    found.add(new Fault(where, what));
  }

  /** Adds something that is odd, was tolerated, and should be known. */
  public void warn(String where, String what) {
    warnings.add(new Fault(where, what));
  }

  /** Those added so far, warnings not among them. */
  public List<Fault> found() {
    return List.copyOf(found);
  }

  /** The warnings added so far. */
  public List<Fault> warnings() {
    return List.copyOf(warnings);
  }

  void addKnownKeys(Path file, String path, Set<String> keys) {
    known
        .computeIfAbsent(file, first -> new TreeMap<>())
        .computeIfAbsent(path.replaceAll("\\[\\d+\\]", "[]"), first -> new TreeSet<>())
        .addAll(keys);
  }

  /**
   * The keys that a reading of this file knew: of each mapping whose unknown keys were to be refused, by its path with
   * {@code []} in place of every list index ({@code sources[]}). What is written about the configuration is held
   * against it.
   */
  public SortedMap<String, SortedSet<String>> knownKeys(Path file) {
    return new TreeMap<>(known.getOrDefault(file, new TreeMap<>()));
  }

  /**
   * Goes on only if nothing is wrong.
   *
   * @throws ConfigException with everything added so far
   */
  public void throwIfAny() throws ConfigException {
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
  }
}
