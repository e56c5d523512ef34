package dev.caravan.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects what is wrong, so that all of it can be shown at once. One thread uses it, at start-up. */
public final class Faults {
  /** Of one file; more are counted. */
  static final int MOST_OF_A_FILE = 1000;

  /** One that shows what was found is cut at so many characters. */
  private static final int LONGEST = 1000;

  private final Kept found = new Kept("faults");
  private final Kept warnings = new Kept("warnings");
  private final Map<Path, SortedMap<String, SortedSet<String>>> known = new HashMap<>();

  /** Those of one kind: the first of each file by their lines, and how many each has. */
  private static final class Kept {
    private final String kind;
    private final Set<Fault> first = new LinkedHashSet<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    Kept(String kind) {
      this.kind = kind;
    }

    void add(String where, String what) {
      String shown = what.length() > LONGEST ? what.substring(0, LONGEST) + "…" : what;
      Fault fault = new Fault(where, shown);
      // a file that two keys name is read twice
      if (!first.contains(fault) && counts.merge(file(where), 1, Integer::sum) <= MOST_OF_A_FILE) {
        first.add(fault);
      }
    }

    /** 0 where there is none. */
    private static int line(String where) {
      String[] parts = where.substring(file(where).length()).split(":", -1);
      return parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
    }

    /** Without line and column. */
    private static String file(String where) {
      int end = where.length();
      while (end > 0 && Character.isDigit(where.charAt(end - 1))) {
        end--;
      }
      boolean isNumbered = end < where.length() && end > 0 && where.charAt(end - 1) == ':';
      return isNumbered ? file(where.substring(0, end - 1)) : where;
    }

    List<Fault> all() {
      Map<String, List<Fault>> byFile = new LinkedHashMap<>();
      for (Fault fault : first) {
        byFile.computeIfAbsent(file(fault.where()), any -> new ArrayList<>()).add(fault);
      }
      List<Fault> all = new ArrayList<>();
      for (List<Fault> ofFile : byFile.values()) {
        ofFile.sort(Comparator.comparingInt((Fault fault) -> line(fault.where())));
        all.addAll(ofFile);
      }
      counts.forEach((file, count) -> {
        if (count > MOST_OF_A_FILE) {
          all.add(new Fault(file, "and " + (count - MOST_OF_A_FILE) + " more " + kind));
        }
      });
      return List.copyOf(all);
    }
  }

  /** An empty collection. */
  public Faults() {}

  /** Adds one. */
  public void add(String where, String what) {
    found.add(where, what);
  }

  /** Adds something that is odd, was tolerated, and should be known. */
  public void warn(String where, String what) {
    warnings.add(where, what);
  }

  /** Those added so far, warnings not among them; of a file with very many the first, and how many more there are. */
  public List<Fault> found() {
    return found.all();
  }

  /** The warnings added so far, as {@link #found} gives faults. */
  public List<Fault> warnings() {
    return warnings.all();
  }

  /** How many were added so far of each file, in the order of their first, warnings not among them. */
  public Map<String, Integer> countsOfFound() {
    return Collections.unmodifiableMap(found.counts);
  }

  /** How many warnings were added so far of each file. */
  public Map<String, Integer> countsOfWarnings() {
    return Collections.unmodifiableMap(warnings.counts);
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
    if (!found.first.isEmpty()) {
      throw new ConfigException(found.all());
    }
  }
}
