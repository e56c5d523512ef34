package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gathers PUBLISH packets: one that is followed by another, which Paho has in its queue already, waits for it, and both leave in one write. Paho
 * ends each packet with a flush, and writes by one thread.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901020">MQTT 5, 2.1.2</a>
 */
final class GatheredOutput extends OutputStream {
  private static final int PUBLISH = 3;
  private static final int BYTES = 16 << 10;

  private final OutputStream out;
  private final AtomicLong handedOver;
  private final byte[] gathered = new byte[BYTES];
  private int count;

  // of the packet that is being written
  private boolean isBegun;
  private int type;

  private long written;

  /** {@code handedOver}: how many publishes Paho was given so far on this connection; never more than it will write. */
  GatheredOutput(OutputStream out, AtomicLong handedOver) {
    this.out = out;
    this.handedOver = handedOver;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int at, int length) throws IOException {
    if (length == 0) {
      return;
    }
    if (!isBegun) {
      isBegun = true;
      type = (from[at] & 0xF0) >> 4;
    }
    if (count + length > BYTES) {
      leave();
    }
    if (length > BYTES) {
      out.write(from, at, length);
    } else {
      System.arraycopy(from, at, gathered, count, length);
      count += length;
    }
  }

  @Override
  public void flush() throws IOException {
    written += isBegun && type == PUBLISH ? 1 : 0;
    boolean isFollowed = type == PUBLISH && written < handedOver.get();
    isBegun = false;
    if (!isFollowed) {
      leave();
      out.flush();
    }
  }

  private void leave() throws IOException {
    if (count > 0) {
      int all = count;
      count = 0;
      out.write(gathered, 0, all);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
