package dev.caravan.agent.receive;

import dev.caravan.agent.wire.SampleWalk;

/** Stands for what samples say, so that two messages can be compared when one of them is gone. Has no state. */
final class SampleDigest {
  private SampleDigest() {}

  /** Goes on from a number that stands for what was before the samples. */
  static long of(long before, ReadSamples samples) {
    long digest = before;
    for (SampleWalk sample : samples.walks()) {
      while (sample.next()) {
        digest = digest * 31 + sample.signal().path().hashCode();
        digest = digest * 31 + sample.timeUs();
        digest = digest * 31 + sample.rawBits() + sample.quality().name().hashCode();
        digest = digest * 31 + sample.text().hashCode() + sample.bytes().hashCode();
      }
    }
    return digest;
  }
}
