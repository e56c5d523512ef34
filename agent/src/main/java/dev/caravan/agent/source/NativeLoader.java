package dev.caravan.agent.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads the native code of one library, once in a program, from a place where no other user can put any: what the
 * library's own property names, a folder {@code native} beside the jar, or a new private folder, in this order; see
 * {@link NativeFolder}. An unpacked copy is deleted as soon as it is loaded.
 *
 * <p>Safe from any thread.
 */
public final class NativeLoader {
  /** What the property of a library names. */
  public enum Names {
    /** The file with the native code. */
    FILE,
    /** The folder that it lies in. */
    FOLDER
  }

  /** Which file of the jar serves this machine. */
  public interface Resource {
    /**
     * Its path in the jar.
     *
     * @throws IOException if there is none
     */
    String path() throws IOException;
  }

  private final String file;
  private final String property;
  private final Names names;

  // guarded by this
  private boolean isLoaded;

  /**
   * A loader of a library that is not yet loaded.
   *
   * @param property the one that the library looks at to find its file
   */
  public NativeLoader(String file, String property, Names names) {
    this.file = file;
    this.property = property;
    this.names = names;
  }

  /**
   * Loads the library, unless that was done before.
   *
   * @param initialize makes the library load its file; a {@link LinkageError} says that it cannot
   * @throws IOException if there is no file for this machine, or it cannot be loaded; it may be tried again
   */
  public synchronized void load(Resource resource, Runnable initialize) throws IOException {
    if (isLoaded) {
      return;
    }
    if (!System.getProperty(property, "").isEmpty()) {
      run(initialize);
    } else {
      Optional<NativeFolder> installed = NativeFolder.besideJar(file);
      try (NativeFolder folder = installed.isPresent()
          ? installed.get()
          : NativeFolder.unpack(resource.path(), property)) {
        Path library = folder.library();
        Path named = names == Names.FILE ? library : library.getParent();
        System.setProperty(property, String.valueOf(named));
        run(initialize);
      } finally {
        System.clearProperty(property);
      }
    }
    isLoaded = true;
  }

  private void run(Runnable initialize) throws IOException {
    try {
      initialize.run();
    } catch (LinkageError e) {
      throw new IOException(
          "load " + file + " from " + System.getProperty(property) + ": " + e.getMessage(), e);
    }
  }
}
