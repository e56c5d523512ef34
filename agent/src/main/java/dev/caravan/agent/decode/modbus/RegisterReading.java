package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.List;

/**
 * Takes one signal's value out of the data of an answer. The result stays in this object until the next call; one thread
 * uses it.
 */
final class RegisterReading {
  private long raw;
  private Quality quality = Quality.OK;
  private String text = "";

  /**
   * Reads a signal that lies in the data.
   *
   * @param from address of the first register or coil of the data
   */
  void read(MappedSignal signal, Bytes data, int from) {
    raw = 0;
    text = "";
    quality = Quality.OK;
    int at = signal.address() - from;
    if (signal.type() == RegisterType.BIT) {
      number(signal, data.at(at / 8) >>> (at % 8) & 1);
    } else if (signal.type() == RegisterType.STRING) {
      readText(signal, data, 2 * at);
    } else {
      number(signal, bits(signal, data, 2 * at));
    }
  }

  private static long bits(MappedSignal signal, Bytes data, int at) {
    int registers = signal.count();
    long bits = 0;
    for (int i = 0; i < 2 * registers; i++) {
      bits = bits << 8 | data.at(at + signal.order().place(i, registers));
    }
    return switch (signal.type()) {
      // high and low as they are sent, whatever the order of longer values
      case U8HI -> data.at(at);
      case U8LO -> data.at(at + 1);
      case BITS -> bits >>> signal.position() & (1L << signal.length()) - 1;
      default -> bits;
    };
  }

  private void number(MappedSignal signal, long bits) {
    switch (signal.type()) {
      case F32 -> floating(signal, Float.intBitsToFloat((int) bits));
      case F64 -> floating(signal, Double.longBitsToDouble(bits));
      default -> whole(signal, bits);
    }
  }

  private void whole(MappedSignal signal, long bits) {
    raw = switch (signal.type()) {
      case S16 -> (short) bits;
      case S32 -> (int) bits;
      default -> bits;
    };
    quality = meaning(signal, bits);
    if (quality == Quality.OK && signal.type().isBcd()) {
      decimal(bits, signal.count() * 4);
    }
    if (quality == Quality.OK) {
      limit(signal, signal.type() == RegisterType.U64 ? Scale.unsignedToDouble(raw) : (double) raw);
    }
  }

  private static Quality meaning(MappedSignal signal, long pattern) {
    if (holds(signal.notAvailable(), pattern)) {
      return Quality.NOT_AVAILABLE;
    }
    return holds(signal.error(), pattern) ? Quality.ERROR : Quality.OK;
  }

  /** Without an iterator: this is done for every value. */
  private static boolean holds(List<Long> patterns, long pattern) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i) == pattern) {
        return true;
      }
    }
    return false;
  }

  private void decimal(long bits, int digits) {
    long number = 0;
    for (int i = digits - 1; i >= 0; i--) {
      long digit = bits >>> (4 * i) & 0xF;
      if (digit > 9) {
        raw = 0;
        quality = Quality.ERROR;
        return;
      }
      number = number * 10 + digit;
    }
    raw = number;
  }

  private void floating(MappedSignal signal, double number) {
    raw = Double.doubleToRawLongBits(number);
    if (Double.isNaN(number)) {
      quality = Quality.NOT_AVAILABLE;
    } else if (Double.isInfinite(number)) {
      quality = Quality.ERROR;
    } else {
      quality = floatingMeaning(signal, number);
      if (quality == Quality.OK) {
        limit(signal, number);
      }
    }
  }

  /** A number such as -9999.9 is another double than the float of the wire: compared is what the wire can say. */
  private static Quality floatingMeaning(MappedSignal signal, double number) {
    for (int i = 0; i < signal.notAvailable().size(); i++) {
      if (isSame(signal, signal.notAvailable().get(i), number)) {
        return Quality.NOT_AVAILABLE;
      }
    }
    for (int i = 0; i < signal.error().size(); i++) {
      if (isSame(signal, signal.error().get(i), number)) {
        return Quality.ERROR;
      }
    }
    return Quality.OK;
  }

  private static boolean isSame(MappedSignal signal, long wantedBits, double number) {
    double wanted = Double.longBitsToDouble(wantedBits);
    return signal.type() == RegisterType.F32 ? (float) wanted == (float) number : wanted == number;
  }

  private void limit(MappedSignal signal, double number) {
    double physical = number * signal.factor() + signal.offset();
    if (physical < signal.min() || physical > signal.max()) {
      quality = Quality.OUT_OF_RANGE;
    }
  }

  private void readText(MappedSignal signal, Bytes data, int at) {
    byte[] bytes = new byte[signal.length()];
    int length = 0;
    while (length < bytes.length) {
      int place = signal.order().swapsBytes ? length ^ 1 : length;
      bytes[length] = (byte) data.at(at + place);
      if (bytes[length] == 0) {
        break;
      }
      length++;
    }
    CharsetDecoder decoder = MappedSignalReading.charset(signal.encoding())
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      text = decoder.decode(ByteBuffer.wrap(bytes, 0, length)).toString().strip();
    } catch (CharacterCodingException e) {
      quality = Quality.UNDECODABLE;
    }
  }

  /** Bits of the whole number or of the double. */
  long raw() {
    return raw;
  }

  Quality quality() {
    return quality;
  }

  String text() {
    return text;
  }
}
