package dev.caravan.agent.encode.columns;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

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
  private static final int MOST_SAMPLES = 1_000_000;

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

  private static final Key<Long> MAX_AGE = Key.duration("max_age", "10ms", "1h")
      .or("1s")
      .says("close a batch when its first sample came in so long ago");
  private static final Key<Integer> MAX_SAMPLES =
      Key.whole("max_samples", 1, MOST_SAMPLES).or(5000).says("close it when it has so many");
  private static final Key<Long> MAX_BYTES = Key.size("max_bytes", "1KiB", "4MiB")
      .or("256KiB")
      .says("close it when it is about so large, before compression");
  /** In the order of their exponents. */
  private static final List<String> QUANTA =
      List.of("1us", "10us", "100us", "1ms", "10ms", "100ms", "1s");

  private static final Key<String> QUANTUM = Key.oneOf("quantum", QUANTA)
      .unit("duration")
      .or("1us")
      .says("times are rounded to this; a coarser one makes batches smaller");
  private static final Key<String> COMPRESS = Key.oneOf("compress", "deflate", "none")
      .or("deflate")
      .says("`deflate`: where it makes a batch smaller; `none`: never");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(MAX_AGE, MAX_SAMPLES, MAX_BYTES, QUANTUM, COMPRESS);

  private static final int LARGEST_EXPONENT = 6;

  /** Checks the ranges. */
  public TelemetrySettings {
    if (maxAgeNs < 0
        || maxSamples < 1
        || maxSamples > MOST_SAMPLES
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
    TelemetrySettings settings = new TelemetrySettings(
        batch.get(MAX_AGE),
        batch.get(MAX_SAMPLES),
        Math.toIntExact(batch.get(MAX_BYTES)),
        QUANTA.indexOf(batch.get(QUANTUM)),
        batch.get(COMPRESS).equals("deflate"),
        encoding == 2);
    batch.refuseUnknownKeys();
    return settings;
  }
}
