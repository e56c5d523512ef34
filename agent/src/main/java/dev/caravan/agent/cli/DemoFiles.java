package dev.caravan.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A private folder for a demonstration, where its configuration is taken out of the jar; gone when closed. */
final class DemoFiles implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("demo.yaml", "dbc/nev.dbc", "dbc/truck.dbc", "vss/nev.yaml");

  private final Path folder;

  DemoFiles() throws IOException {
    folder = Files.createTempDirectory("caravan-demo-");
  }

  /** The demonstration's configuration, with all that it names. */
  Path config() throws IOException {
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (InputStream in = DemoFiles.class.getResourceAsStream("/config/" + name)) {
        if (in == null) {
          throw new IOException("not in the jar: config/" + name);
        }
        Files.copy(in, file);
      }
    }
    return folder.resolve(NAMES.get(0));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
