package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedSocketTest {
  /** Headers are 52 bytes; a segment carries 1448, and two of them have one acknowledgement. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 105", "1448, 1552", "1449, 1605", "2896, 3052", "2897, 3157", "4344, 4604"
  })
  void whatIsSentCostsItsSegmentsAndTheirAcknowledgements(long bytes, long cost) {
    assertEquals(cost, CountedSocket.costBytes(bytes));
  }

  @Test
  void whatIsSentAndReceivedIsCountedOnce() throws IOException {
    AtomicLong cost = new AtomicLong();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CountedSocket socket = new CountedSocket(cost::addAndGet)) {
      socket.connect(server.getLocalSocketAddress(), 5000);
      long connected = cost.get();
      assertEquals(364, connected);
      try (Socket far = server.accept()) {
        socket.getOutputStream().write(new byte[1000]);
        far.getInputStream().readNBytes(1000);
        assertEquals(connected + 1000 + 104, cost.get());
        byte[] answer = {1, 2, 3, 4};
        far.getOutputStream().write(answer);
        byte[] got = new byte[4];
        for (int i = 0; i < got.length; i++) {
          got[i] = (byte) socket.getInputStream().read();
        }
        assertArrayEquals(answer, got);
        assertEquals(connected + 1000 + 104 + 4 + 104, cost.get(), "byte by byte costs no more");
        assertSame(socket.getInputStream(), socket.getInputStream());
      }
      assertEquals(-1, socket.getInputStream().read());
      assertTrue(cost.get() < 3000);
    }
  }

  @Test
  void aWriteFailsOnceTheReaderHasMetTheEnd() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CountedSocket socket = new CountedSocket(bytes -> {})) {
      socket.connect(server.getLocalSocketAddress(), 5000);
      Socket far = server.accept();
      far.setSoLinger(true, 0);
      far.close();
      socket.readerStarts();
      CompletableFuture<IOException> failure = CompletableFuture.supplyAsync(() -> {
        try {
          OutputStream out = socket.getOutputStream();
          while (true) {
            out.write(0);
          }
        } catch (IOException e) {
          return e;
        }
      });
      assertThrows(TimeoutException.class, () -> failure.get(300, TimeUnit.MILLISECONDS));
      socket.readerEnded();
      assertNotNull(failure.get(2, TimeUnit.SECONDS));
    }
  }
}
