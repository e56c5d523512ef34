package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BrokerSocketTest {
  private static MqttSettings.Broker to(ServerSocket server) {
    return BrokerUrl.parse("tcp://127.0.0.1:" + server.getLocalPort(), List.of());
  }

  @Test
  void itSendsWithoutNaglesDelayAndKnowsWhenItWasHeardFrom() throws IOException {
    PahoThreads threads = new PahoThreads("test", why -> {});
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerSocket socket = new BrokerSocket(
            null, to(server), threads, new Incoming(), new AtomicLong(), bytes -> {})) {
      socket.connect(server.getLocalSocketAddress(), 1000);
      assertTrue(socket.getTcpNoDelay());
      long connectedNs = socket.aliveNs();
      try (Socket peer = server.accept()) {
        peer.getOutputStream().write(7);
        assertEquals(7, socket.getInputStream().read());
      }
      assertTrue(socket.aliveNs() > connectedNs);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anEarlyEndIsHeldBackUntilTheThreadsHaveStarted() throws Exception {
    PahoThreads threads = new PahoThreads("test", why -> {});
    CountDownLatch starting = new CountDownLatch(1);
    Future<Boolean> first = threads.submit(() -> {
      starting.await();
      return true;
    });
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerSocket socket = new BrokerSocket(
            null, to(server), threads, new Incoming(), new AtomicLong(), bytes -> {})) {
      socket.connect(server.getLocalSocketAddress(), 1000);
      server.accept().close();
      Future<Integer> end = threads.submit(() -> socket.getInputStream().read());
      assertThrows(
          java.util.concurrent.TimeoutException.class,
          () -> end.get(300, java.util.concurrent.TimeUnit.MILLISECONDS));
      starting.countDown();
      assertTrue(first.get());
      assertEquals(-1, end.get(5, java.util.concurrent.TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aCutSocketFailsItsReader() throws Exception {
    PahoThreads threads = new PahoThreads("test", why -> {});
    threads.submit(() -> true).get();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerSocket socket = new BrokerSocket(
            null, to(server), threads, new Incoming(), new AtomicLong(), bytes -> {})) {
      socket.connect(server.getLocalSocketAddress(), 1000);
      Future<Integer> end = threads.submit(() -> socket.getInputStream().read());
      socket.cut();
      assertThrows(java.util.concurrent.ExecutionException.class, end::get);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aCutSocketDoesNotConnect() throws Exception {
    PahoThreads threads = new PahoThreads("test", why -> {});
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerSocket socket = new BrokerSocket(
            null, to(server), threads, new Incoming(), new AtomicLong(), bytes -> {})) {
      socket.cut();
      InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
      assertThrows(IOException.class, () -> socket.connect(there, 1000));
    } finally {
      threads.shutdownNow();
    }
  }
}
