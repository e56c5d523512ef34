package dev.caravan.agent.encode.columns;

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
  private static final int LARGEST_EXPONENT = 6;
  private static final int MOST_SAMPLES = 1_000_000;

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

  /** Reads {@code batch} and {@code encoding} of a route. */
  public static TelemetrySettings from(Node batch, Node encoding) {
    TelemetrySettings settings = new TelemetrySettings(
        batch.at("max_age").durationNs("10ms", "1h", "1s"),
        (int) batch.at("max_samples").whole(1, MOST_SAMPLES, 5000),
        (int) batch.at("max_bytes").sizeBytes("1KiB", "4MiB", "256KiB"),
        exponent(batch.at("quantum")),
        batch.at("compress").oneOf(List.of("deflate", "none"), "deflate").equals("deflate"),
        encoding.whole(1, 2, 2) == 2);
    batch.refuseUnknownKeys();
    return settings;
  }

  private static int exponent(Node quantum) {
    long leftUs = quantum.durationNs("1us", "1s", "1us") / 1000;
    int exponent = 0;
    while (leftUs >= 10 && leftUs % 10 == 0) {
      leftUs /= 10;
      exponent++;
    }
    if (leftUs != 1) {
      quantum.fault("want one of 1us, 10us, 100us, 1ms, 10ms, 100ms, 1s, got " + quantum.text());
      return 0;
    }
    return exponent;
  }
}
