package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Decimal;
import dev.caravan.agent.signal.Digits;
import dev.caravan.agent.signal.Scale;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that grows, without an object for each number. One thread. */
final class JsonBuffer {
  /** The longest text that one call writes without looking for room: a number, with what is around it. */
  private static final int ROOM_BYTES = 64;

  /** Readers that have doubles alone may round whole numbers of this size. */
  private static final long LARGE = 1L << 53;

  private static final long DAY_US = 86_400_000_000L;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] buffer;
  private int size;

  /** Of about so many bytes. */
  JsonBuffer(int bytes) {
    buffer = new byte[bytes + ROOM_BYTES];
  }

  JsonBuffer() {
    this(1 << 10);
  }

  int size() {
    return size;
  }

  /** Forgets all behind an index. */
  void cut(int at) {
    size = at;
  }

  Bytes bytes() {
    return Bytes.of(buffer, 0, size);
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + bytes));
    }
  }

  JsonBuffer put(char ascii) {
    room(ROOM_BYTES);
    buffer[size++] = (byte) ascii;
    return this;
  }

  /** ASCII text as it is. */
  JsonBuffer ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  JsonBuffer bytes(byte[] text) {
    return bytes(text, 0, text.length);
  }

  JsonBuffer bytes(byte[] text, int from, int length) {
    room(length);
    System.arraycopy(text, from, buffer, size, length);
    size += length;
    return this;
  }

  JsonBuffer bytes(Bytes text) {
    room(text.length());
    text.copyTo(buffer, size);
    size += text.length();
    return this;
  }

  /** What another has from an index on. */
  JsonBuffer bytes(JsonBuffer other, int from) {
    room(other.size - from);
    System.arraycopy(other.buffer, from, buffer, size, other.size - from);
    size += other.size - from;
    return this;
  }

  JsonBuffer text(String text) {
    return JsonText.isPlain(text) ? put('"').ascii(text).put('"') : bytes(JsonText.quoted(text));
  }

  /** A name, and the colon behind it. */
  JsonBuffer name(String name) {
    return text(name).put(':');
  }

  JsonBuffer whole(long value) {
    room(ROOM_BYTES);
    size = Digits.whole(value, buffer, size);
    return this;
  }

  JsonBuffer flag(boolean value) {
    return ascii(value ? "true" : "false");
  }

  /** Bytes in hex, as a text. */
  JsonBuffer hex(Bytes value) {
    put('"');
    room(2 * value.length());
    for (int i = 0; i < value.length(); i++) {
      buffer[size++] = HEX[value.at(i) >> 4];
      buffer[size++] = HEX[value.at(i) & 0xF];
    }
    return put('"');
  }

  /** Whether a whole number is one of 2^53 and more, of either sign. */
  static boolean isLarge(long value) {
    return value >= LARGE || value <= -LARGE;
  }

  /** A number with the bits of the physical value, all digits of a whole one; NaN and infinities are texts. */
  JsonBuffer number(Scale scale, long rawBits, boolean largeAreTexts) {
    if (scale.isBeyondDouble(rawBits)) {
      if (scale.isLong(rawBits) && !isLarge(scale.whole(rawBits))) {
        return whole(scale.whole(rawBits));
      }
      String exact = scale.exact(rawBits);
      return largeAreTexts ? put('"').ascii(exact).put('"') : ascii(exact);
    }
    double value = scale.physical(rawBits);
    return Double.isFinite(value) ? number(value) : put('"').number(value).put('"');
  }

  /** A value: a number, a truth, a text, bytes in hex; null where the quality says that there is none. */
  JsonBuffer value(Sample sample, boolean largeAreTexts) {
    if (!sample.quality().hasValue()) {
      return ascii("null");
    }
    Signal signal = sample.signal();
    return switch (signal.kind()) {
      case TEXT -> text(sample.text());
      case BYTES -> hex(sample.bytes());
      case BOOLEAN -> flag(sample.rawBits() != 0);
      default -> number(signal.scale(), sample.rawBits(), largeAreTexts);
    };
  }

  /** A time of so many microseconds since 1970 as a text of ISO 8601, in UTC; of the years 0 to 9999. */
  JsonBuffer iso8601(long timeUs) {
    long day = Math.floorDiv(timeUs, DAY_US);
    long us = Math.floorMod(timeUs, DAY_US);
    // of years that begin in March, so that a leap day is their last; 400 of them have 146,097 days
    long since = day + 719_468;
    long era = Math.floorDiv(since, 146_097L);
    long inEra = Math.floorMod(since, 146_097L);
    long year = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365;
    long inYear = inEra - (365 * year + year / 4 - year / 100);
    long month = (5 * inYear + 2) / 153;
    long ofMonth = inYear - (153 * month + 2) / 5 + 1;
    long calendarMonth = month < 10 ? month + 3 : month - 9;
    room(ROOM_BYTES);
    put('"').digits(year + 400 * era + (calendarMonth <= 2 ? 1 : 0), 4);
    put('-').digits(calendarMonth, 2).put('-').digits(ofMonth, 2).put('T');
    digits(us / 3_600_000_000L, 2).put(':').digits(us / 60_000_000L % 60, 2).put(':');
    digits(us / 1_000_000L % 60, 2).put('.').digits(us % 1_000_000L, 6);
    return put('Z').put('"');
  }

  private JsonBuffer digits(long value, int count) {
    long rest = value;
    for (int i = count - 1; i >= 0; i--) {
      buffer[size + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
    return this;
  }

  /** A number that is never taken for a whole one. */
  JsonBuffer fraction(double value) {
    int from = size;
    number(value);
    for (int i = from; i < size; i++) {
      if (buffer[i] == '.') {
        return this;
      }
    }
    return ascii(".0");
  }

  private JsonBuffer number(double value) {
    room(ROOM_BYTES);
    size = Decimal.put(value, buffer, size);
    return this;
  }
}
