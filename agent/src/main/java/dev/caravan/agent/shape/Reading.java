package dev.caravan.agent.shape;

import dev.caravan.agent.decode.Sample;
import org.jspecify.annotations.Nullable;

/** One sample, sent as it is. Mutable and reused by the shaper that gives it out. */
public final class Reading implements Report {
  private @Nullable Sample sample;

  /** A reading to be filled. */
  public Reading() {}

  /** Makes this the reading of a sample, which is not copied. */
  public Reading of(Sample sample) {
    this.sample = sample;
    return this;
  }

  /**
   * The sample.
   *
   * @throws NullPointerException before it is first filled
   */
  public Sample sample() {
    return java.util.Objects.requireNonNull(sample, "an empty reading");
  }
}
