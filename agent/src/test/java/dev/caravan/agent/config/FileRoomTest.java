package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRoomTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static String refused(Path file, int most) {
    return String.valueOf(
        assertThrows(IOException.class, () -> FileRoom.read(file, most)).getMessage());
  }

  @Test
  void fileOfTheLongestLengthIsReadAndOneLongerIsRefusedWithBothSizes() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[3000]);
    assertEquals(3000, FileRoom.read(file, 3000).length);
    assertEquals("too long; want 1 KiB at most, got 2.9 KiB", refused(file, 1024));
    assertEquals(
        "cannot be read: want a file, got a device or a pipe", refused(Path.of("/dev/zero"), 3000));
    assertEquals("cannot be read: want a file, got a folder", refused(folder, 1024));
    assertEquals("no such file", refused(folder.resolve("none"), 1024));
  }

  /** To open a pipe that nobody writes to waits for ever. */
  @Test
  void pipeIsRefusedByItsNameAndReadWhereItWasHandedOver() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertEquals("cannot be read: want a file, got a device or a pipe", refused(pipe, 3000));
    assertTrue(FileRoom.isHandedOver(Path.of("/dev/fd/63")));
    assertTrue(FileRoom.isHandedOver(Path.of("/proc/self/fd/0")));
    assertFalse(FileRoom.isHandedOver(Path.of("/dev/zero")));
    assertFalse(FileRoom.isHandedOver(pipe));
  }

  @Test
  void whatDoesNotFitIntoTheMemoryIsAFaultOfTheFile() {
    Faults faults = new Faults();
    String read = FileRoom.orFault(Path.of("a.dbc"), faults, "nothing", () -> {
      throw new OutOfMemoryError();
    });
    assertEquals("nothing", read);
    List<Fault> found = faults.found();
    assertEquals("a.dbc", found.get(0).where());
    assertEquals("takes more memory than there is, ", found.get(0).what().substring(0, 33));
  }
}
