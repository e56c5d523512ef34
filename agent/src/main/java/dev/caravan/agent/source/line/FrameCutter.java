package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import java.util.Optional;

/**
 * Binary frames that begin with a header and are of fixed length or say their length. After a wrong checksum, the next
 * header is looked for from the byte behind the one that deceived, so no good frame is lost to a bad one before it.
 *
 * <p>Without a checksum a header may as well be bytes of a payload. So out of step a frame is believed after, or right
 * before, {@value #BEGINS_NS} ns of quiet, or if another header is right behind it and none inside. In step, one with
 * what may be a header inside, as one has that lost its end, waits for the quiet or the header behind.
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

  static final long BEGINS_NS = 100_000_000L;

  private final Form form;
  private final byte[] header;
  private final boolean isChecked;
  private final Doubt doubt;
  private final byte[] buffer;

  // since the opening
  private boolean hasBegun;
  private long sinceOpening;

  // since the opening, or the last noise
  private boolean isInStep;

  // not yet taken
  private int length;
  private long beganNs;

  // since the last frame
  private final byte[] noise = new byte[32];
  private int noiseBytes;
  private int turnRounds;

  FrameCutter(Form form, Doubt doubt) {
    this.form = form;
    this.header = form.header().toArray();
    this.isChecked = form.checksum().isPresent();
    this.doubt = doubt;
    this.buffer = new byte[form.mostBytes() + header.length];
  }

  @Override
  public void reset() {
    hasBegun = false;
    sinceOpening = 0;
    isInStep = false;
    length = 0;
    noiseBytes = 0;
    turnRounds = 0;
  }

  @Override
  public boolean isInStep() {
    return isInStep || isChecked;
  }

  @Override
  public void quiet(long ns, FrameChunk out) {
    if (ns >= BEGINS_NS) {
      drain(beganNs, true, out);
      isInStep |= length == 0;
      hasBegun |= length == 0;
    }
  }

  @Override
  public int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
    int at = from;
    drain(timeNs, false, out);
    while (at < to && !out.isFull()) {
      if (length == 0) {
        beganNs = timeNs;
      }
      buffer[length++] = bytes[at++];
      drain(timeNs, false, out);
    }
    return at;
  }

  /** Takes frames and noise off the front of the buffer, until more bytes are needed or the chunk is full. */
  private void drain(long timeNs, boolean isQuiet, FrameChunk out) {
    while (length > 0 && !out.isFull()) {
      int wanted = beginsWith(0, length) ? frameBytes() : -1;
      boolean isWhole = wanted > 0 && length >= wanted;
      if (wanted >= 0 && !isWhole && (isInStep() || !isQuiet)) {
        return;
      }
      boolean isSound = isWhole && isSound(wanted);
      if (isSound && !isChecked && (!isInStep || mayHideHeader(wanted))) {
        boolean hasHeaderBehind = beginsWith(wanted, length);
        if (hasHeaderBehind && length < wanted + header.length && !(isQuiet && length == wanted)) {
          return;
        }
        isSound = hasHeaderBehind && (isInStep || length == wanted || !mayHideHeader(wanted));
      }
      if (isSound) {
        out.add(new Telegram(beganNs, Bytes.of(buffer, 0, wanted)));
        endNoise();
        hasBegun = true;
        isInStep = true;
        drop(wanted, timeNs);
      } else {
        skip(timeNs);
      }
    }
  }

  /** Whether a header may begin at an index, as far as its bytes are there. */
  private boolean beginsWith(int at, int to) {
    for (int i = 0; i < Math.min(to - at, header.length); i++) {
      if (buffer[at + i] != header[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHideHeader(int bytes) {
    for (int at = 1; at < bytes; at++) {
      if (beginsWith(at, bytes)) {
        return true;
      }
    }
    return false;
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
    return bytes >= least && bytes <= form.mostBytes() ? (int) bytes : -1;
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

  /** The byte at the front begins no frame. */
  private void skip(long timeNs) {
    if (buffer[0] != header[0] && Cutter.isTurnRound(buffer[0]) && noiseBytes == 0) {
      turnRounds++;
    } else {
      noise[Math.min(noiseBytes++, noise.length - 1)] = buffer[0];
      isInStep = false;
    }
    drop(1, timeNs);
    if (length == 0 || noiseBytes > form.mostBytes()) {
      endNoise();
    }
  }

  private void endNoise() {
    if (noiseBytes > 0 && hasBegun) {
      doubt.malformed("bytes that are no frame", noise, 0, Math.min(noiseBytes, noise.length));
    } else {
      doubt.passedOver(noiseBytes + turnRounds);
      sinceOpening += noiseBytes;
      // more than the rest of a frame that began unseen
      hasBegun |= sinceOpening > form.mostBytes();
    }
    noiseBytes = 0;
    turnRounds = 0;
  }

  private void drop(int bytes, long timeNs) {
    length -= bytes;
    System.arraycopy(buffer, bytes, buffer, 0, length);
    beganNs = timeNs;
  }
}
