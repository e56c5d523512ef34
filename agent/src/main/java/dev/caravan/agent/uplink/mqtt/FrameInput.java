package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the payload out of the frames of a WebSocket's server, wherever its packets are cut; answers pings. A time-out may
 * come in the middle of a frame: nothing is lost by it, and the next read goes on.
 *
 * <pre>
 *   byte 0        FIN, 3 reserved bits, opcode (4 bits)
 *   byte 1        MASK, which a server must not set, length (7 bits)
 *   2 or 8 bytes  length, big-endian, if those bits say 126 or 127
 *   payload
 * </pre>
 *
 * <p>One thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, 5.2</a>
 */
final class FrameInput extends InputStream {
  // RFC 6455, 5.2: opcodes
  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private final InputStream in;
  private final FrameOutput out;

  // what was read and not yet given away
  private final byte[] buffer = new byte[8192];
  private int from;
  private int to;

  // of the message that is under way
  private long frameLeft;
  private boolean isFragmented;

  private boolean isEnded;

  FrameInput(InputStream in, FrameOutput out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int at, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    while (frameLeft == 0) {
      if (isEnded || !nextFrame()) {
        return -1;
      }
    }
    if (!has(1)) {
      return -1;
    }
    int count = (int) Math.min(Math.min(most, to - from), frameLeft);
    System.arraycopy(buffer, from, into, at, count);
    from += count;
    frameLeft -= count;
    return count;
  }

  /** Reads until there are so many bytes, at most 256; false if the stream ends before. */
  private boolean has(int wanted) throws IOException {
    while (to - from < wanted) {
      if (buffer.length - from < 256) {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
      }
      int count = in.read(buffer, to, buffer.length - to);
      if (count < 0) {
        return false;
      }
      to += count;
    }
    return true;
  }

  /** Takes the next header, and the whole frame if it is one of control; false at the end of the stream. */
  private boolean nextFrame() throws IOException {
    if (!has(2)) {
      return false;
    }
    int first = buffer[from] & 0xFF;
    int length = buffer[from + 1] & 0xFF;
    int opcode = first & 0x0F;
    boolean isFinal = (first & 0x80) != 0;
    if ((first & 0x70) != 0 || length > 127) {
      throw broken(opcode, length > 127 ? "it is masked" : "its reserved bits are set");
    }
    return opcode >= CLOSE ? control(opcode, isFinal, length) : data(opcode, isFinal, length);
  }

  private boolean data(int opcode, boolean isFinal, int shortLength) throws IOException {
    if (opcode == TEXT || opcode > BINARY) {
      throw broken(opcode, "want binary frames");
    }
    if ((opcode == CONTINUATION) != isFragmented) {
      throw broken(opcode, isFragmented ? "a message is not over" : "it continues nothing");
    }
    int more = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
    if (!has(2 + more)) {
      return false;
    }
    long length = more == 0 ? shortLength : 0;
    for (int i = 0; i < more; i++) {
      length = length << 8 | (buffer[from + 2 + i] & 0xFF);
    }
    if (length < 0) {
      throw broken(opcode, "its length has the highest bit set");
    }
    from += 2 + more;
    frameLeft = length;
    isFragmented = !isFinal;
    return true;
  }

  private boolean control(int opcode, boolean isFinal, int length) throws IOException {
    if (!isFinal || length > 125) {
      throw broken(opcode, "want one frame of at most 125 bytes");
    }
    if (!has(2 + length)) {
      return false;
    }
    byte[] told = Arrays.copyOfRange(buffer, from + 2, from + 2 + length);
    from += 2 + length;
    switch (opcode) {
      case PING -> out.answerPing(told);
      case PONG -> {
        // nobody asked, which is allowed
      }
      case CLOSE -> {
        isEnded = true;
        out.sayGoodbye();
        throw new HttpException("far side closed the WebSocket" + reason(told));
      }
      default -> throw broken(opcode, "there is no such frame");
    }
    return true;
  }

  /** Code and text of a close frame: RFC 6455, 5.5.1. */
  private static String reason(byte[] told) {
    if (told.length < 2) {
      return "";
    }
    String text = new String(told, 2, told.length - 2, StandardCharsets.UTF_8);
    int code = (told[0] & 0xFF) << 8 | (told[1] & 0xFF);
    return ", code=" + code + (text.isEmpty() ? "" : ", " + HttpAnswer.shown(text));
  }

  private static IOException broken(int opcode, String why) {
    return new HttpException(
        "far side broke the WebSocket: frame 0x" + Integer.toHexString(opcode) + ", " + why);
  }
}
