package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.decode.SampleGroup;

/** What becomes of the samples of one signal. */
interface Cover {
  /** Never sent. */
  Cover DROPPED = (from, index, to) -> {};

  /** Sent as it is. */
  Cover NONE = (from, index, to) -> to.add(from, index);

  /** Adds what may be told of a sample, if anything may. */
  void give(SampleGroup from, int index, SampleGroup to);
}
