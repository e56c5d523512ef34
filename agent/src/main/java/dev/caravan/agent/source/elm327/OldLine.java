package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A message of a bus before CAN, whose checksum was right, or left off by a chip that always does.
 *
 * <pre>
 * J1850       48 6B 10 | 41 00 BE 3E B8 11 | FA   priority, 6B, sender | data | CRC
 * ISO 9141-2  48 6B 10 | 41 0C 0F A0       | BF   the same             | data | sum
 * ISO 14230   84 F1 10 | 41 0C 0F A0       | 81   80 + length, F1, sender
 *             80 F1 10 04 | 41 0C 0F A0    | 81   length in a byte of its own
 * </pre>
 *
 * <p>Without a checksum the length has to tell that a line is whole. ISO 14230 has it in the header; of the others it is
 * known for lists of parameters, lists of codes and vehicle information, while a parameter's data are held against its
 * table by the decoder.
 *
 * @param sender its address, 0..255
 * @param data from the service byte on
 */
record OldLine(int sender, Bytes data) {
  private static final int HEADER_BYTES = 3;
  private static final int TESTER = 0xF1;
  private static final int REPLY_TO_EVERYONE = 0x6B;
  private static final int NEGATIVE = 0x7F;
  private static final int NEGATIVE_BYTES = 3;

  /** SAE J1979, 6.1: no message of J1850 and ISO 9141-2 has more data. */
  private static final int MOST_BYTES = 7;

  /** Null where it is none. */
  static @Nullable OldLine of(byte[] line, Bus.Form form, Bytes request, Checksums checksums) {
    if (line.length < HEADER_BYTES + 1) {
      return null;
    }
    int from = HEADER_BYTES;
    int length;
    int target = line[1] & 0xFF;
    if (form == Bus.Form.SUM && target == TESTER && (line[0] & 0x80) != 0) {
      length = line[0] & 0x3F;
      if (length == 0) {
        length = line[from++] & 0xFF;
      }
      if (length == 0) {
        return null;
      }
    } else if (target == REPLY_TO_EVERYONE) {
      int service = line[from] & 0xFF;
      boolean isAnswer = service == request.at(0) + 0x40;
      length = service == NEGATIVE ? NEGATIVE_BYTES : isAnswer ? length(request) : 0;
    } else {
      return null;
    }
    return of(line, form, from, length, checksums);
  }

  /** How long the answer must be on J1850 and ISO 9141-2; 0 where that is the parameter's. SAE J1979, 6. */
  private static int length(Bytes request) {
    int parameter = request.length() > 1 ? request.at(1) : -1;
    return switch (request.at(0)) {
      case 0x01 -> parameter % 0x20 == 0 ? 6 : 0;
      case 0x02 -> parameter % 0x20 == 0 ? 7 : 0;
      case 0x03, 0x07, 0x0A -> 7;
      case 0x09 -> OldJoin.isNumbered(request) ? 7 : 0;
      default -> 0;
    };
  }

  /** With the data's length, 0 if it is not known. */
  private static @Nullable OldLine of(
      byte[] line, Bus.Form form, int from, int length, Checksums checksums) {
    int last = line.length - 1;
    int rest = line.length - from;
    boolean mayEndInOne = length > 0 ? rest == length + 1 : rest > 1 && !checksums.areLeftOff();
    if (mayEndInOne) {
      int right = form == Bus.Form.J1850 ? crc(line, last) : sum(line, last);
      if (right != (line[last] & 0xFF)) {
        return null;
      }
      checksums.sawOne();
      return new OldLine(line[2] & 0xFF, Bytes.of(line, from, rest - 1));
    }
    if (length == rest) {
      checksums.missedOne();
    }
    boolean isWhole = length > 0 ? rest == length : rest > 1 && rest <= MOST_BYTES;
    return isWhole && checksums.areLeftOff()
        ? new OldLine(line[2] & 0xFF, Bytes.of(line, from, rest))
        : null;
  }

  /** ISO 14230-2, 4.4. */
  private static int sum(byte[] line, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += line[i] & 0xFF;
    }
    return sum & 0xFF;
  }

  /** SAE J1850, 5.4.1: x^8 + x^4 + x^3 + x^2 + 1, begun with all ones, inverted. */
  private static int crc(byte[] line, int length) {
    int crc = 0xFF;
    for (int i = 0; i < length; i++) {
      crc ^= line[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x1D) & 0xFF : crc << 1;
      }
    }
    return crc ^ 0xFF;
  }
}
