package dev.caravan.agent.security;

import dev.caravan.agent.config.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Whether others can read the file of a secret. */
final class Exposure {
  private Exposure() {}

  /** Warns at a key whose file every user of this machine can read. */
  static void check(Node node, Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        node.warn("every user of this machine can read " + file + "; want chmod 640 or less");
      }
    } catch (IOException | UnsupportedOperationException e) {
      // it is not there, which is a fault of its own, or the file system has no such rights
    }
  }
}
