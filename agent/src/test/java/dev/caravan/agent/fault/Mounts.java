package dev.caravan.agent.fault;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** File systems that a test mounts; each goes with the leftovers. */
final class Mounts {
  private final String mount = Program.require("mount", "mount");
  private final String umount = Program.require("umount", "mount");
  private final Leftovers leftovers;

  Mounts(Leftovers leftovers) {
    this.leftovers = leftovers;
  }

  /** A file system in memory. */
  void memory(Path at, String size) throws IOException {
    Files.createDirectories(at);
    Program.run(mount, "-t", "tmpfs", "-o", "size=" + size, "caravan-faults", at.toString());
    leftovers.add(() -> away(at));
  }

  /** Makes an image and mounts it; {@code make} is the program with its options. */
  void image(Path file, long sizeBytes, Path at, String... make) throws IOException {
    Files.createDirectories(at);
    try (var image = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(sizeBytes);
    }
    String[] command = java.util.Arrays.copyOf(make, make.length + 1);
    command[make.length] = file.toString();
    Program.run(command);
    leftovers.add(() -> away(at));
    image(file, at);
  }

  /** Mounts an image that is there; its device goes with the mount. */
  void image(Path file, Path at) throws IOException {
    Program.run(mount, "-o", "loop", file.toString(), at.toString());
  }

  /** Lays a view of a directory over itself that cannot be written through. */
  void readOnly(Path directory, Path aside) throws IOException {
    Files.createDirectories(aside);
    Program.run(mount, "--bind", directory.toString(), aside.toString());
    try {
      Program.run(mount, "-o", "remount,bind,ro", aside.toString());
      Program.run(mount, "--bind", aside.toString(), directory.toString());
    } finally {
      Program.run(umount, aside.toString());
    }
  }

  /** Takes the uppermost mount of a place away, even where files in it are open. */
  void off(Path at) throws IOException {
    Program.run(umount, "--lazy", at.toString());
  }

  /** Takes it away at once, which needs that nobody uses it. */
  void offAtOnce(Path at) throws IOException {
    Program.run(umount, at.toString());
  }

  private void away(Path at) throws IOException {
    while (Files.readString(Path.of("/proc/self/mounts")).contains(" " + at)) {
      off(at);
    }
  }
}
