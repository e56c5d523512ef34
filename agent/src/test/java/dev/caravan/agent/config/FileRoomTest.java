package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    assertEquals("too long; want 2.9 KiB at most", refused(Path.of("/dev/zero"), 3000));
    assertEquals("cannot be read: want a file, got a folder", refused(folder, 1024));
    assertEquals("no such file", refused(folder.resolve("none"), 1024));
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
