package dev.caravan.agent.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.nativ.JLineNativeLoader;

/**
 * Loads the native library once. Unless {@code library.jline.path} names a folder that has it, the library is unpacked
 * into a folder that only this user can read and that is gone again once it is loaded, so that no other user of the
 * machine can put a library of his own in its place.
 */
final class PtyLibrary {
  private static final String UNPACK_PROPERTY = "jline.tmpdir";

  private static boolean loaded;

  private PtyLibrary() {}

  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    String before = System.getProperty(UNPACK_PROPERTY);
    Path folder = Files.createTempDirectory("caravan-pty-"); // mode 0700
    try {
      System.setProperty(UNPACK_PROPERTY, folder.toString());
      JLineNativeLoader.initialize();
      loaded = true;
    } catch (IllegalStateException | LinkageError e) {
      throw new IOException(
          "load the pty library: os=" + System.getProperty("os.name") + ", arch="
              + System.getProperty("os.arch") + ": " + e.getMessage(),
          e);
    } finally {
      if (before == null) {
        System.clearProperty(UNPACK_PROPERTY);
      } else {
        System.setProperty(UNPACK_PROPERTY, before);
      }
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
