package dev.caravan.agent.source.serial;

import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;

/**
 * A port of a serial device server, its bytes as they are over TCP. A server that is gone without a word (power, cable) is
 * noticed after about 25 s by TCP's own keep-alive.
 */
final class TcpWire implements Wire {
  private static final int CONNECT_MS = 2_000;
  private static final int KEEP_ALIVE_IDLE_S = 10;
  private static final int KEEP_ALIVE_GAP_S = 5;
  private static final int KEEP_ALIVE_TIMES = 3;
  private static final long PAUSE_NS = 1_000_000;

  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer received = ByteBuffer.allocateDirect(8192).limit(0);
  private boolean hasEnded;

  private TcpWire(SocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Connects.
   *
   * @throws IOException if nobody is there within 2 s
   */
  static TcpWire open(PortAddress.TcpServer server) throws IOException {
    InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
    if (address.isUnresolved()) {
      throw OpenFailure.of(server, "no such host");
    }
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(address, CONNECT_MS);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_S);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_GAP_S);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_TIMES);
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new TcpWire(channel, selector);
    } catch (SocketTimeoutException e) {
      channel.close();
      throw OpenFailure.of(
          server,
          "no answer in " + CONNECT_MS + " ms; is the device server on, and the network up?");
    } catch (IOException e) {
      channel.close();
      throw OpenFailure.of(
          server, Words.reason(e) + "; is the device server on, and does it serve this port?");
    }
  }

  @Override
  public int available() {
    if (!received.hasRemaining()) {
      receive();
    }
    return received.hasRemaining() ? received.remaining() : hasEnded ? -1 : 0;
  }

  private void receive() {
    received.clear();
    try {
      hasEnded |= channel.read(received) < 0;
    } catch (IOException e) {
      hasEnded = true;
    }
    received.flip();
  }

  @Override
  public int read(byte[] buffer, int most) {
    int available = available();
    if (available == 0) {
      try {
        selector.select(SLICE_MS);
        selector.selectedKeys().clear();
      } catch (IOException | java.nio.channels.ClosedSelectorException e) {
        return -1;
      }
      available = available();
    }
    if (available <= 0) {
      return available;
    }
    int count = Math.min(available, Math.min(most, buffer.length));
    received.get(buffer, 0, count);
    return count;
  }

  @Override
  public int write(byte[] bytes) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        if (channel.write(left) == 0) {
          LockSupport.parkNanos(this, PAUSE_NS);
        }
      }
    } catch (IOException e) {
      return left.position();
    }
    return bytes.length;
  }

  @Override
  public boolean forgetsOnClose() {
    return false;
  }

  @Override
  public void close() {
    try (channel;
        selector) {
      selector.wakeup();
    } catch (IOException e) {
      // nobody is left who could do anything about it
      hasEnded = true;
    }
  }
}
