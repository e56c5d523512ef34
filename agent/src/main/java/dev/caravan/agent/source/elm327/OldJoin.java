package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins the parts of an answer on a bus that has no transport protocol, without their numbers, and knows how many parts each unit has said there
 * are. One thread.
 */
final class OldJoin {
  /** Service, number and four bytes, or service and three codes. SAE J1979, 6.9.8 and 6.3. */
  private static final int PART_BYTES = 7;

  private final Map<Integer, Integer> countByUnitAndType = new HashMap<>();

  private static int key(int unit, int type) {
    return (unit << 8) | type;
  }

  /** Takes in how many messages a unit has for vehicle information, {@code 49 03 08}: eight for 04. SAE J1979, 6.9. */
  void learnCount(int unit, Bytes payload) {
    if (payload.length() == 3 && payload.at(0) == 0x49 && payload.at(1) % 2 == 1) {
      countByUnitAndType.put(key(unit, payload.at(1) + 1), payload.at(2));
    }
  }

  /** Whether an answer to a request comes in parts with numbers from 1 on. SAE J1979, 6.9. */
  static boolean isNumbered(Bytes request) {
    return request.at(0) == 0x09
        && request.length() == 2
        && (request.at(1) % 2 == 0 || request.at(1) == 0x0B);
  }

  /** Whether an answer may have several parts. */
  static boolean isJoined(Bytes request) {
    return isNumbered(request) || request.length() == 1;
  }

  /** Whether an answer of which the last parts are missing looks like a whole one. */
  boolean isOpenEnded(int unit, Bytes request) {
    return isJoined(request)
        && fixed(request) == 0
        && !countByUnitAndType.containsKey(key(unit, request.length() > 1 ? request.at(1) : 0));
  }

  /** How many parts there are of a list of types, a VIN, a name; 0 where the unit decides. */
  private static int fixed(Bytes request) {
    return switch (request.length() > 1 ? request.at(1) : -1) {
      case 0x00 -> 1;
      case 0x02, 0x0A -> 5;
      default -> 0;
    };
  }

  /**
   * Parts with numbers are all there and in their order, lists of codes are only put together, and of anything else there
   * is one part.
   *
   * @param isOneUnit whether all parts are known to be of one unit
   */
  Optional<Bytes> join(int unit, List<Bytes> parts, Bytes request, boolean isOneUnit) {
    if (!isJoined(request)) {
      return parts.size() == 1 ? Optional.of(parts.get(0)) : Optional.empty();
    }
    boolean isNumbered = isNumbered(request);
    int head = isNumbered ? 2 : 1;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(parts.get(0).toArray(), 0, head);
    for (int i = 0; i < parts.size(); i++) {
      Bytes part = parts.get(i);
      boolean isNext = !isNumbered || (part.length() > head && part.at(head) == ((i + 1) & 0xFF));
      if (!isNext || part.length() != PART_BYTES) {
        return Optional.empty();
      }
      int from = isNumbered ? head + 1 : head;
      out.write(part.toArray(), from, PART_BYTES - from);
    }
    boolean isWhole = isNumbered ? isWhole(unit, request, parts.size()) : isOneUnit || isOne(parts);
    return isWhole ? Optional.of(Bytes.owning(out.toByteArray())) : Optional.empty();
  }

  private boolean isWhole(int unit, Bytes request, int parts) {
    int type = request.at(1);
    int fixed = fixed(request);
    boolean isItem = type != 0x04 || parts % 4 == 0; // 16 characters each
    return (fixed == 0 || parts == fixed)
        && isItem
        && parts >= countByUnitAndType.getOrDefault(key(unit, type), 0);
  }

  /** Whether lists of codes can be of one unit, which fills a message before it begins the next. */
  private static boolean isOne(List<Bytes> parts) {
    for (Bytes part : parts.subList(0, parts.size() - 1)) {
      if (part.at(PART_BYTES - 2) == 0 && part.at(PART_BYTES - 1) == 0) {
        return false;
      }
    }
    return true;
  }
}
