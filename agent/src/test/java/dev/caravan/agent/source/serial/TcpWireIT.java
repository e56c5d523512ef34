package dev.caravan.agent.source.serial;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Serial lines over a serial device server on loopback. */
@Timeout(30)
class TcpWireIT {
  private final ServerSocket server;
  private final byte[] buffer = new byte[8192];

  TcpWireIT() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private SerialLine open() throws IOException {
    PortAddress address = new PortAddress.TcpServer("127.0.0.1", server.getLocalPort());
    return SerialLine.open(
        new SerialSettings(address, 9600, 8, SerialSettings.Parity.NONE, 1, Optional.empty()));
  }

  @Test
  void bytesPassUnchangedBothWays() throws IOException {
    try (SerialLine line = open();
        Socket far = server.accept()) {
      byte[] all = new byte[256];
      for (int i = 0; i < 256; i++) {
        all[i] = (byte) i;
      }
      far.getOutputStream().write(all);
      int count = 0;
      while (count < 256) {
        byte[] part = new byte[256];
        int read = line.read(part, 2000);
        assertTrue(read > 0);
        System.arraycopy(part, 0, buffer, count, read);
        count += read;
      }
      for (int i = 0; i < 256; i++) {
        assertEquals((byte) i, buffer[i]);
      }
      line.write("01 0C\r".getBytes(US_ASCII), 1000);
      assertEquals("01 0C\r", new String(far.getInputStream().readNBytes(6), US_ASCII));
      assertEquals(0, line.read(buffer, 20));
      assertEquals(0, line.read(buffer, 150));
    }
  }

  @Test
  void serverThatClosesIsNoticedByShortAndLongReads() throws IOException {
    for (int timeoutMs : new int[] {10, 5_000}) {
      try (SerialLine line = open()) {
        server.accept().close();
        await().until(() -> {
          try {
            return line.read(buffer, timeoutMs) < 0;
          } catch (IOException e) {
            assertEquals("read " + line.address() + ": device is gone", e.getMessage());
            return true;
          }
        });
      }
    }
  }

  @Test
  void nobodyThereIsSaidClearly() throws IOException {
    server.close();
    IOException refused = assertThrows(IOException.class, this::open);
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("open tcp://127.0.0.1:"),
        refused.getMessage());
  }

  @Test
  void farEndThatTakesNothingHangsNeitherWriteNorClose() throws IOException {
    SerialLine line = open();
    try (Socket far = server.accept()) {
      IOException stuck =
          assertThrows(IOException.class, () -> line.write(new byte[64 << 20], 300));
      assertEquals(
          "write " + line.address() + ": not taken in 300 ms; does the device read?",
          stuck.getMessage());
      line.close();
      assertTrue(far.isConnected());
    }
    await("the thread that was stuck ends")
        .until(() -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().contains(":" + server.getLocalPort())));
  }
}
