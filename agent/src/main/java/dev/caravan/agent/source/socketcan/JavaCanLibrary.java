package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.source.NativeLoader;
import java.io.IOException;
import java.util.Locale;
import tel.schich.javacan.JavaCAN;

/**
 * Loads JavaCAN's native library, from the folders of the system and of {@code java.library.path} if it is there, and
 * else as {@link NativeLoader} says; the property {@code javacan.native.javacan-core.path} names its file.
 *
 * <p>Safe from any thread.
 */
final class JavaCanLibrary {
  private static final String FILE = "libjavacan-core.so";
  private static final String PROPERTY = "javacan.native.javacan-core.path";

  /** A library is loaded once in a program, so this is the program's, not an object's. */
  private static final NativeLoader LOADER =
      new NativeLoader(FILE, PROPERTY, NativeLoader.Names.FILE);

  private JavaCanLibrary() {}

  /**
   * Loads the library, unless that was done before.
   *
   * @throws IOException if there is none for this machine, or it cannot be loaded; it may be tried again
   */
  static void load() throws IOException {
    LOADER.load(() -> resource(System.getProperty("os.arch")), JavaCAN::initialize);
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
