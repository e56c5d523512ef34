package dev.caravan.agent.uplink;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds at a moment when nothing is under way.
 *
 * @param threads live ones
 * @param descriptors open files and sockets
 * @param heapBytes in use after a collection
 */
record Footprint(int threads, int descriptors, long heapBytes) {
  static Footprint now() throws IOException {
    // twice: the first one lets references be cleared, the second takes what they held
    System.gc();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return new Footprint(threadCount(), (int) open.count(), heap);
    }
  }

  static int threadCount() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /** Open files and sockets. */
  static int descriptorCount() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }
}
