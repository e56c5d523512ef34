package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many bytes were written, by two counters of the kernel: {@code write_bytes} in {@code /proc/self/io}, the pages that
 * this process made the kernel write, and the sectors in {@code /sys/dev/block/MAJOR:MINOR/stat}, all that reached the
 * device: with the journal of the file system, and with whatever else runs on the machine.
 *
 * @param process of this process alone, without the journal
 * @param device of the whole machine
 */
record WrittenBytes(long process, long device) {
  private static final int SECTOR_BYTES = 512;

  /** Now, for the device that a directory lies on, after everything on the way has been written. */
  static WrittenBytes at(Path dir) throws IOException {
    try {
      new ProcessBuilder("sync").start().waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    long process = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
      if (line.startsWith("write_bytes: ")) {
        process = Long.parseLong(line.substring(13));
      }
    }
    long device = ((Number) Files.getAttribute(dir, "unix:dev")).longValue();
    long major = device >> 8 & 0xFFF;
    long minor = device & 0xFF | device >> 12 & 0xFFF00;
    Path stat = Path.of("/sys/dev/block/" + major + ":" + minor + "/stat");
    String[] fields = Files.exists(stat)
        ? Files.readString(stat).trim().split(" +", -1)
        : "0 0 0 0 0 0 0".split(" ", -1);
    return new WrittenBytes(process, Long.parseLong(fields[6]) * SECTOR_BYTES);
  }

  WrittenBytes since(WrittenBytes earlier) {
    return new WrittenBytes(process - earlier.process, device - earlier.device);
  }

  WrittenBytes plus(WrittenBytes other) {
    return new WrittenBytes(process + other.process, device + other.device);
  }
}
