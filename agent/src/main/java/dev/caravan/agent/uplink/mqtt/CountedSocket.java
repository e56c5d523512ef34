package dev.caravan.agent.uplink.mqtt;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that tells how many bytes its use costs on the line: what is sent and received, and, as far as can be told from
 * here, the headers of IP and TCP around it and the acknowledgements for it.
 *
 * <p>While somebody reads, a write that fails tells so only after the reader has met the end, or after {@value #READER_MS} ms:
 * what the far side had sent before it went is not given up.
 */
final class CountedSocket extends Socket {
  /** IPv4 and TCP headers, with time stamps: RFC 791, 3.1; RFC 9293, 3.1; RFC 7323, 3.2. */
  private static final int HEADER_BYTES = 20 + 20 + 12;

  /** What a segment carries where packets have 1500 bytes. */
  private static final int SEGMENT_BYTES = 1500 - HEADER_BYTES;

  /** Packets that begin and end a connection: three each, and what acknowledges them. */
  private static final int ENDS_BYTES = 7 * HEADER_BYTES;

  private static final long READER_MS = 3000;

  /** What is taken from us is at the far side but for so much. */
  private static final int SEND_BUFFER_BYTES = 32 << 10;

  /** A write that took longer had to wait for the far side to acknowledge something. */
  private static final long WAITED_NS = 100_000_000;

  private final LongConsumer cost;

  // once connected
  private @Nullable InputStream input;
  private volatile @Nullable CountDownLatch reader;
  private volatile boolean hasHeard;
  private volatile long heardNs = System.nanoTime();
  private volatile long pushedNs = heardNs;

  /** {@code cost} takes bytes, from any thread. */
  CountedSocket(LongConsumer cost) {
    this.cost = cost;
  }

  /** With one acknowledgement for two segments. */
  static long costBytes(long count) {
    long segments = (count + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
    return count + (segments + (segments + 1) / 2) * HEADER_BYTES;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMs) throws IOException {
    cost.accept(ENDS_BYTES);
    setSendBufferSize(SEND_BUFFER_BYTES);
    super.connect(endpoint, timeoutMs);
  }

  /** Whether bytes have come in. */
  boolean hasHeard() {
    return hasHeard;
  }

  /** When bytes last came in, or this was made, in the nanoseconds of {@link System#nanoTime()}. */
  long heardNs() {
    return heardNs;
  }

  /** When bytes last left that had to wait until the far side had acknowledged earlier ones; the same. */
  long pushedNs() {
    return pushedNs;
  }

  /** Buffered: what comes in small pieces is asked of the kernel, and counted, in large ones. */
  @Override
  public synchronized InputStream getInputStream() throws IOException {
    InputStream made = input;
    if (made == null) {
      made = new BufferedInputStream(new CountedInput(super.getInputStream()));
      input = made;
    }
    return made;
  }

  private final class CountedInput extends FilterInputStream {
    CountedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int atMost) throws IOException {
      int count = super.read(into, from, atMost);
      if (count > 0) {
        heardNs = System.nanoTime();
        hasHeard = true;
        cost.accept(costBytes(count));
      }
      return count;
    }
  }

  /** From now on somebody reads until the end. */
  void readerStarts() {
    reader = new CountDownLatch(1);
  }

  /** The reader has met the end, and is done with what came before. */
  void readerEnded() {
    CountDownLatch known = reader;
    if (known != null) {
      known.countDown();
    }
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new CountedOutput(super.getOutputStream());
  }

  private final class CountedOutput extends FilterOutputStream {
    CountedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      long beganNs = System.nanoTime();
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        awaitReader();
        throw e;
      }
      long nowNs = System.nanoTime();
      if (nowNs - beganNs > WAITED_NS) {
        pushedNs = nowNs;
      }
      cost.accept(costBytes(count));
    }
  }

  private void awaitReader() {
    CountDownLatch known = reader;
    try {
      if (known != null) {
        // when time is up, the reader is stuck
        boolean unused = known.await(READER_MS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
