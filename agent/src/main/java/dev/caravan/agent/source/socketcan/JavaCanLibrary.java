package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.source.NativeFolder;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import tel.schich.javacan.JavaCAN;

/**
 * Loads JavaCAN's native library. It comes, in this order, from the folders of the system and of
 * {@code java.library.path}; from the file that the property {@code javacan.native.javacan-core.path} names; from a
 * folder {@code native} beside the jar; or from the jar, unpacked as {@link NativeFolder} says.
 *
 * <p>Safe from any thread.
 */
final class JavaCanLibrary {
  private static final String FILE = "libjavacan-core.so";
  private static final String PROPERTY = "javacan.native.javacan-core.path";

  private static final Object LOADING = new Object();

  /** A library is loaded once in a program, so this is the program's, not an object's. */
  private static boolean isLoaded;

  private JavaCanLibrary() {}

  /**
   * Loads the library, unless that was done before.
   *
   * @throws IOException if there is none for this machine, or it cannot be loaded; it may be tried again
   */
  static void load() throws IOException {
    synchronized (LOADING) {
      if (!isLoaded) {
        loadOnce();
        isLoaded = true;
      }
    }
  }

  private static void loadOnce() throws IOException {
    if (!System.getProperty(PROPERTY, "").isEmpty()) {
      initialize();
      return;
    }
    Optional<NativeFolder> installed = NativeFolder.besideJar(FILE);
    try (NativeFolder folder = installed.isPresent()
        ? installed.get()
        : NativeFolder.unpack(resource(System.getProperty("os.arch")), PROPERTY)) {
      System.setProperty(PROPERTY, folder.library().toString());
      initialize();
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  private static void initialize() throws IOException {
    try {
      JavaCAN.initialize();
    } catch (LinkageError e) {
      throw new IOException(
          "load " + FILE + " from " + System.getProperty(PROPERTY) + ": " + e.getMessage(), e);
    }
  }

  /** The library in the jar for a machine, by what Java calls it. */
  static String resource(String machine) throws IOException {
    String folder = switch (machine.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "aarch64";
      case "arm", "armv7l", "aarch32" -> "armv7";
      default -> "";
    };
    if (folder.isEmpty()) {
      throw new IOException("SocketCAN: no native library for os.arch=" + machine
          + "; want x86_64, aarch64 or arm (ARMv7, hard float), or " + FILE + " named with -D"
          + PROPERTY);
    }
    return "/javacan/" + folder + "/native/" + FILE;
  }
}
