package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;
import java.util.Arrays;

/**
 * Finds the answer to one request in what comes off the line, wherever in it the answer lies: before it may be the echo
 * of the request (RS-485 adapters that hear themselves), rests of other answers, and noise. Holds at most {@value
 * #CAPACITY} bytes, whatever comes. One thread.
 *
 * <p>An answer is taken if unit, function, byte count and CRC fit. Damaged is one that begins right and has a wrong CRC.
 */
final class AnswerScan {
  /** What is known so far. */
  enum State {
    /** Nothing yet. */
    OPEN,
    /** The data is there. */
    ANSWERED,
    /** The slave refused. */
    EXCEPTION,
    /** An answer began right and its CRC is wrong. */
    DAMAGED
  }

  private static final int CAPACITY = 1024;
  private static final int EXCEPTION_FLAG = 0x80; // V1.1b3, 7

  private final byte[] held = new byte[CAPACITY];

  // of one request
  private ReadRequest request = new ReadRequest(1, 3, 0, 1);
  private byte[] sent = {};
  private boolean mayBeEcho;
  private State state = State.OPEN;
  private int length;
  private int decided;
  private long received;
  private long explained;
  private int exceptionCode;
  private int echoEnd;
  private boolean sawEcho;
  private boolean echoIsAnswer;
  private Bytes data = Bytes.EMPTY;

  /**
   * Starts anew.
   *
   * @param mayBeEcho whether the line may echo; false once it is known not to
   */
  void expect(ReadRequest request, byte[] sent, boolean mayBeEcho) {
    this.request = request;
    this.sent = sent;
    this.mayBeEcho = mayBeEcho;
    state = State.OPEN;
    length = 0;
    decided = 0;
    received = 0;
    explained = 0;
    exceptionCode = 0;
    echoEnd = 0;
    sawEcho = false;
    echoIsAnswer = false;
    data = Bytes.EMPTY;
  }

  /** Takes what came; once the state is not open, further bytes are only counted. */
  State accept(byte[] bytes, int count) {
    received += count;
    int at = 0;
    while (at < count && state == State.OPEN) {
      if (length == CAPACITY) {
        makeRoom();
      }
      int part = Math.min(count - at, CAPACITY - length);
      System.arraycopy(bytes, at, held, length, part);
      length += part;
      at += part;
      look();
    }
    return state;
  }

  /** Everything before the first undecided byte goes, at the least so much that a frame fits. */
  private void makeRoom() {
    int drop = Math.max(decided, CAPACITY / 2);
    System.arraycopy(held, drop, held, 0, length - drop);
    length -= drop;
    decided = Math.max(0, decided - drop);
    echoEnd = Math.max(0, echoEnd - drop);
  }

  private void look() {
    int firstOpen = -1;
    for (int at = decided; at < length && state == State.OPEN; at++) {
      boolean isOpen = lookAt(at);
      if (isOpen && firstOpen < 0) {
        firstOpen = at;
      }
    }
    decided = firstOpen < 0 ? length : firstOpen;
  }

  /** Whether something that begins here may still become an answer or the echo. */
  private boolean lookAt(int at) {
    int there = length - at;
    if ((held[at] & 0xFF) != request.unit()) {
      return false;
    }
    boolean echoOpen = mayBeEcho && !sawEcho && lookForEcho(at, there);
    if (there < 3) {
      return there == 1 || isFunction(held[at + 1]) || echoOpen;
    }
    int function = held[at + 1] & 0xFF;
    if (function == (request.function() | EXCEPTION_FLAG)) {
      return lookForException(at, there);
    }
    if (function != request.function() || (held[at + 2] & 0xFF) != request.dataBytes()) {
      return echoOpen;
    }
    return lookForAnswer(at, there) || echoOpen;
  }

  private boolean isFunction(byte function) {
    return (function & ~EXCEPTION_FLAG & 0xFF) == request.function();
  }

  private boolean lookForEcho(int at, int there) {
    if (!beginsAsSent(at, Math.min(there, sent.length))) {
      return false;
    }
    if (there < sent.length) {
      return true;
    }
    sawEcho = true;
    echoEnd = at + sent.length;
    explained += sent.length;
    return false;
  }

  private boolean lookForException(int at, int there) {
    if (there < ReadRequest.EXCEPTION_BYTES) {
      return true;
    }
    int code = held[at + 2] & 0xFF;
    if (code != 0 && Crc16.isRight(held, at, ReadRequest.EXCEPTION_BYTES)) {
      exceptionCode = code;
      explained += ReadRequest.EXCEPTION_BYTES;
      state = State.EXCEPTION;
    }
    return false;
  }

  private boolean lookForAnswer(int at, int there) {
    int wanted = request.answerBytes();
    if (there < wanted) {
      return true;
    }
    boolean isOwnWords = mayBeEcho && at < echoEnd;
    if (Crc16.isRight(held, at, wanted)) {
      if (isOwnWords || (mayBeEcho && beginsAsSent(at, wanted))) {
        // Word for word what was sent: believed only if nothing else comes, see isEchoTheAnswer.
        keep(at);
        echoIsAnswer = true;
      } else {
        keep(at);
        explained += wanted;
        state = State.ANSWERED;
      }
    } else if (!isOwnWords) {
      state = State.DAMAGED;
    }
    return false;
  }

  /** Whether so many bytes are those that the request began with. */
  private boolean beginsAsSent(int at, int count) {
    return count <= sent.length && Arrays.equals(held, at, at + count, sent, 0, count);
  }

  private void keep(int at) {
    data = Bytes.of(held, at + 3, request.dataBytes());
  }

  /**
   * Whether all that came was the echo, and it would be a good answer too: three bytes of coils can read like the request
   * for them. True then only on a line that does not echo.
   */
  boolean isEchoTheAnswer() {
    return state == State.OPEN && echoIsAnswer;
  }

  State state() {
    return state;
  }

  /** Whether the request came back. */
  boolean sawEcho() {
    return sawEcho;
  }

  /** Bytes that are neither the answer nor the echo. */
  long strayBytes() {
    return received - explained;
  }

  /** Data of the answer, empty without one. */
  Bytes data() {
    return data;
  }

  /** The slave's code, 0 without one. */
  int exceptionCode() {
    return exceptionCode;
  }
}
