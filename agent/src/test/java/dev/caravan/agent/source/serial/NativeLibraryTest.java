package dev.caravan.agent.source.serial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
  private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};

  @ParameterizedTest
  @CsvSource({
    "amd64, false, x86_64",
    "x86_64, false, x86_64",
    "aarch64, false, armv8_64",
    "aarch64, true, armv8_64",
    "arm, true, armv6hf",
    "arm, false, armv5",
    "i386, false, x86",
    "ppc64le, false, ppc64le"
  })
  void everyMachineHasItsLibraryInTheJar(String machine, boolean isHardFloat, String name)
      throws IOException {
    String resource = NativeLibrary.resource("Linux", machine, isHardFloat);
    assertEquals("/Linux/" + name + "/libjSerialComm.so", resource);
    try (var content = NativeLibrary.class.getResourceAsStream(resource)) {
      assertArrayEquals(ELF, java.util.Objects.requireNonNull(content, resource).readNBytes(4));
    }
  }

  @Test
  void unknownMachineIsNamed() {
    String message = assertThrows(
            IOException.class, () -> NativeLibrary.resource("Linux", "riscv64", false))
        .getMessage();
    assertEquals(
        "serial ports: no native library for os.name=Linux, os.arch=riscv64;"
            + " want Linux on x86_64, aarch64, arm, x86 or ppc64le",
        message);
  }

  @Test
  void nothingIsLeftBehindByLoading() throws IOException {
    NativeLibrary.load();
    NativeLibrary.load();
    assertEquals("", System.getProperty("jSerialComm.library.path", ""));
    try (var left = Files.newDirectoryStream(
        Path.of(System.getProperty("java.io.tmpdir")), "caravan-native-*")) {
      String mapped = Files.readString(Path.of("/proc/self/maps"));
      String line = mapped
          .lines()
          .filter(one -> one.contains("libjSerialComm.so"))
          .findFirst()
          .orElse("");
      assertTrue(line.contains("/caravan-native-") && line.endsWith("(deleted)"), line);
      left.forEach(other -> assertFalse(line.contains(other.toString()), other.toString()));
    }
  }
}
