package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.TransmitList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaCanLibraryTest {
  /** ELF header, e_machine: x86-64 62, AArch64 183, ARM 40. */
  @ParameterizedTest
  @CsvSource({"amd64, 62", "x86_64, 62", "aarch64, 183", "arm, 40"})
  void everyMachineHasItsLibraryInTheJar(String machine, int code) throws IOException {
    String resource = JavaCanLibrary.resource(machine);
    try (var content = JavaCanLibrary.class.getResourceAsStream(resource)) {
      byte[] head = Objects.requireNonNull(content, resource).readNBytes(20);
      assertArrayEquals(new byte[] {0x7F, 'E', 'L', 'F'}, java.util.Arrays.copyOf(head, 4));
      assertEquals(code, head[18] & 0xFF);
    }
  }

  @Test
  void unknownMachineIsNamed() {
    assertEquals(
        "SocketCAN: no native library for os.arch=riscv64; want x86_64, aarch64 or arm (ARMv7, hard float),"
            + " or libjavacan-core.so named with -Djavacan.native.javacan-core.path",
        assertThrows(IOException.class, () -> JavaCanLibrary.resource("riscv64"))
            .getMessage());
  }

  @Test
  void nothingIsLeftBehindByLoading() throws IOException {
    JavaCanLibrary.load();
    JavaCanLibrary.load();
    assertEquals("", System.getProperty("javacan.native.javacan-core.path", ""));
    String line = Files.readString(Path.of("/proc/self/maps"))
        .lines()
        .filter(one -> one.contains("libjavacan-core.so"))
        .findFirst()
        .orElse("");
    assertTrue(line.contains("/caravan-native-") && line.endsWith("(deleted)"), line);
  }

  /** On a kernel without CAN as on one with it. */
  @Test
  void interfaceThatIsNotThereIsAnIoExceptionThatSaysSo() {
    SocketCanSettings settings = new SocketCanSettings(
        "can0", "nocan7", true, List.of(), new TransmitList(Set.of()), OptionalInt.empty());
    String message = String.valueOf(
        assertThrows(IOException.class, () -> KernelCanSocket.open(settings)).getMessage());
    assertTrue(
        message.startsWith("open nocan7: no interface of this name, can_interfaces=[")
            || message.equals("open nocan7: errno=97, Address family not supported by protocol;"
                + " the kernel has no CAN sockets, want modules can and can_raw"),
        message);
  }
}
