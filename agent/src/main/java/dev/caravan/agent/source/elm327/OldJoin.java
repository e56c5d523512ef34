package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/** Parts of an answer on a bus that has no transport protocol. */
final class OldJoin {
  /** Service, number and four bytes, or service and three codes. SAE J1979, 6.9.8 and 6.3. */
  private static final int PART_BYTES = 7;

  private OldJoin() {}

  /**
   * Service 09 numbers the parts from 1 (SAE J1979, 6.9), the parts of lists of codes are only put together, and all
   * others must be one.
   */
  static Optional<Bytes> of(List<Bytes> parts, Bytes request) {
    boolean isNumbered = request.at(0) == 0x09 && request.length() == 2 && request.at(1) % 2 == 0;
    boolean isList = request.length() == 1;
    if (!isNumbered && !isList) {
      return parts.size() == 1 ? Optional.of(parts.get(0)) : Optional.empty();
    }
    int head = isNumbered ? 2 : 1;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Bytes.of(parts.get(0).toArray(), 0, head).toArray());
    for (int i = 0; i < parts.size(); i++) {
      byte[] part = parts.get(i).toArray();
      int from = isNumbered ? head + 1 : head;
      boolean isNext = part.length > from && (!isNumbered || part[head] == i + 1);
      boolean isFull = part.length == PART_BYTES;
      if (!isNext || !isFull) {
        return Optional.empty();
      }
      out.write(part, from, part.length - from);
    }
    return isWhole(request, parts.size())
        ? Optional.of(Bytes.owning(out.toByteArray()))
        : Optional.empty();
  }

  /** VIN and name have five parts, a calibration identification four; SAE J1979, 6.9. */
  private static boolean isWhole(Bytes request, int parts) {
    if (request.length() == 1) {
      return true;
    }
    return switch (request.at(1)) {
      case 0x02, 0x0A -> parts == 5;
      case 0x04 -> parts % 4 == 0;
      default -> true;
    };
  }
}
