package dev.caravan.agent.source.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads jSerialComm's native library from a place where no other user can put one.
 *
 * <p>Left to itself the library unpacks into a folder below the temporary folder that anybody may have made before, and
 * loads what lies there. Here it comes, in this order, from the folder that the property {@code jSerialComm.library.path}
 * names; from a folder {@code native} beside the jar; or from a new folder of a random name that only this user may
 * enter, made below {@code XDG_RUNTIME_DIR}, the temporary folder or the home folder, whichever first allows programs.
 * An unpacked copy is deleted as soon as it is loaded.
 *
 * <p>Safe from any thread.
 */
final class NativeLibrary {
  private static final String FILE = "libjSerialComm.so";
  private static final String PATH_PROPERTY = "jSerialComm.library.path";
  private static final String APPLICATION_PROPERTY = "fazecast.jSerialComm.appid";

  private static final Object LOADING = new Object();

  /** A class of jSerialComm can be initialized only once in a program, so this is the program's, not an object's. */
  private static boolean isLoaded;

  private NativeLibrary() {}

  /**
   * Loads the library, unless that was done before.
   *
   * @throws IOException if there is none for this machine, or no folder that allows it to be loaded
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
    if (System.getProperty(PATH_PROPERTY, "").isEmpty()) {
      Path beside = besideJar();
      if (beside != null) {
        System.setProperty(PATH_PROPERTY, beside.toString());
      } else {
        Path folder = unpack(candidates(), resource());
        try {
          System.setProperty(PATH_PROPERTY, folder.toString());
          initialize();
        } finally {
          System.clearProperty(PATH_PROPERTY);
          delete(folder);
        }
        return;
      }
    }
    initialize();
  }

  private static void initialize() throws IOException {
    if (System.getProperty(APPLICATION_PROPERTY, "").isEmpty()) {
      // Should loading fail, jSerialComm falls back to a shared folder: let that be one nobody
      // knows.
      System.setProperty(APPLICATION_PROPERTY, "caravan-" + java.util.UUID.randomUUID());
    }
    try {
      SerialPort.getVersion();
    } catch (LinkageError e) {
      throw new IOException(
          "load " + FILE + " from " + System.getProperty(PATH_PROPERTY) + ": " + e.getMessage(), e);
    }
  }

  /** A folder of an installation: taken if only its owner, root or this user, may write there. */
  private static @org.jspecify.annotations.Nullable Path besideJar() {
    try {
      URI jar = NativeLibrary.class
          .getProtectionDomain()
          .getCodeSource()
          .getLocation()
          .toURI();
      Path folder = Path.of(jar).resolveSibling("native");
      Path library = folder.resolve(FILE);
      return Files.isRegularFile(library) && isPrivate(folder) && isPrivate(library)
          ? folder
          : null;
    } catch (java.net.URISyntaxException | IllegalArgumentException | IOException e) {
      return null;
    }
  }

  static boolean isPrivate(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode");
    int owner = (int) Files.getAttribute(path, "unix:uid");
    int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return (mode & 0022) == 0 && (owner == 0 || owner == user);
  }

  private static List<Path> candidates() {
    List<Path> folders = new ArrayList<>();
    for (String name : new String[] {
      System.getenv("XDG_RUNTIME_DIR"),
      System.getProperty("java.io.tmpdir"),
      System.getProperty("user.home")
    }) {
      if (name != null && !name.isEmpty() && Files.isDirectory(Path.of(name))) {
        folders.add(Path.of(name));
      }
    }
    return folders;
  }

  /** Puts the library into a new private folder below the first of some folders that allows programs. */
  static Path unpack(List<Path> below, String resource) throws IOException {
    List<String> refused = new ArrayList<>();
    for (Path parent : below) {
      Path folder = null;
      try {
        folder = Files.createTempDirectory(
            parent,
            "caravan-native-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path library = folder.resolve(FILE);
        try (InputStream content = SerialLine.class.getResourceAsStream(resource)) {
          if (content == null) {
            throw new IOException("no " + resource + " in the jar");
          }
          Files.copy(content, library);
        }
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("r-x------"));
        // false on a file system mounted noexec, whatever the mode says: access(2), EACCES
        if (Files.isExecutable(library)) {
          return folder;
        }
        refused.add(parent + " (mounted noexec)");
      } catch (IOException e) {
        refused.add(parent + " (" + e.getMessage() + ")");
      }
      if (folder != null) {
        delete(folder);
      }
    }
    throw new IOException("unpack " + FILE + ": no folder for it: "
        + String.join(", ", refused)
        + "; name one with -D"
        + PATH_PROPERTY);
  }

  private static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
    Files.deleteIfExists(folder);
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
