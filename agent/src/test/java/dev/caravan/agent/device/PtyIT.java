package dev.caravan.agent.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PtyIT {
  private final Path folder;

  PtyIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void everyByteValuePassesUnchangedBothWaysWithoutEcho() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    try (Pty pty = Pty.open();
        FileOutputStream out = new FileOutputStream(pty.slave().toFile());
        FileInputStream in = new FileInputStream(pty.slave().toFile())) {
      out.write(all);
      ByteBuffer received = ByteBuffer.allocate(1024);
      while (received.position() < 256) {
        assertTrue(pty.awaitInput(2_000));
        pty.read(received);
      }
      assertEquals(ByteBuffer.wrap(all), received.flip());
      assertEquals(256, pty.write(ByteBuffer.wrap(all)));
      byte[] read = new byte[256];
      for (int some = 0; some < 256; ) {
        some += in.read(read, some, 256 - some);
      }
      assertArrayEquals(all, read);
      assertFalse(pty.awaitInput(50)); // nothing comes back
    }
  }

  @Test
  void writingStopsWhenThePortIsFullAndGoesOnWhenItIsRead() throws IOException {
    try (Pty pty = Pty.open()) {
      ByteBuffer much = ByteBuffer.allocate(1 << 20);
      int taken = 0;
      for (int some = -1; some != 0; ) {
        some = pty.write(much);
        taken += some;
      }
      assertTrue(taken > 4_000 && taken < 200_000, "taken=" + taken);
      assertEquals(taken, pty.takeUnread());
      assertTrue(pty.write(much) > 0);
    }
  }

  @Test
  void nothingIsReadAndNothingFailsWhileNobodyHasThePortOpen() throws IOException {
    try (Pty pty = Pty.open()) {
      for (int i = 0; i < 3; i++) {
        try (FileOutputStream out = new FileOutputStream(pty.slave().toFile())) {
          out.write("x".getBytes(US_ASCII));
        }
        assertTrue(pty.awaitInput(2_000));
        assertEquals(1, pty.read(ByteBuffer.allocate(16)));
        assertEquals(0, pty.read(ByteBuffer.allocate(16)));
        assertFalse(pty.awaitInput(10));
      }
    }
  }

  @Test
  void leftOverLinkIsReplacedAndGoneAtTheEnd() throws IOException {
    Path link = folder.resolve("links/can0");
    Pty first = Pty.open();
    first.linkAs(link);
    assertEquals(first.slave(), Files.readSymbolicLink(link));
    try (Pty second = Pty.open()) {
      second.linkAs(link);
      assertEquals(second.slave(), Files.readSymbolicLink(link));
      first.close(); // the link is no longer its own
      assertTrue(Files.isSymbolicLink(link));
    }
    assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void realFilesAndForeignLinksAreNeverReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("can0"), "mine");
    Path foreign = Files.createSymbolicLink(folder.resolve("can1"), file);
    try (Pty pty = Pty.open()) {
      IOException refusal = assertThrows(IOException.class, () -> pty.linkAs(file));
      assertTrue(refusal.toString().contains("can0"));
      assertThrows(IOException.class, () -> pty.linkAs(foreign));
    }
    assertEquals("mine", Files.readString(file));
    assertEquals(file, Files.readSymbolicLink(foreign));
  }

  @Test
  void closingGivesEveryDescriptorBackAndTwiceIsFine() throws IOException {
    Pty.open().close(); // loads the library
    long before = descriptors();
    for (int i = 0; i < 50; i++) {
      Pty pty = Pty.open();
      assertEquals(before + 2, descriptors());
      pty.close();
      pty.close();
    }
    assertEquals(before, descriptors());
  }

  /** Those of terminals: the rest of the process opens and closes others meanwhile. */
  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(PtyIT::isTerminal).count();
    }
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pt");
    } catch (IOException e) {
      return false; // it is closed again
    }
  }
}
