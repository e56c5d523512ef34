package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Optional;

/**
 * Binary frames between two bytes 0xC0, with 0xC0 inside sent as DB DC and 0xDB as DB DD (RFC 1055; GB/T 43229-2023 uses
 * the same). A telegram is what stands between, unescaped.
 */
final class SlipCutter implements Cutter {
  /**
   * What is inside.
   *
   * @param mostBytes of a frame, unescaped
   * @param checksum in the last bytes, over all before; empty for none
   * @param checksumIsBigEndian whether its high byte comes first
   */
  record Form(int mostBytes, Optional<Checksum> checksum, boolean checksumIsBigEndian) {}

  private static final byte END = (byte) 0xC0;
  private static final byte ESCAPE = (byte) 0xDB;
  private static final byte ESCAPED_END = (byte) 0xDC;
  private static final byte ESCAPED_ESCAPE = (byte) 0xDD;

  private final Form form;
  private final Doubt doubt;
  private final byte[] frame;

  // of the frame under way
  private int length;
  private boolean isEscaped;
  private boolean isNoise;
  private long beganNs;

  // false until the first END: what comes before it is the rest of a frame that began unseen
  private boolean isInStep;

  SlipCutter(Form form, Doubt doubt) {
    this.form = form;
    this.doubt = doubt;
    this.frame = new byte[form.mostBytes()];
  }

  @Override
  public void reset() {
    isInStep = false;
    begin();
  }

  private void begin() {
    length = 0;
    isEscaped = false;
    isNoise = false;
  }

  @Override
  public int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
    int at = from;
    while (at < to && !out.isFull()) {
      take(bytes[at++], timeNs, out);
    }
    return at;
  }

  private void take(byte next, long timeNs, FrameChunk out) {
    if (next == END) {
      finish(out);
      isInStep = true;
      begin();
      return;
    }
    if (length == 0) {
      beganNs = timeNs;
    }
    byte plain = next;
    if (isEscaped) {
      isEscaped = false;
      isNoise |= next != ESCAPED_END && next != ESCAPED_ESCAPE;
      plain = next == ESCAPED_END ? END : ESCAPE;
    } else if (next == ESCAPE) {
      isEscaped = true;
      return;
    }
    if (length == frame.length) {
      isNoise = true;
    } else {
      frame[length++] = plain;
    }
  }

  private void finish(FrameChunk out) {
    if (length == 0 && !isEscaped) {
      return; // two in a row, the end of one frame and the start of the next
    }
    if (isInStep && !isNoise && !isEscaped && isSound()) {
      out.add(new Telegram(beganNs, Bytes.of(frame, 0, length)));
    } else {
      doubt.malformed();
    }
  }

  private boolean isSound() {
    if (form.checksum().isEmpty()) {
      return true;
    }
    Checksum checksum = form.checksum().get();
    int at = length - checksum.bytes();
    if (at < 0) {
      return false;
    }
    long told = 0;
    for (int i = 0; i < checksum.bytes(); i++) {
      int index = form.checksumIsBigEndian() ? at + i : length - 1 - i;
      told = told << 8 | (frame[index] & 0xFF);
    }
    return told == checksum.over(frame, 0, at);
  }
}
