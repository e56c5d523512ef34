package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Optional;

/**
 * Binary frames between two bytes 0xC0, with 0xC0 inside sent as DB DC and 0xDB as DB DD (RFC 1055; GB/T 43229-2023 uses
 * the same). A telegram is what stands between, unescaped. What comes before the first 0xC0 after an opening is not
 * believed, unless it began after {@value #BEGINS_NS} ns of quiet.
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

  static final long BEGINS_NS = 100_000_000L;

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

  // since the opening
  private boolean isInStep;

  SlipCutter(Form form, Doubt doubt) {
    this.form = form;
    this.doubt = doubt;
    this.frame = new byte[form.mostBytes()];
  }

  @Override
  public boolean isInStep() {
    return isInStep;
  }

  @Override
  public void quiet(long ns, FrameChunk out) {
    isInStep |= ns >= BEGINS_NS && length == 0 && !isEscaped;
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
    boolean isSound = !isNoise && !isEscaped && isSound();
    if (isInStep && isSound) {
      out.add(new Telegram(beganNs, Bytes.of(frame, 0, length)));
    } else if (isInStep || length == frame.length) {
      doubt.malformed("wrong checksum or escape, or longer than max", frame, 0, length);
    } else {
      doubt.passedOver(length);
    }
  }

  private boolean isSound() {
    if (form.checksum().isEmpty()) {
      return true;
    }
    Checksum checksum = form.checksum().get();
    int at = length - checksum.bytes();
    if (at < 1) {
      return false; // a checksum over nothing
    }
    long told = 0;
    for (int i = 0; i < checksum.bytes(); i++) {
      int index = form.checksumIsBigEndian() ? at + i : length - 1 - i;
      told = told << 8 | (frame[index] & 0xFF);
    }
    return told == checksum.over(frame, 0, at);
  }
}
