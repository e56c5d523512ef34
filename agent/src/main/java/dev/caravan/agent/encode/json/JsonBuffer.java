package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.signal.Decimal;
import dev.caravan.agent.signal.Digits;
import dev.caravan.agent.signal.Scale;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that grows, without an object for each number. One thread. */
final class JsonBuffer {
  /** The longest text that one call writes without looking for room: a number, with what is around it. */
  private static final int ROOM_BYTES = 64;

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
    room(text.length);
    System.arraycopy(text, 0, buffer, size, text.length);
    size += text.length;
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

  /** A number with the bits of the physical value, all digits of a whole one; NaN and infinities are texts. */
  JsonBuffer number(Scale scale, long rawBits, boolean largeAreTexts) {
    if (scale.isBeyondDouble(rawBits)) {
      String exact = scale.exact(rawBits);
      return largeAreTexts ? put('"').ascii(exact).put('"') : ascii(exact);
    }
    double value = scale.physical(rawBits);
    return Double.isFinite(value) ? number(value) : put('"').number(value).put('"');
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
