package dev.caravan.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The wall clock of a program, which a test sets while it runs; its monotonic clock is left alone. */
public final class FakeClock {
  private final Path offset;
  private final Path library;

  /** A clock that is right; it is kept in a file {@code offset} of the folder. Skips the test if there is no libfaketime. */
  public FakeClock(Path folder) throws IOException {
    this.offset = folder.resolve("offset");
    this.library = library();
    set("+0");
  }

  /** Sets it to so much before or after the right time, as in {@code -20400d}. */
  public void set(String to) throws IOException {
    Path fresh = offset.resolveSibling("offset.new");
    Files.writeString(fresh, to + "\n");
    Files.move(fresh, offset, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What puts a program under this clock. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_NO_CACHE", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "NO_FAKE_STAT", "1");
  }

  private static Path library() throws IOException {
    Program.require("faketime", "faketime");
    try (DirectoryStream<Path> machines = Files.newDirectoryStream(Path.of("/usr/lib"))) {
      for (Path machine : machines) {
        Path library = machine.resolve("faketime/libfaketimeMT.so.1");
        if (Files.exists(library)) {
          return library;
        }
      }
    }
    throw new IOException("no libfaketimeMT.so.1 below /usr/lib; want Debian's");
  }
}
