package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Optional;

/**
 * Binary frames that begin with a header and are of fixed length or say their length. After a wrong checksum, the next
 * header is looked for from the byte behind the one that deceived, so no good frame is lost to a bad one before it.
 */
final class FrameCutter implements Cutter {
  /**
   * What frames look like.
   *
   * <pre>
   * header ... length ... payload ... checksum  tail
   * </pre>
   *
   * @param header what every frame begins with, at least one byte
   * @param fixedBytes length of every frame from header to tail; 0 if frames say it
   * @param lengthAt index of the field that says it
   * @param lengthBytes 1 or 2 bytes of that field
   * @param lengthIsBigEndian whether its high byte comes first
   * @param lengthAdds what is added to the field's value to get the length from header to tail
   * @param mostBytes of a frame
   * @param checksum over all from {@code checkedFrom} up to the checksum; empty for none
   * @param checkedFrom index of the first byte that the checksum covers
   * @param checksumIsBigEndian whether its high byte comes first
   * @param tailBytes behind the checksum
   */
  record Form(
      Bytes header,
      int fixedBytes,
      int lengthAt,
      int lengthBytes,
      boolean lengthIsBigEndian,
      int lengthAdds,
      int mostBytes,
      Optional<Checksum> checksum,
      int checkedFrom,
      boolean checksumIsBigEndian,
      int tailBytes) {}

  private final Form form;
  private final byte[] header;
  private final Doubt doubt;
  private final byte[] buffer;

  private int length;
  private boolean isNoise;
  private long beganNs;

  FrameCutter(Form form, Doubt doubt) {
    this.form = form;
    this.header = form.header().toArray();
    this.doubt = doubt;
    this.buffer = new byte[form.mostBytes()];
  }

  @Override
  public void reset() {
    length = 0;
    isNoise = false;
  }

  @Override
  public int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
    int at = from;
    drain(timeNs, out);
    while (at < to && !out.isFull()) {
      if (length == 0) {
        beganNs = timeNs;
      }
      buffer[length++] = bytes[at++];
      drain(timeNs, out);
    }
    return at;
  }

  /** Takes frames and noise off the front of the buffer, until more bytes are needed or the chunk is full. */
  private void drain(long timeNs, FrameChunk out) {
    while (length > 0 && !out.isFull()) {
      if (!beginsWell()) {
        noise(timeNs);
        continue;
      }
      int wanted = frameBytes();
      if (wanted == 0) {
        return; // not yet known
      }
      if (wanted < 0) {
        noise(timeNs);
      } else if (length < wanted) {
        return;
      } else if (isSound(wanted)) {
        out.add(new Telegram(beganNs, Bytes.of(buffer, 0, wanted)));
        endNoise();
        drop(wanted, timeNs);
      } else {
        noise(timeNs);
      }
    }
  }

  private boolean beginsWell() {
    for (int i = 0; i < Math.min(length, header.length); i++) {
      if (buffer[i] != header[i]) {
        return false;
      }
    }
    return true;
  }

  /** Length of the frame at the front; 0 while it is not known, negative if it cannot be. */
  private int frameBytes() {
    if (form.fixedBytes() > 0) {
      return form.fixedBytes();
    }
    if (length < form.lengthAt() + form.lengthBytes()) {
      return 0;
    }
    long bytes =
        number(form.lengthAt(), form.lengthBytes(), form.lengthIsBigEndian()) + form.lengthAdds();
    int least = Math.max(header.length, form.lengthAt() + form.lengthBytes())
        + form.checksum().map(Checksum::bytes).orElse(0)
        + form.tailBytes();
    return bytes >= least && bytes <= buffer.length ? (int) bytes : -1;
  }

  private boolean isSound(int bytes) {
    if (form.checksum().isEmpty()) {
      return true;
    }
    Checksum checksum = form.checksum().get();
    int at = bytes - form.tailBytes() - checksum.bytes();
    return number(at, checksum.bytes(), form.checksumIsBigEndian())
        == checksum.over(buffer, form.checkedFrom(), at);
  }

  private long number(int at, int bytes, boolean isBigEndian) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | (buffer[at + (isBigEndian ? i : bytes - 1 - i)] & 0xFF);
    }
    return value;
  }

  private void noise(long timeNs) {
    isNoise = true;
    drop(1, timeNs);
    if (length == 0) {
      endNoise();
    }
  }

  private void endNoise() {
    if (isNoise) {
      isNoise = false;
      doubt.malformed();
    }
  }

  private void drop(int bytes, long timeNs) {
    length -= bytes;
    System.arraycopy(buffer, bytes, buffer, 0, length);
    beganNs = timeNs;
  }
}
