package dev.caravan.agent.device.slcan;

import dev.caravan.agent.device.Pty;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The adapter's transmit buffer towards the host: whole lines wait here until the port takes them. Bounded; knows of
 * every line where in the stream it ends, and so how many frames went out completely. One thread.
 */
final class Outbox {
  /** As in a real adapter: some hundred frames. */
  static final int SIZE_BYTES = 32 * 1024;

  /** Kept free for answers, so that commands work even when frames overrun. */
  private static final int ANSWER_BYTES = 256;

  // more than the shortest lines (one byte) of answers and the frames (six bytes) that fit here and
  // in the port
  private static final int LINES = 1 << 14;

  private final ByteBuffer waiting = ByteBuffer.allocateDirect(SIZE_BYTES);

  // of line i at i % LINES: where in the stream it ends, times two, plus one for a frame
  private final long[] ends = new long[LINES];
  private long addedLines;
  private long sentLines;
  private long addedBytes;
  private long sentBytes;
  private long sentFrames;
  private long addedFrames;

  /** Adds a frame's line; false if there is no room, and then nothing of it is added. */
  boolean offerFrame(byte[] line, int length) {
    if (waiting.remaining() < length + ANSWER_BYTES || addedLines - sentLines >= LINES / 2) {
      return false;
    }
    add(line, length, 1);
    return true;
  }

  /** Adds an answer; dropped if there is no room at all, as a host that reads nothing waits for none. */
  void offerAnswer(byte[] answer) {
    if (waiting.remaining() >= answer.length && addedLines - sentLines < LINES - 1) {
      add(answer, answer.length, 0);
    }
  }

  private void add(byte[] line, int length, int frame) {
    waiting.put(line, 0, length);
    addedBytes += length;
    addedFrames += frame;
    ends[(int) (addedLines++ % LINES)] = (addedBytes << 1) | frame;
  }

  /** Writes what the port takes. */
  void flush(Pty port) throws IOException {
    if (waiting.position() == 0) {
      return;
    }
    waiting.flip();
    try {
      sentBytes += port.write(waiting);
    } finally {
      waiting.compact();
    }
    while (sentLines < addedLines && end(sentLines) <= sentBytes) {
      sentFrames += frame(sentLines++);
    }
  }

  /** Throws away every line of which no byte went out yet; returns how many frames those were. */
  int discardWaiting() {
    long keptBytes = sentBytes;
    long keptLines = sentLines;
    long begin = sentLines == 0 ? 0 : end(sentLines - 1);
    if (sentBytes > begin) {
      keptBytes = end(keptLines++);
    }
    int frames = 0;
    for (long line = keptLines; line < addedLines; line++) {
      frames += frame(line);
    }
    waiting.position((int) (keptBytes - sentBytes));
    addedFrames -= frames;
    addedBytes = keptBytes;
    addedLines = keptLines;
    return frames;
  }

  /** Frames that wait, in whole or in part. */
  long waitingFrames() {
    return addedFrames - sentFrames;
  }

  /** Frames written completely. */
  long sentFrames() {
    return sentFrames;
  }

  /** How many of the frames sent end within the last so many bytes of the stream. */
  int framesInLast(int bytes) {
    int frames = 0;
    for (long line = sentLines - 1;
        line >= Math.max(0, addedLines - LINES) && end(line) > sentBytes - bytes;
        line--) {
      frames += frame(line);
    }
    return frames;
  }

  private long end(long line) {
    return ends[(int) (line % LINES)] >> 1;
  }

  private int frame(long line) {
    return (int) (ends[(int) (line % LINES)] & 1);
  }
}
