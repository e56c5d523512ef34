package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {
  private static final String RESOURCE = "/Linux/x86_64/libjSerialComm.so";

  private final Path folder;

  NativeFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static NativeFolder unpack(List<Path> below, String resource) throws IOException {
    return NativeFolder.unpack(below, resource, "some.property");
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }

  @Test
  void nobodyElseMayEnterTheFolder() throws IOException {
    NativeFolder made = unpack(List.of(folder), RESOURCE);
    Path library = made.library();
    Path own = parent(library);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
    assertEquals(
        "r-x------", PosixFilePermissions.toString(Files.getPosixFilePermissions(library)));
    assertTrue(NativeFolder.isPrivate(own) && NativeFolder.isPrivate(library));
    made.close();
    assertFalse(Files.exists(own));
  }

  @Test
  void aFolderThatOthersMayWriteIsNotTrusted() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertFalse(NativeFolder.isPrivate(folder));
  }

  @Test
  void aFolderThatCannotBeUsedIsPassedOverAndNamed() throws IOException {
    Path missing = folder.resolve("missing");
    Path made = parent(unpack(List.of(missing, folder), RESOURCE).library());
    assertEquals(folder, made.getParent());
    String message =
        String.valueOf(assertThrows(IOException.class, () -> unpack(List.of(missing), RESOURCE))
            .getMessage());
    assertTrue(
        message.startsWith("unpack libjSerialComm.so: no folder for it: " + missing + " ("),
        message);
  }
}
