package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An interface of the kernel that a test plays. */
final class FakeCanSocket implements CanSocket {
  private record Datagram(Bytes bytes, long stampNs, int drops) {}

  private final Deque<Datagram> waiting = new ArrayDeque<>();
  private final List<Bytes> sent = new ArrayList<>();

  // what the kernel says of itself
  boolean isDown;
  boolean isQueueFull;
  boolean hasFd = true;
  long clockNs;
  int opened;
  int closed;

  /** As an opener: the one interface there is, which may be missing. */
  CanSocket open(SocketCanSettings settings) throws IOException {
    if (isDown) {
      throw new IOException("open " + settings.networkInterface() + ": interface is down");
    }
    opened++;
    return this;
  }

  /** A frame as the kernel lays it out: id, length, flags, two bytes, payload. */
  static byte[] frame(int size, int id, int length, int flags, int... payload) {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    bytes.putInt(id).put((byte) length).put((byte) flags).putShort((short) 0);
    for (int value : payload) {
      bytes.put((byte) value);
    }
    return bytes.array();
  }

  void arrive(long stampNs, int drops, byte[] bytes) {
    waiting.add(new Datagram(Bytes.of(bytes, 0, bytes.length), stampNs, drops));
  }

  void arrive(byte[] bytes) {
    arrive(0, 0, bytes);
  }

  List<Bytes> sent() {
    return sent;
  }

  @Override
  public void receive(Datagrams into) throws IOException {
    while (!into.isFull() && !waiting.isEmpty()) {
      Datagram one = waiting.remove();
      ByteBuffer slot = into.next();
      byte[] bytes = one.bytes.toArray();
      slot.put(bytes, 0, Math.min(bytes.length, slot.remaining()));
      into.add(bytes.length, one.stampNs, one.drops);
    }
    if (isDown) {
      throw new IOException("read can0: errno=100, Network is down");
    }
  }

  @Override
  public boolean send(ByteBuffer frame) throws IOException {
    if (isDown) {
      throw new IOException("write can0: errno=100, Network is down");
    }
    if (!isQueueFull) {
      byte[] copy = new byte[frame.remaining()];
      frame.get(copy);
      sent.add(Bytes.of(copy, 0, copy.length));
    }
    return !isQueueFull;
  }

  @Override
  public long clockNs() {
    return clockNs;
  }

  @Override
  public boolean hasFd() {
    return hasFd;
  }

  @Override
  public int receiveBufferBytes() {
    return 212_992;
  }

  @Override
  public void close() {
    closed++;
  }
}
