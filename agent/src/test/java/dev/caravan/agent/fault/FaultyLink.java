package dev.caravan.agent.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP wire to a port of this machine that can be slowed down, held, cut, led elsewhere, and deafened in one direction. Safe from any
 * thread.
 */
final class FaultyLink implements AutoCloseable {
  private static final int CHUNK_BYTES = 4096;
  private static final long HOLD_NS = 10_000_000L;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int to;
  private volatile long delayNs;
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile boolean losesOutgoing;
  private volatile boolean losesIncoming;
  private volatile boolean isHeld;
  private volatile boolean isDown;

  FaultyLink(int to) throws IOException {
    this.to = to;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How long what is sent takes, in each direction. */
  void delayNs(long delay) {
    delayNs = delay;
  }

  /** How much passes in each direction; {@link Long#MAX_VALUE} for no limit. */
  void bytesPerSecond(long rate) {
    bytesPerSecond = rate;
  }

  /** Where connections that are made from now on lead to. */
  void to(int port) {
    to = port;
  }

  /** Whether what goes to the far side gets lost, while what comes from there still comes. */
  void losesOutgoing(boolean on) {
    losesOutgoing = on;
  }

  /** Whether what comes from the far side gets lost, while what goes there still arrives. */
  void losesIncoming(boolean on) {
    losesIncoming = on;
  }

  /** Whether what is under way waits; it goes on afterwards, unless the connection was cut meanwhile. */
  void hold(boolean on) {
    isHeld = on;
  }

  /** Whether there is nothing at the other end: cuts what is there, and every connection at once. */
  void down(boolean on) {
    isDown = on;
    if (on) {
      cut();
    }
  }

  /** Cuts every connection. */
  void cut() {
    open.forEach(FaultyLink::close);
    open.clear();
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "link");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        if (isDown) {
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(near);
        open.add(far);
        daemon(() -> pump(near, far, true));
        daemon(() -> pump(far, near, false));
      } catch (IOException e) {
        // nobody is there, or this is closed
      }
    }
  }

  private void pump(Socket from, Socket into, boolean isOut) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (from;
        into) {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      for (int got = read(in, chunk); got >= 0; got = read(in, chunk)) {
        pass(delayNs);
        if (bytesPerSecond < Long.MAX_VALUE) {
          pass(got * 1_000_000_000L / bytesPerSecond);
        }
        while (isHeld && !into.isClosed()) {
          pass(HOLD_NS);
        }
        if (!(isOut ? losesOutgoing : losesIncoming)) {
          out.write(chunk, 0, got);
        }
      }
    } catch (IOException e) {
      // cut, or ended by one of its ends
    }
  }

  /** As much as passes in an eighth of a second, at most a chunk. */
  private int read(InputStream in, byte[] chunk) throws IOException {
    return in.read(chunk, 0, (int) Math.min(chunk.length, Math.max(1, bytesPerSecond / 8)));
  }

  private static void pass(long ns) {
    long untilNs = System.nanoTime() + ns;
    for (long restNs = ns; restNs > 0; restNs = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(restNs);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is closed then
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
