package dev.caravan.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real files with the results of independent programs, which are not part of the project. Tests that read them are
 * skipped, and say so, where the folder named by the property {@code caravan.data} is absent.
 */
public final class ReferenceData {
  private ReferenceData() {}

  /** A file or folder below the reference data; skips the test if it is not there. */
  public static Path require(String name) {
    Path path = Path.of(System.getProperty("caravan.data", "../shared/data")).resolve(name);
    assumeTrue(
        Files.exists(path),
        () ->
            "skipped: no reference data at " + path + "; name its folder with -Dcaravan.data=DIR");
    return path;
  }
}
