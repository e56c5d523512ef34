package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import java.util.Optional;
import java.util.Set;

/**
 * The bit map that tells which of the next 32 identifiers a unit knows: the highest bit of the first byte is the
 * identifier after the map's own. SAE J1979, annex A.
 */
final class SupportMap {
  private SupportMap() {}

  /** The map under {@code first} (00, 20, 40 …); empty if neither it nor any later one would have a bit. */
  static Optional<Bytes> of(Set<Integer> known, int first) {
    long bits = 0;
    boolean isMore = false;
    for (int id : known) {
      if (id > first && id <= first + 0x20) {
        bits |= 1L << (first + 0x20 - id);
      }
      isMore |= id > first + 0x20;
    }
    if (isMore) {
      bits |= 1; // the next map
    }
    return first != 0 && bits == 0
        ? Optional.empty()
        : Optional.of(CurrentData.number((double) bits, 4));
  }
}
