package dev.caravan.agent.encode;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * When the body of a format that gathers samples is closed, by whichever limit it reaches first, and how exact its times are.
 *
 * @param maxAgeNs its first report came in so long ago
 * @param maxSamples it has so many
 * @param maxBytes it is about so large, before compression
 * @param quantumExponent times are rounded to 10 to the power of this, in microseconds, 0..6
 */
public record Closing(long maxAgeNs, int maxSamples, int maxBytes, int quantumExponent) {
  private static final long NS_PER_US = 1_000L;

  /** The most samples. */
  public static final int MOST_SAMPLES = 1_000_000;

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

  /** Its keys, in the mapping of a format. */
  public static final List<Key<?>> KEYS = List.of(MAX_AGE, MAX_SAMPLES, MAX_BYTES, QUANTUM);

  /** Nanoseconds that times are rounded to. */
  public long quantumNs() {
    return NS_PER_US * Math.round(Math.pow(10, quantumExponent));
  }

  /** Reads them. */
  public static Closing from(Node node) {
    return new Closing(
        node.get(MAX_AGE),
        node.get(MAX_SAMPLES),
        Math.toIntExact(node.get(MAX_BYTES)),
        QUANTA.indexOf(node.get(QUANTUM)));
  }
}
