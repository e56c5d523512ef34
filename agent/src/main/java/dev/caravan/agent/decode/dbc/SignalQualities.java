package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table says of one signal's raw values, made for looking up. Allocates nothing for a value. */
final class SignalQualities {
  private final Kind kind;
  private final long[] bounds; // first, last, first, last …, as keys
  private final Quality[] qualities;

  SignalQualities(Kind kind, List<RawQuality> said) {
    this.kind = kind;
    this.bounds = new long[2 * said.size()];
    this.qualities = new Quality[said.size()];
    for (int i = 0; i < qualities.length; i++) {
      bounds[2 * i] = key(kind, said.get(i).first());
      bounds[2 * i + 1] = key(kind, said.get(i).last());
      qualities[i] = said.get(i).quality();
    }
  }

  /** What a raw value says of itself; null where the table says nothing. Of several the first counts. */
  @Nullable
  Quality of(long raw) {
    if (qualities.length == 0) {
      return null;
    }
    long key = key(kind, raw);
    for (int i = 0; i < qualities.length; i++) {
      if (bounds[2 * i] <= key && key <= bounds[2 * i + 1]) {
        return qualities[i];
      }
    }
    return null;
  }

  /** A signed number for the 64 bits of a raw value, in the order of the values; NaN is the last. */
  static long key(Kind kind, long raw) {
    if (kind.isInteger()) {
      return kind == Kind.UNSIGNED ? raw ^ Long.MIN_VALUE : raw;
    }
    if (Double.isNaN(Double.longBitsToDouble(raw))) {
      return Long.MAX_VALUE;
    }
    return raw >= 0 ? raw : Long.MIN_VALUE - raw;
  }
}
