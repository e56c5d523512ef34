package dev.caravan.agent.config;

import dev.caravan.agent.health.Words;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How much of the memory the files of a configuration may take, so that a file that is far too large is refused in words
 * whatever {@code -Xmx} is. What a shell hands over as a pipe gives its content once, so it is kept, once for this process
 * as its descriptors are. Any thread.
 */
public final class FileRoom {
  private static final int UNIT = 1024;
  private static final Pattern HANDED_OVER =
      Pattern.compile("/dev/stdin|(/dev|/proc/self)/fd/\\d+");

  private static final Set<String> STDIN = Set.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");
  private static final Map<Path, byte[]> PIPES = new HashMap<>();

  private FileRoom() {}

  /** So much at most, and on a small heap one for so many bytes of it: {@code share} 3 is a third of its bytes. */
  public static int most(int much, int share) {
    return (int) Math.min(much, Runtime.getRuntime().maxMemory() / share);
  }

  /**
   * The bytes of a file.
   *
   * @param most so many at most
   *
   * @throws IOException if it cannot be read or is larger; the message says why, and does not name the file
   */
  public static byte[] read(Path file, int most) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new IOException("cannot be read: want a file, got a folder");
      }
      boolean isSized = Files.isRegularFile(file);
      if (Files.exists(file) && !isSized && !isHandedOver(file)) {
        throw new IOException("cannot be read: want a file, got a device or a pipe");
      }
      long size = isSized ? Files.size(file) : 0;
      byte[] content =
          size > most ? new byte[0] : isSized ? Files.readAllBytes(file) : piped(file, most + 1);
      if (Math.max(size, content.length) > most) {
        throw new IOException(
            "too long; want " + words(most) + " at most" + (isSized ? ", got " + words(size) : ""));
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new IOException("no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("cannot be read, permission denied", e);
    } catch (FileSystemException e) {
      throw new IOException("cannot be read, " + Words.reason(e), e);
    }
  }

  /**
   * Whether it is a file that can be read, or what was handed over: nothing else, for a pipe may block for ever, and a
   * device may have no end.
   */
  public static boolean isFile(Path path) {
    return (Files.isRegularFile(path) || isHandedOver(path)) && Files.isReadable(path);
  }

  /** Why nothing can be read from a path, in words that name it; nothing if something can. */
  public static Optional<String> flaw(Path path) {
    if (!Files.exists(path)) {
      return Optional.of("no such file: " + path);
    }
    if (Files.isDirectory(path)) {
      return Optional.of("want a file, got a folder: " + path);
    }
    if (!Files.isRegularFile(path) && !isHandedOver(path)) {
      // it may block for ever, or have no end
      return Optional.of("want a file, got a device or a pipe: " + path);
    }
    return Files.isReadable(path)
        ? Optional.empty()
        : Optional.of("cannot be read, permission denied: " + path);
  }

  /** Whether it names what this process was started with open, as a shell does for {@code <(…)}; opening it waits for nobody. */
  public static boolean isHandedOver(Path path) {
    return HANDED_OVER.matcher(path.toString()).matches();
  }

  private static synchronized byte[] piped(Path file, int bytes) throws IOException {
    byte[] content = PIPES.get(file);
    if (content == null) {
      // what is opened anew waits for a writer, who may be gone
      try (InputStream in = STDIN.contains(file.toString())
          ? new BufferedInputStream(new FileInputStream(FileDescriptor.in))
          : Files.newInputStream(file)) {
        content = in.readNBytes(bytes);
      }
      PIPES.put(file, content);
    }
    return content.clone();
  }

  /** A number of bytes, {@code 21.3 MiB}. */
  public static String words(long bytes) {
    String[] units = {" bytes", " KiB", " MiB", " GiB"};
    int unit = 0;
    long scale = 1;
    while (unit + 1 < units.length && bytes >= scale * UNIT) {
      scale *= UNIT;
      unit++;
    }
    long tenths = bytes * 10 / scale;
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + units[unit];
  }

  /**
   * Reads a file; a fault, and {@code otherwise}, where what is made of it does not fit into the memory. The last resort:
   * it keeps nothing of what was read.
   */
  public static <T> T orFault(Path file, Faults faults, T otherwise, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (OutOfMemoryError e) {
      faults.add(file.toString(), tooLarge());
    } catch (StackOverflowError e) {
      faults.add(file.toString(), "nested too deep to be read");
    }
    return otherwise;
  }

  /** What is said where the memory is not enough. */
  public static String tooLarge() {
    return "takes more memory than there is, " + words(Runtime.getRuntime().maxMemory())
        + "; want a smaller file, or a larger -Xmx";
  }
}
