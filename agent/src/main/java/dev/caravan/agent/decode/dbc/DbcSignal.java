package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Scale;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One signal of a DBC message ({@code SG_}).
 *
 * <p>Bit n of a payload is bit n % 8, 0 the lowest, of byte n / 8. A little-endian signal starts at its lowest bit and
 * goes up; a big-endian one starts at its highest bit and goes down, from bit 0 of a byte to bit 7 of the next.
 *
 * @param name its name, the long one where the file has one; the second of one name in a message ends in {@code #2}
 * @param startBit see above
 * @param lengthBits 1..64 of a signal that can be decoded
 * @param bigEndian Motorola byte order
 * @param kind {@link Kind#SIGNED}, {@link Kind#UNSIGNED}, {@link Kind#FLOAT} (16 or 32 bits) or {@link Kind#DOUBLE}
 * @param scale physical = raw * factor + offset
 * @param min lowest physical value, NaN for none; decoding does not clip
 * @param max highest physical value, NaN for none
 * @param unit as the file writes it; empty for none
 * @param labels text of raw values
 * @param multiplexor whether others hang on its value
 * @param branch when it is there; empty for always
 * @param spn J1939 suspect parameter number; 0 for none
 * @param receivers names of the nodes that read it
 * @param comment empty for none
 * @param attributes explicit ones; the text of an enumeration, not its index
 * @param qualities what a table beside the file says of raw values, where it speaks of them; the first counts
 * @param where file, line and column
 */
public record DbcSignal(
    String name,
    int startBit,
    int lengthBits,
    boolean bigEndian,
    Kind kind,
    Scale scale,
    double min,
    double max,
    String unit,
    Map<Long, String> labels,
    boolean multiplexor,
    Optional<DbcBranch> branch,
    int spn,
    List<String> receivers,
    String comment,
    Map<String, String> attributes,
    List<RawQuality> qualities,
    String where) {
  /** Copies the collections. */
  public DbcSignal {
    labels = Map.copyOf(labels);
    receivers = List.copyOf(receivers);
    attributes = Map.copyOf(attributes);
    qualities = List.copyOf(qualities);
  }

  /** The same signal with what a table says of its raw values. */
  DbcSignal withQualities(List<RawQuality> said) {
    return new DbcSignal(
        name,
        startBit,
        lengthBits,
        bigEndian,
        kind,
        scale,
        min,
        max,
        unit,
        labels,
        multiplexor,
        branch,
        spn,
        receivers,
        comment,
        attributes,
        said,
        where);
  }

  /** The factor; the nearest double. */
  public double factor() {
    return scale.factor();
  }

  /** The offset; the nearest double. */
  public double offset() {
    return scale.offset();
  }

  /** Physical value of a raw one: for whole numbers their 64 bits, otherwise the bits of a double. */
  public double physical(long rawBits) {
    return scale.physical(rawBits);
  }

  /** The text of a raw value, in the form {@link #physical} takes; null if it has none. */
  public @Nullable String label(long rawBits) {
    if (labels.isEmpty()) {
      return null;
    }
    if (kind.isInteger()) {
      return labels.get(rawBits);
    }
    double raw = Double.longBitsToDouble(rawBits);
    return raw == Math.rint(raw) && Math.abs(raw) < 0x1p63 ? labels.get((long) raw) : null;
  }

  /** Bytes a payload must have to hold it: the index of its last byte plus one. */
  public int bytesNeeded() {
    long last = bigEndian
        ? (startBit & ~7L) + (7 - (startBit & 7)) + lengthBits - 1
        : (long) startBit + lengthBits - 1;
    return (int) Math.min(Integer.MAX_VALUE, last / 8 + 1);
  }
}
