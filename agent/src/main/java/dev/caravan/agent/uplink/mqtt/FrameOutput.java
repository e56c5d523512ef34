package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is written into frames of a WebSocket, masked as those of a client must be; each call makes one frame, or more if it
 * is long.
 *
 * <pre>
 *   byte 0   FIN, 3 reserved bits, opcode (4 bits)
 *   byte 1   MASK, length (7 bits); 126: two bytes of length follow, big-endian
 *   4 bytes  masking key
 *   payload  each byte XOR one of the key's, in turn
 * </pre>
 *
 * <p>One thread writes. The thread that reads answers pings without ever waiting for it: if it is writing, it sends the
 * answer itself when it is done.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, 5.2</a>
 */
final class FrameOutput extends OutputStream {
  // RFC 6455, 5.2: opcodes, with FIN set
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;
  private static final int MASKED = 0x80;
  private static final int SHORT_BYTES = 125;
  // RFC 6455, 7.4.1: 1000, normal closure
  private static final byte[] NORMAL = {0x03, (byte) 0xE8};

  private static final int HEADER_BYTES = 8;
  private static final int CHUNK_BYTES = 8192;

  private final OutputStream out;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();

  // guarded by turn
  private final byte[] frame = new byte[HEADER_BYTES + CHUNK_BYTES];
  private final byte[] mask = new byte[4];
  private boolean isClosed;

  FrameOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int at, int count) throws IOException {
    turn.lock();
    try {
      for (int done = 0; done < count; done += CHUNK_BYTES) {
        send(BINARY, from, at + done, Math.min(CHUNK_BYTES, count - done));
      }
    } finally {
      turn.unlock();
    }
    sendPong();
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Answers a ping; of several that could not be answered yet, the latest. */
  void answerPing(byte[] told) throws IOException {
    pong.set(told);
    sendPong();
  }

  private void sendPong() throws IOException {
    while (pong.get() != null && turn.tryLock()) {
      try {
        byte[] due = pong.getAndSet(null);
        if (due != null) {
          send(PONG, due, 0, due.length);
          out.flush();
        }
      } finally {
        turn.unlock();
      }
    }
  }

  /** Sends the frame that ends a WebSocket, unless that was done before or somebody is writing. */
  void sayGoodbye() {
    if (turn.tryLock()) {
      try {
        send(CLOSE, NORMAL, 0, NORMAL.length);
        out.flush();
      } catch (IOException e) {
        // then the far side is gone already
      } finally {
        isClosed = true;
        turn.unlock();
      }
    }
  }

  private void send(int first, byte[] from, int at, int count) throws IOException {
    if (isClosed) {
      throw new HttpException("the WebSocket was closed from here");
    }
    int length = 0;
    frame[length++] = (byte) first;
    if (count <= SHORT_BYTES) {
      frame[length++] = (byte) (MASKED | count);
    } else {
      frame[length++] = (byte) (MASKED | 126);
      frame[length++] = (byte) (count >> 8);
      frame[length++] = (byte) count;
    }
    random.nextBytes(mask);
    System.arraycopy(mask, 0, frame, length, mask.length);
    length += mask.length;
    for (int i = 0; i < count; i++) {
      frame[length++] = (byte) (from[at + i] ^ mask[i & 3]);
    }
    out.write(frame, 0, length);
  }
}
