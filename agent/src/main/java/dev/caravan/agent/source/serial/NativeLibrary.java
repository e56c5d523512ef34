package dev.caravan.agent.source.serial;

import com.fazecast.jSerialComm.SerialPort;
import dev.caravan.agent.source.NativeLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Loads jSerialComm's native library from a place where no other user can put one.
 *
 * <p>Left to itself the library unpacks into a folder below the temporary folder that anybody may have made before, and
 * loads what lies there. Here it comes as {@link NativeLoader} says; the property {@code jSerialComm.library.path} names
 * its folder.
 *
 * <p>Safe from any thread.
 */
final class NativeLibrary {
  private static final String FILE = "libjSerialComm.so";
  private static final String PATH_PROPERTY = "jSerialComm.library.path";
  private static final String APPLICATION_PROPERTY = "fazecast.jSerialComm.appid";

  /** A class of jSerialComm can be initialized only once in a program, so this is the program's, not an object's. */
  private static final NativeLoader LOADER =
      new NativeLoader(FILE, PATH_PROPERTY, NativeLoader.Names.FOLDER);

  /** Whoever holds a port open, and the end of the program. */
  private static final Phaser OPEN_PORTS = new Phaser(1);

  private static final long LONGEST_END_S = 10;

  private NativeLibrary() {}

  /**
   * Loads the library, unless that was done before.
   *
   * @throws IOException if there is none for this machine, or no folder that allows it to be loaded
   */
  static void load() throws IOException {
    LOADER.load(NativeLibrary::resource, NativeLibrary::initialize);
  }

  private static void initialize() {
    if (System.getProperty(APPLICATION_PROPERTY, "").isEmpty()) {
      // Should loading fail, jSerialComm falls back to a shared folder: let that be one nobody
      // knows.
      System.setProperty(APPLICATION_PROPERTY, "caravan-" + java.util.UUID.randomUUID());
    }
    // jSerialComm closes all ports as soon as a program is told to end; those who read them do that
    SerialPort.addShutdownHook(new Thread(NativeLibrary::awaitPortsClosed, "ports"));
  }

  private static void awaitPortsClosed() {
    try {
      OPEN_PORTS.awaitAdvanceInterruptibly(
          OPEN_PORTS.arriveAndDeregister(), LONGEST_END_S, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      // whoever still reads has had its time
      Thread.currentThread().interrupt();
    }
  }

  /** A port is open. */
  static void opened() {
    var unused = OPEN_PORTS.register();
  }

  /** It is closed. */
  static void closed() {
    var unused = OPEN_PORTS.arriveAndDeregister();
  }

  private static String resource() throws IOException {
    return resource(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Files.exists(Path.of("/lib/ld-linux-armhf.so.3")));
  }

  /** The library for a machine, by what Java calls it. 32-bit hard float is served by the one for ARMv6 and up. */
  static String resource(String system, String machine, boolean isHardFloat) throws IOException {
    String name = machine.toLowerCase(Locale.ROOT);
    String folder = switch (name) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "armv8_64";
      case "arm", "armv6l", "armv7l", "aarch32" -> isHardFloat ? "armv6hf" : "armv5";
      case "i386", "i486", "i586", "i686", "x86" -> "x86";
      case "ppc64le" -> "ppc64le";
      default -> "";
    };
    if (folder.isEmpty() || !system.toLowerCase(Locale.ROOT).contains("linux")) {
      throw new IOException("serial ports: no native library for os.name="
          + system
          + ", os.arch="
          + machine
          + "; want Linux on x86_64, aarch64, arm, x86 or ppc64le");
    }
    return "/Linux/" + folder + "/" + FILE;
  }
}
