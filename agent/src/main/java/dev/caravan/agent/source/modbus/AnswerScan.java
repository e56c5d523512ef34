package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;
import java.util.Arrays;

/**
 * Finds the frames of slaves in what comes off the line, wherever in it they lie: before and between them may be the echo
 * of a request (RS-485 adapters that hear themselves), rests of other answers, and noise. Holds at most {@value #CAPACITY}
 * bytes, whatever comes. One thread.
 *
 * <p>A frame is one of a slave of this line, with a function that reads, as long as its byte count says, and with a right
 * CRC. While something is under way that begins as an awaited answer does, nothing inside it is looked for.
 */
final class AnswerScan {
  /** Which frames matter. */
  interface Awaited {
    /** Whether there is such a slave. */
    boolean knows(int unit);

    /** Whether such an answer is on its way. */
    boolean awaits(int unit, int function, int dataBytes);
  }

  private static final int CAPACITY = 1024;
  private static final int EXCEPTION_FLAG = 0x80; // V1.1b3, 7
  private static final int MOST_DATA_BYTES = 250;
  private static final int MOST_FUNCTION = 4;

  /** What may begin at a place. */
  private enum Look {
    NOTHING,
    /** More bytes are needed to tell. */
    OPEN,
    /** It begins as an awaited answer. */
    BEGUN,
    FRAME,
    ECHO
  }

  private final Awaited awaited;
  private final byte[] held = new byte[CAPACITY];

  // since the last request
  private ReadRequest request = new ReadRequest(1, 3, 0, 1);
  private byte[] sent = {};
  private byte[] sentBefore = {};
  private boolean mayBeEcho;
  private int length;
  private int decided;
  private boolean hasBegun;
  private long received;
  private long explained;
  private boolean sawEcho;
  private boolean isDamaged;
  private Bytes echoData = Bytes.EMPTY;

  // of the frame found last
  private int unit;
  private int function;
  private int frameBytes;
  private Answer answer = new Answer(0, Bytes.EMPTY);

  AnswerScan(Awaited awaited) {
    this.awaited = awaited;
  }

  /**
   * A request goes out: what came before is over.
   *
   * @param mayBeEcho whether the line may echo; false once it is known not to
   */
  void expect(ReadRequest request, byte[] sent, boolean mayBeEcho) {
    this.request = request;
    this.sentBefore = this.sent;
    this.sent = sent;
    this.mayBeEcho = mayBeEcho;
    length = 0;
    decided = 0;
    hasBegun = false;
    received = 0;
    explained = 0;
    sawEcho = false;
    isDamaged = false;
    echoData = Bytes.EMPTY;
  }

  /** Takes what came, at most {@value #CAPACITY} bytes; {@link #next} finds the frames in it. */
  void accept(byte[] bytes, int count) {
    received += count;
    if (length + count > CAPACITY) {
      // The oldest goes; what is under way is shorter than half of what is held.
      int drop = Math.max(decided, length + count - CAPACITY);
      System.arraycopy(held, drop, held, 0, length - drop);
      length -= drop;
      decided = 0;
    }
    System.arraycopy(bytes, 0, held, length, count);
    length += count;
  }

  /** Goes on to the next frame; false when there is none yet. */
  boolean next() {
    int firstOpen = -1;
    hasBegun = false;
    for (int at = decided; at < length && !hasBegun; at++) {
      Look look = lookAt(at);
      if (look == Look.FRAME) {
        decided = at + frameBytes;
        return true;
      }
      if (look == Look.ECHO) {
        at += sent.length - 1;
        firstOpen = -1;
      } else if (look != Look.NOTHING && firstOpen < 0) {
        firstOpen = at;
      }
      hasBegun = look == Look.BEGUN;
    }
    decided = firstOpen < 0 ? length : firstOpen;
    return false;
  }

  /** Gives up what has begun and not come to its end; returns whether there was anything. */
  boolean skipBegun() {
    boolean did = hasBegun;
    if (did) {
      decided++;
      hasBegun = false;
    }
    return did;
  }

  private Look lookAt(int at) {
    int there = length - at;
    int first = held[at] & 0xFF;
    if (!awaited.knows(first)) {
      return Look.NOTHING;
    }
    Look echo = mayBeEcho ? echoAt(at, there) : Look.NOTHING;
    if (echo != Look.NOTHING || there == 1) {
      return echo == Look.NOTHING ? Look.OPEN : echo;
    }
    int second = held[at + 1] & 0xFF;
    int read = second & ~EXCEPTION_FLAG;
    if (read == 0 || read > MOST_FUNCTION) {
      return Look.NOTHING;
    }
    return read == second ? answerAt(at, there, first, read) : exceptionAt(at, there, first, read);
  }

  /** The words of this request or, late, of the one before. */
  private Look echoAt(int at, int there) {
    int count = Math.min(there, ReadRequest.REQUEST_BYTES);
    boolean isThis = !sawEcho && beginsAs(sent, at, count);
    if (!isThis && !beginsAs(sentBefore, at, count)) {
      return Look.NOTHING;
    }
    if (there < ReadRequest.REQUEST_BYTES) {
      return Look.OPEN;
    }
    explained += ReadRequest.REQUEST_BYTES;
    if (isThis) {
      sawEcho = true;
      if (request.answerBytes() == ReadRequest.REQUEST_BYTES
          && (held[at + 2] & 0xFF) == request.dataBytes()) {
        echoData = Bytes.of(held, at + 3, request.dataBytes());
      }
    }
    return Look.ECHO;
  }

  private boolean beginsAs(byte[] words, int at, int count) {
    return count <= words.length && Arrays.equals(held, at, at + count, words, 0, count);
  }

  private Look exceptionAt(int at, int there, int ofUnit, int read) {
    if (there < ReadRequest.EXCEPTION_BYTES) {
      return Look.OPEN;
    }
    int code = held[at + 2] & 0xFF;
    if (code == 0 || !Crc16.isRight(held, at, ReadRequest.EXCEPTION_BYTES)) {
      return Look.NOTHING;
    }
    found(ofUnit, read, ReadRequest.EXCEPTION_BYTES, new Answer(code, Bytes.EMPTY));
    return Look.FRAME;
  }

  private Look answerAt(int at, int there, int ofUnit, int read) {
    if (there < 3) {
      return Look.OPEN;
    }
    int dataBytes = held[at + 2] & 0xFF;
    if (dataBytes == 0 || dataBytes > MOST_DATA_BYTES) {
      return Look.NOTHING;
    }
    int wanted = ReadRequest.ANSWER_FRAME_BYTES + dataBytes;
    if (there < wanted) {
      return awaited.awaits(ofUnit, read, dataBytes) ? Look.BEGUN : Look.OPEN;
    }
    if (Crc16.isRight(held, at, wanted)) {
      found(ofUnit, read, wanted, new Answer(0, Bytes.of(held, at + 3, dataBytes)));
      return Look.FRAME;
    }
    isDamaged |=
        ofUnit == request.unit() && read == request.function() && dataBytes == request.dataBytes();
    return Look.NOTHING;
  }

  private void found(int ofUnit, int read, int bytes, Answer what) {
    unit = ofUnit;
    function = read;
    frameBytes = bytes;
    answer = what;
  }

  /** The frame found last is one that was waited for, not stray bytes. */
  void explain() {
    explained += frameBytes;
  }

  /** Of the frame found last. */
  int unit() {
    return unit;
  }

  /** Of the frame found last, without the bit of a refusal. */
  int function() {
    return function;
  }

  /** Of the frame found last. */
  Answer answer() {
    return answer;
  }

  /** Whether the frame that is looked at now begins as an awaited answer and has not come to its end. */
  boolean hasBegun() {
    return hasBegun;
  }

  /** Whether an answer to the request began right and its CRC was wrong. */
  boolean isDamaged() {
    return isDamaged;
  }

  /**
   * What the echo is as an answer, if it can be one: three bytes of coils can read like the request for them. To be
   * believed if nothing else comes, for then the line does not echo; empty otherwise.
   */
  Bytes echoData() {
    return echoData;
  }

  /** Whether the request came back. */
  boolean sawEcho() {
    return sawEcho;
  }

  /** Bytes that are neither an answer nor an echo. */
  long strayBytes() {
    return received - explained;
  }
}
