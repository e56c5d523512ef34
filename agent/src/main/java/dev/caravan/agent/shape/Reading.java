package dev.caravan.agent.shape;

import dev.caravan.agent.decode.SampleGroup;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Samples that arrived together, sent as they are. Mutable and reused by the shaper that gives it out. */
public final class Reading implements Report {
  private @Nullable SampleGroup group;

  /** A reading to be filled. */
  public Reading() {}

  /** Makes this the reading of a group, which is not copied. */
  public Reading of(SampleGroup group) {
    if (this.group != group) {
      this.group = group;
    }
    return this;
  }

  /**
   * The samples, at least one.
   *
   * @throws NullPointerException before it is first filled
   */
  public SampleGroup group() {
    return Objects.requireNonNull(group, "an empty reading");
  }
}
