package dev.caravan.agent.source.elm327;

/**
 * Whether a chip prints the checksums of buses before CAN. All should; some clones leave them off. A line that lost its
 * last byte on the way looks like one of theirs, so a line without is believed only of a chip that has shown {@value
 * #PROOF} such lines and never a checksum. One thread.
 */
final class Checksums {
  private static final int PROOF = 2;

  private boolean arePrinted;
  private int without;

  /** The same, as if enough lines without had been seen; what it learns is not told to this one. */
  Checksums benefitOfTheDoubt() {
    Checksums trial = new Checksums();
    trial.arePrinted = arePrinted;
    trial.without = PROOF;
    return trial;
  }

  /** A line had the right checksum. */
  void sawOne() {
    arePrinted = true;
  }

  /** A line was whole without one. */
  void missedOne() {
    without = Math.min(PROOF, without + 1);
  }

  boolean areLeftOff() {
    return !arePrinted && without == PROOF;
  }

  /** Whether it is known if the chip prints them. */
  boolean areKnown() {
    return arePrinted || without == PROOF;
  }
}
