package dev.caravan.agent.source.nmea;

import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.NmeaSentence;
import java.nio.charset.StandardCharsets;

/**
 * Cuts the bytes of a receiver into sentences and checks their checksums.
 *
 * <pre>
 *   $ | !   address and fields, printable ASCII    * h h   CR LF
 *           '----- exclusive or of these bytes ----'  '--- two hexadecimal digits, either case
 * </pre>
 *
 * <p>A sentence begins at {@code $} or {@code !} and is whole with the second digit of its checksum, whether or not CR
 * and LF follow: a sentence that runs into the next one loses nothing. A {@code $} inside a sentence means that the one
 * before was cut. What stands between sentences (binary protocols, TAG blocks, comments) is passed over and its bytes
 * are counted. A {@code $} or {@code !} that no letter or digit follows is part of that and no sentence.
 *
 * <p>What begins as a sentence and is none is told to {@link Notices} and dropped. No sequence of bytes makes it throw.
 * A sentence may arrive in any number of pieces. One thread uses it. Allocates the sentences and nothing else.
 *
 * @see <a href="https://www.nmea.org/nmea-0183.html">NMEA 0183, 5.3: a sentence has at most 82 characters; receivers
 *     send longer ones</a>
 */
final class NmeaParser {
  /** What is not a sentence. Called on the parsing thread. */
  interface Notices {
    /** A sentence was dropped; {@code why} is one of a few fixed texts. */
    void malformed(String why);

    /** So many bytes stood outside of any sentence. */
    void passedOver(int bytes);
  }

  /** Longest text between {@code $} and {@code *}; anything longer is dropped. */
  static final int LONGEST_TEXT = 256;

  /** The standard's shortest address is a proprietary one, {@code P} and a maker's three letters. */
  private static final int SHORTEST_TEXT = 4;

  private static final byte CR = 0x0D;
  private static final byte LF = 0x0A;

  private enum State {
    OUTSIDE,
    BEGUN,
    TEXT,
    FIRST_DIGIT,
    SECOND_DIGIT
  }

  private final boolean checksumRequired;
  private final Notices notices;

  // the sentence that has begun and not ended
  private final byte[] text = new byte[LONGEST_TEXT];
  private State state = State.OUTSIDE;
  private int length;
  private int sum;
  private int firstDigit;
  private long beginNs;

  NmeaParser(boolean checksumRequired, Notices notices) {
    this.checksumRequired = checksumRequired;
    this.notices = notices;
  }

  /** Forgets a sentence that has begun: what follows is from a wire opened anew. */
  void reset() {
    state = State.OUTSIDE;
  }

  /**
   * Adds the sentences of some bytes to a chunk, and stops early when it is full.
   *
   * @param timeNs when the bytes came in; a sentence gets the time of its first byte
   * @return index of the first byte not used, {@code to} if all were
   */
  int parse(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
    int at = from;
    int outside = 0;
    while (at < to && !out.isFull()) {
      byte b = bytes[at++];
      if (b == '$' || (b == '!' && (state == State.OUTSIDE || state == State.BEGUN))) {
        outside += begin(timeNs);
      } else if (state == State.OUTSIDE) {
        outside += b == CR || b == LF ? 0 : 1;
      } else {
        outside += inside(b, out);
      }
    }
    if (outside > 0) {
      notices.passedOver(outside);
    }
    return at;
  }

  /** Begins a sentence; how many bytes turn out to have stood outside. */
  private int begin(long timeNs) {
    int outside = 0;
    if (state == State.BEGUN) {
      outside = 1;
    } else if (state != State.OUTSIDE) {
      notices.malformed("sentence cut short by the next one");
    }
    state = State.BEGUN;
    beginNs = timeNs;
    length = 0;
    sum = 0;
    return outside;
  }

  /** Takes a byte of a sentence; how many bytes turn out to have stood outside. */
  private int inside(byte b, FrameChunk out) {
    switch (state) {
      case BEGUN -> {
        if (!isLetterOrDigit(b)) {
          state = State.OUTSIDE;
          return b == CR || b == LF ? 1 : 2;
        }
        state = State.TEXT;
        add(b);
      }
      case TEXT -> text(b, out);
      case FIRST_DIGIT -> {
        firstDigit = Character.digit(b, 16);
        if (firstDigit < 0) {
          drop("no checksum after *");
        } else {
          state = State.SECOND_DIGIT;
        }
      }
      default -> {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
          drop("no checksum after *");
        } else if (firstDigit * 16 + digit != sum) {
          drop("wrong checksum");
        } else {
          finish(out);
        }
      }
    }
    return 0;
  }

  private void text(byte b, FrameChunk out) {
    if (b == '*') {
      state = State.FIRST_DIGIT;
    } else if (b == CR || b == LF) {
      if (checksumRequired) {
        drop("sentence without a checksum");
      } else {
        finish(out);
      }
    } else if (b < ' ' || b > '~') {
      // also every byte from 0x80, which is negative
      drop("byte that is not printable inside a sentence");
    } else if (length == LONGEST_TEXT) {
      drop("sentence too long");
    } else {
      add(b);
    }
  }

  private void add(byte b) {
    text[length++] = b;
    sum ^= b;
  }

  private void finish(FrameChunk out) {
    if (length < SHORTEST_TEXT) {
      drop("sentence without an address");
      return;
    }
    state = State.OUTSIDE;
    out.add(new NmeaSentence(beginNs, new String(text, 0, length, StandardCharsets.US_ASCII)));
  }

  private void drop(String why) {
    state = State.OUTSIDE;
    notices.malformed(why);
  }

  private static boolean isLetterOrDigit(byte b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
  }
}
