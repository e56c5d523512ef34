package dev.caravan.agent.encode.columns;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Closing;
import java.util.List;
import java.util.stream.Stream;

/**
 * When a batch is closed, and how it is packed.
 *
 * @param maxAgeNs a batch is closed when its first report came in so long ago
 * @param maxSamples or when it has so many
 * @param maxBytes or when it is about so large before compression
 * @param quantumExponent times are rounded to 10 to the power of this, in microseconds, 0..6
 * @param isCompressed whether Deflate is used where it makes a batch smaller
 * @param isCompact whether what goes without saying is left out, which readers before the first release do not know
 */
public record TelemetrySettings(
    long maxAgeNs,
    int maxSamples,
    int maxBytes,
    int quantumExponent,
    boolean isCompressed,
    boolean isCompact) {
  /** A key of the route. */
  public static final Key<Node> BATCH = Key.block("batch")
      .absent("its defaults")
      .says("when a batch is closed and how it is packed, see below");

  /** Another. */
  public static final Key<Integer> ENCODING = Key.whole("encoding", 1, 2)
      .or(2)
      .says(
          "how batches are put into bytes: `2` leaves out what goes without saying, and joins what "
              + "leaves from a backlog; `1` is for readers that know no other");

  private static final Key<String> COMPRESS = Key.oneOf("compress", "deflate", "none")
      .or("deflate")
      .says("`deflate`: where it makes a batch smaller; `none`: never");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      Stream.concat(Closing.KEYS.stream(), Stream.<Key<?>>of(COMPRESS)).toList();

  private static final int LARGEST_EXPONENT = 6;

  /** Checks the ranges. */
  public TelemetrySettings {
    if (maxAgeNs < 0
        || maxSamples < 1
        || maxSamples > Closing.MOST_SAMPLES
        || maxBytes < 1
        || quantumExponent < 0
        || quantumExponent > LARGEST_EXPONENT) {
      throw new IllegalArgumentException(
          "telemetry settings: maxAgeNs=" + maxAgeNs + ", maxSamples=" + maxSamples + ", maxBytes="
              + maxBytes + ", quantumExponent=" + quantumExponent);
    }
  }

  /** Reads {@code batch} of a route, for such an {@link #ENCODING}. */
  public static TelemetrySettings from(Node batch, int encoding) {
    Closing closing = Closing.from(batch);
    TelemetrySettings settings = new TelemetrySettings(
        closing.maxAgeNs(),
        closing.maxSamples(),
        closing.maxBytes(),
        closing.quantumExponent(),
        batch.get(COMPRESS).equals("deflate"),
        encoding == 2);
    batch.refuseUnknownKeys();
    return settings;
  }
}
