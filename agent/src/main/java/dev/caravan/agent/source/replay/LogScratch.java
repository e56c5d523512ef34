package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.util.Arrays;

/** What the forms of line share while one log is read: room for a payload, the names of buses, the time so far. */
final class LogScratch {
  /** The largest 11-bit identifier. */
  static final int STANDARD_IDS = 0x7FF;

  /** The largest 29-bit identifier. */
  static final int EXTENDED_IDS = 0x1FFF_FFFF;

  /** CAN_ERR_BUSERROR of linux/can/error.h: what is said of an error frame whose log says no more. */
  static final int BUS_ERROR = 0x80;

  private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

  private static final byte[] BASE64 = new byte[128];

  static {
    Arrays.fill(BASE64, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      BASE64[digits.charAt(i)] = (byte) i;
    }
  }

  /** Room for the longest payload. */
  final byte[] payload = new byte[CanFrame.MOST_BYTES];

  final ChannelNames names = new ChannelNames();

  /** Time of the frame before, epoch nanoseconds; taken for lines that carry none. */
  long lastNs;

  /** Payload length for a data length code 0..15 (ISO 11898-1, table 5). */
  static int lengthOfCode(int code) {
    return LENGTHS[code];
  }

  /** Whether a CAN FD frame can have so many bytes. */
  static boolean isLengthOfFd(int length) {
    return Arrays.binarySearch(LENGTHS, length) >= 0;
  }

  /** A time counted from a start; {@link LineCursor#NO_TIME} beyond the year 2262, or if it is none. */
  static long sinceNs(long startNs, long timeNs) {
    long sum = startNs + timeNs;
    boolean isBeyond = ((startNs ^ sum) & (timeNs ^ sum)) < 0;
    return timeNs == LineCursor.NO_TIME || isBeyond ? LineCursor.NO_TIME : sum;
  }

  /** Fills a frame with the payload gathered here. */
  Verdict frame(CanFrame into, long timeNs, long id, int flags, int length, String channel) {
    if (id > ((flags & CanFrame.EXTENDED) != 0 ? EXTENDED_IDS : STANDARD_IDS) || id < 0) {
      return Verdict.BAD_ID;
    }
    into.set(timeNs, (int) id, flags, payload, 0, length).setChannel(channel);
    return Verdict.FRAME;
  }

  /** Fills a frame that tells of an error on the bus and nothing closer. */
  Verdict errorFrame(CanFrame into, long timeNs, String channel) {
    into.begin(timeNs, BUS_ERROR, CanFrame.ERROR, 8).setChannel(channel);
    return Verdict.FRAME;
  }

  /** Reads so many words of one byte each into the payload; {@link Verdict#FRAME} if they are all there. */
  Verdict bytes(LineCursor line, int count, int radix) {
    for (int i = 0; i < count; i++) {
      if (!line.word()) {
        return Verdict.BAD_LENGTH;
      }
      long value = line.wordNumber(radix);
      if (value < 0 || value > 0xFF) {
        return Verdict.BAD_PAYLOAD;
      }
      payload[i] = (byte) value;
    }
    return Verdict.FRAME;
  }

  /** Reads words of two hex digits to the end of the line; how many, or -1 if one is no byte or they are too many. */
  int bytesToEnd(LineCursor line) {
    int count = 0;
    while (line.word()) {
      long value = line.wordNumber(16);
      if (line.wordLength() != 2 || value < 0 || count == payload.length) {
        return -1;
      }
      payload[count++] = (byte) value;
    }
    return count;
  }

  /** Reads the word into the payload, two hex digits for each byte; how many bytes, or -1. */
  int hexWord(LineCursor line) {
    int digits = line.wordLength();
    if (digits % 2 != 0 || digits > 2 * CanFrame.MOST_BYTES) {
      return -1;
    }
    for (int i = 0; i < digits; i += 2) {
      int high = LineCursor.hexDigit(line.wordAt(i));
      int low = LineCursor.hexDigit(line.wordAt(i + 1));
      if (high < 0 || low < 0) {
        return -1;
      }
      payload[i / 2] = (byte) (high << 4 | low);
    }
    return digits / 2;
  }

  /** Reads the word into the payload, RFC 4648, clause 4, padded: four characters for three bytes; how many bytes, or -1. */
  int base64Word(LineCursor line) {
    int characters = line.wordLength();
    int digits = characters;
    while (digits > 0 && characters - digits < 2 && line.wordAt(digits - 1) == '=') {
      digits--;
    }
    int bytes = digits * 3 / 4;
    if (characters % 4 != 0 || bytes > CanFrame.MOST_BYTES) {
      return -1;
    }
    int bits = 0;
    for (int i = 0, filled = 0; i < digits; i++) {
      int character = line.wordAt(i);
      int value = character < BASE64.length ? BASE64[character] : -1;
      if (value < 0) {
        return -1;
      }
      bits = bits << 6 | value;
      // each character but the first of four completes a byte
      if (i % 4 != 0) {
        payload[filled++] = (byte) (bits >> (6 - i % 4 * 2));
      }
    }
    return bytes;
  }
}
