package dev.caravan.agent.source;

import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder with a native library in it that no other user can have put there: the folder {@code native} beside the jar,
 * or a new one of a random name that only this user may enter, made below {@code XDG_RUNTIME_DIR}, the temporary folder
 * or the home folder, whichever first allows programs. An unpacked library is deleted when this is closed, which may be
 * as soon as it is loaded.
 *
 * <p>One thread.
 */
final class NativeFolder implements AutoCloseable {
  private final Path library;
  private final boolean isUnpacked;

  private NativeFolder(Path library, boolean isUnpacked) {
    this.library = library;
    this.isUnpacked = isUnpacked;
  }

  /** The library. */
  Path library() {
    return library;
  }

  /** The folder of an installation; empty unless only its owner, root or this user, may write there. */
  static Optional<NativeFolder> besideJar(String file) {
    try {
      URI jar =
          NativeFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path folder = Path.of(jar).resolveSibling("native");
      Path library = folder.resolve(file);
      return Files.isRegularFile(library) && isPrivate(folder) && isPrivate(library)
          ? Optional.of(new NativeFolder(library, false))
          : Optional.empty();
    } catch (java.net.URISyntaxException | IllegalArgumentException | IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Unpacks a library of the jar.
   *
   * @param resource where it lies in the jar, {@code /Linux/x86_64/libx.so}
   * @param property the one that names another place, for the message
   * @throws IOException if the jar has no such library, or no folder allows it to be loaded
   */
  static NativeFolder unpack(String resource, String property) throws IOException {
    return unpack(candidates(), resource, property);
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
  static NativeFolder unpack(List<Path> below, String resource, String property)
      throws IOException {
    String file = resource.substring(resource.lastIndexOf('/') + 1);
    List<String> refused = new ArrayList<>();
    for (Path parent : below) {
      Path folder = null;
      try {
        folder = Files.createTempDirectory(
            parent,
            "caravan-native-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path library = folder.resolve(file);
        try (InputStream content = NativeFolder.class.getResourceAsStream(resource)) {
          if (content == null) {
            throw new IOException("no " + resource + " in the jar");
          }
          Files.copy(content, library);
        }
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("r-x------"));
        // false on a file system mounted noexec, whatever the mode says: access(2), EACCES
        if (Files.isExecutable(library)) {
          return new NativeFolder(library, true);
        }
        refused.add(parent + " (mounted noexec)");
      } catch (IOException e) {
        refused.add(parent + " (" + Words.reason(e) + ")");
      }
      if (folder != null) {
        delete(folder.resolve(file));
      }
    }
    throw new IOException("unpack " + file + ": no folder for it: " + String.join(", ", refused)
        + "; name one with -D" + property);
  }

  static boolean isPrivate(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode");
    int owner = (int) Files.getAttribute(path, "unix:uid");
    int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return (mode & 0022) == 0 && (owner == 0 || owner == user);
  }

  private static void delete(Path library) throws IOException {
    Files.deleteIfExists(library);
    Path folder = library.getParent();
    if (folder != null) {
      Files.deleteIfExists(folder);
    }
  }

  @Override
  public void close() throws IOException {
    if (isUnpacked) {
      delete(library);
    }
  }
}
