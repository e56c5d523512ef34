package dev.caravan.agent.source.serial;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that has a port open.
 *
 * @param pid its number
 * @param name its name as the kernel knows it, at most 15 characters
 */
public record PortHolder(long pid, String name) {
  /**
   * The processes that have a device file open, this one not among them. Sees those of this user only, unless run as root.
   *
   * @param device the file itself, not a link to it
   */
  public static List<PortHolder> of(Path device) {
    List<PortHolder> holders = new ArrayList<>();
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != self && holds(process, device)) {
          holders.add(
              new PortHolder(pid, Files.readString(process.resolve("comm")).strip()));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException | NumberFormatException e) {
      // a process that ends while it is looked at; what was found so far is as good as can be had
      return holders;
    }
    return holders;
  }

  private static boolean holds(Path process, Path device) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isLinkTo(descriptor, device)) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // another user's process, or one that has just ended
      return false;
    }
    return false;
  }

  private static boolean isLinkTo(Path descriptor, Path device) {
    try {
      return Files.readSymbolicLink(descriptor).equals(device);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + pid + ")";
  }
}
