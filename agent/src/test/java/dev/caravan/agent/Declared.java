package dev.caravan.agent;

import dev.caravan.agent.health.Metric;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every metric that the program declares, found by the name it has outside. */
public final class Declared {
  private static final List<Object> CONSTANTS = constants();
  private static final SortedMap<String, Metric> METRICS = metrics();

  private Declared() {}

  /** The counter of that name. */
  public static Metric.Count count(String name) {
    return (Metric.Count) named(name);
  }

  /** The gauge of that name. */
  public static Metric.Level level(String name) {
    return (Metric.Level) named(name);
  }

  private static Metric named(String name) {
    Metric metric = METRICS.get(name);
    if (metric == null) {
      throw new AssertionError("nobody declares " + name);
    }
    return metric;
  }

  /** All of them, by their names. */
  public static SortedMap<String, Metric> all() {
    return METRICS;
  }

  /** What they mean for single types of sources. */
  public static List<Metric.Note> notes() {
    return CONSTANTS.stream()
        .filter(Metric.Note.class::isInstance)
        .map(Metric.Note.class::cast)
        .toList();
  }

  private static SortedMap<String, Metric> metrics() {
    SortedMap<String, Metric> all = new TreeMap<>();
    for (Object constant : CONSTANTS) {
      if (constant instanceof Metric metric && all.put(metric.name(), metric) != null) {
        throw new AssertionError("declared twice: " + metric.name());
      }
    }
    return all;
  }

  private static List<Object> constants() {
    List<Object> found = new ArrayList<>();
    try {
      Path classes = Path.of(
          Metric.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<Path> files;
      try (Stream<Path> all = Files.walk(classes.resolve("dev/caravan/agent"))) {
        files = all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
      }
      for (Path file : files) {
        String path = classes.relativize(file).toString();
        String name =
            path.substring(0, path.length() - ".class".length()).replace(File.separatorChar, '.');
        Class<?> type = Class.forName(name, false, Metric.class.getClassLoader());
        for (Field field : type.getDeclaredFields()) {
          boolean isOne = Metric.class.isAssignableFrom(field.getType())
              || field.getType() == Metric.Note.class;
          if (isOne && Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            found.add(field.get(null));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException | ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return found;
  }
}
