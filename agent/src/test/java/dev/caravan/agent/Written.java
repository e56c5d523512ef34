package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the project that follows from the code: compared with it, and with {@code -Dwrite} written anew. */
public final class Written {
  private Written() {}

  /** Holds a file against what it should be. */
  public static void check(Path file, String wanted) throws IOException {
    if (System.getProperty("write") != null) {
      Files.writeString(file, wanted);
    }
    assertEquals(
        wanted,
        Files.readString(file),
        file + " is to be written anew: run this test with -Dwrite");
  }
}
