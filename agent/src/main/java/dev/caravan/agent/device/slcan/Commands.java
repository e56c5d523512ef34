package dev.caravan.agent.device.slcan;

import dev.caravan.agent.device.FrameOut;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The host's lines, and the answers to them: CR for done, BEL for refused or unknown. Takes bytes in any portions; a
 * line over {@value #LONGEST} bytes is refused as a whole at its end. One thread.
 *
 * @see "LAWICEL CAN232 manual V3, available CAN232 ASCII commands"
 */
final class Commands {
  /** {@code B1FFFFFFFF} and 64 payload bytes, with room to spare. */
  private static final int LONGEST = 160;

  private static final byte[] DONE = {'\r'};
  private static final byte[] REFUSED = {7};
  private static final byte[] SENT_STANDARD = {'z', '\r'};
  private static final byte[] SENT_EXTENDED = {'Z', '\r'};
  private static final byte[] VERSION = ascii("V1013\r");
  private static final byte[] FD_VERSION = ascii("CANable 2 simulated, slcan with CAN FD\r");
  private static final byte[] DETAILED_VERSION = ascii("v1014\r");
  private static final byte[] SERIAL_NUMBER = ascii("NCA01\r");

  /** Where the host's data frames go: onto the bus. */
  interface Bus {
    /** A frame; the payload is reused after the return. */
    void put(int id, int flags, byte[] payload, int length);
  }

  private final Channel channel;
  private final Outbox outbox;
  private final Bus bus;
  private final byte[] payload = new byte[64];
  private final byte[] line = new byte[LONGEST];
  private final byte[] statusAnswer = ascii("F00\r");
  private int length;
  private boolean tooLong;

  // frames, as the thread that asks for counts is another
  private final AtomicLong transmitted = new AtomicLong();
  private final AtomicLong discarded = new AtomicLong();

  Commands(Channel channel, Outbox outbox, Bus bus) {
    this.channel = channel;
    this.outbox = outbox;
    this.bus = bus;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Frames the host has put on the bus. */
  long transmitted() {
    return transmitted.get();
  }

  /** Frames thrown away from the transmit buffer when the host closed the channel. */
  long discarded() {
    return discarded.get();
  }

  /** Takes all bytes between position and limit. */
  void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\r') {
        outbox.offerAnswer(tooLong ? REFUSED : answer());
        length = 0;
        tooLong = false;
      } else if (length == LONGEST) {
        tooLong = true;
      } else if (next != '\n') { // terminals add it
        line[length++] = next;
      }
    }
  }

  private byte[] answer() {
    if (length == 0) {
      return DONE;
    }
    return switch (line[0]) {
      case 'C' -> close();
      case 'F' -> status();
      case 'L' -> done(length == 1 && channel.open(Channel.Mode.LISTEN_ONLY));
      case 'B', 'D' -> channel.fd ? transmit(8, true, SENT_EXTENDED) : REFUSED;
      case 'M' -> channel.fd ? silence() : filter(true);
      case 'N' -> length == 1 ? SERIAL_NUMBER : REFUSED;
      case 'O' -> done(length == 1 && channel.open(Channel.Mode.NORMAL));
      case 'R' -> transmit(8, false, SENT_EXTENDED);
      case 'S' -> done(length == 2 && channel.standardBitrate(line[1] - '0'));
      case 'T' -> transmit(8, true, SENT_EXTENDED);
      case 'V' -> length == 1 ? (channel.fd ? FD_VERSION : VERSION) : REFUSED;
      case 'Y' -> done(length == 2 && channel.dataBitrate(line[1] - '0'));
      case 'Z' -> timestamps();
      case 'b', 'd' -> channel.fd ? transmit(3, true, SENT_STANDARD) : REFUSED;
      case 'm' -> channel.fd ? REFUSED : filter(false);
      case 'r' -> transmit(3, false, SENT_STANDARD);
      case 's' ->
        done(length == 5 && hex(1, 4) >= 0 && channel.bitTiming((int) hex(1, 2), (int) hex(3, 2)));
      case 't' -> transmit(3, true, SENT_STANDARD);
      case 'v' -> length == 1 ? DETAILED_VERSION : REFUSED;
      default -> REFUSED;
    };
  }

  private static byte[] done(boolean isDone) {
    return isDone ? DONE : REFUSED;
  }

  private byte[] close() {
    if (length != 1 || !channel.close()) {
      return REFUSED;
    }
    discarded.addAndGet(outbox.discardWaiting());
    return DONE;
  }

  private byte[] status() {
    if (length != 1 || !channel.isOpen()) {
      return REFUSED;
    }
    int status = channel.takeStatus();
    statusAnswer[1] = FrameLine.digit(status >> 4);
    statusAnswer[2] = FrameLine.digit(status);
    return statusAnswer;
  }

  private byte[] timestamps() {
    boolean known = length == 2 && (line[1] == '0' || line[1] == '1');
    return done(known && channel.timestamps(line[1] == '1'));
  }

  /** {@code M0} and {@code M1} of the CANable, before {@code O}. */
  private byte[] silence() {
    boolean isKnown = length == 2 && (line[1] == '0' || line[1] == '1');
    return done(isKnown && channel.silent(line[1] == '1'));
  }

  private byte[] filter(boolean isCode) {
    long value = length == 9 ? hex(1, 8) : -1;
    if (value < 0 || channel.isOpen()) {
      return REFUSED;
    }
    if (isCode) {
      channel.acceptance.code((int) value);
    } else {
      channel.acceptance.mask((int) value);
    }
    return DONE;
  }

  private byte[] transmit(int idDigits, boolean hasPayload, byte[] sent) {
    if (!channel.isOpen() || channel.isListenOnly() || length < 1 + idDigits + 1) {
      return REFUSED;
    }
    long id = hex(1, idDigits);
    long bytes = hex(1 + idDigits, 1);
    int most = "bBdD".indexOf(line[0]) < 0 ? 8 : 15;
    int payloadBytes = bytes < 0 || !hasPayload ? 0 : FrameLine.LENGTHS[(int) bytes];
    int wanted = 1 + idDigits + 1 + 2 * payloadBytes;
    if (id < 0
        || id > (idDigits == 3 ? 0x7FF : 0x1FFFFFFF)
        || bytes < 0
        || bytes > most
        || length != wanted
        || hex(2 + idDigits, wanted - 2 - idDigits) < 0) {
      return REFUSED;
    }
    transmitted.incrementAndGet();
    if (hasPayload) {
      for (int i = 0; i < payloadBytes; i++) {
        payload[i] = (byte) hex(2 + idDigits + 2 * i, 2);
      }
      bus.put((int) id, flags(line[0], idDigits), payload, payloadBytes);
    }
    return sent;
  }

  private static int flags(byte letter, int idDigits) {
    return (idDigits == 8 ? FrameOut.EXTENDED : 0)
        | ("bBdD".indexOf(letter) < 0 ? 0 : FrameOut.FD)
        | ("bB".indexOf(letter) < 0 ? 0 : FrameOut.BIT_RATE_SWITCH);
  }

  /** The value of hex digits of either case, of more than 15 only the lowest; -1 if one is none. */
  private long hex(int from, int digits) {
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Character.digit((char) line[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = ((value << 4) | digit) & 0x0FFF_FFFF_FFFF_FFFFL;
    }
    return value;
  }
}
