package dev.caravan.agent.cli;

import java.util.TreeMap;

/**
 * Proves of what is numbered without a gap that those missing are named as lost by those that came. One thread; keeps some
 * sixty bytes for each.
 *
 * @param <T> what each one says
 */
abstract class SequenceAudit<T> {
  /** What was found. */
  enum Verdict {
    /** All from the first to the last arrived, and every sum is right. */
    COMPLETE,
    /** Some are missing, no more than the device names as evicted or rejected. */
    NAMED_LOSS,
    /** Some are missing that nobody names, or a sum is wrong, or one number had two contents. */
    DISAGREEMENT
  }

  /** By sequence. */
  final TreeMap<Long, T> arrived = new TreeMap<>();

  private final String one;
  private final String many;
  private long again;
  private long conflicts;
  private String firstConflict = "";

  /** {@code one} stands before a number, {@code many} before a count. */
  SequenceAudit(String one, String many) {
    this.one = one;
    this.many = many;
  }

  /** How many this one names as lost since the queue was made. */
  abstract long named(T each);

  /** The first sum that is wrong; empty for none. */
  abstract String firstWrongSum();

  /** Further sums, with a comma before each. */
  String sums() {
    return "";
  }

  /** One that was seen before. */
  void again(long sequence, boolean isOther) {
    again++;
    if (isOther && conflicts++ == 0) {
      firstConflict = one + " " + sequence + " came with two contents";
    }
  }

  private long missing() {
    return arrived.isEmpty() ? 0 : arrived.lastKey() - arrived.firstKey() + 1 - arrived.size();
  }

  /** How many the device names as lost, after the first one that arrived had been made. */
  private long named() {
    return arrived.isEmpty()
        ? 0
        : named(arrived.lastEntry().getValue()) - named(arrived.firstEntry().getValue());
  }

  private long firstMissing() {
    long expected = arrived.firstKey();
    for (long sequence : arrived.keySet()) {
      if (sequence != expected) {
        break;
      }
      expected++;
    }
    return expected;
  }

  /** The first sum that is wrong, or two contents of one number; empty for none. */
  String firstDisagreement() {
    String wrong = firstConflict.isEmpty() ? firstWrongSum() : firstConflict;
    return wrong.isEmpty() && missing() > named()
        ? many + " missing " + missing() + ", first " + firstMissing() + ", named as lost "
            + named()
        : wrong;
  }

  Verdict verdict() {
    return !firstDisagreement().isEmpty()
        ? Verdict.DISAGREEMENT
        : missing() > 0 ? Verdict.NAMED_LOSS : Verdict.COMPLETE;
  }

  /** One line. */
  @Override
  public String toString() {
    String words = switch (verdict()) {
      case COMPLETE -> "complete";
      case NAMED_LOSS -> "complete but for named losses";
      case DISAGREEMENT -> "DISAGREEMENT: " + firstDisagreement();
    };
    String range = arrived.isEmpty() ? "-" : arrived.firstKey() + ".." + arrived.lastKey();
    return "sequence " + range + ", " + many + " " + arrived.size() + ", missing " + missing()
        + " (named " + named() + "), again " + again + ", two contents " + conflicts + sums() + ": "
        + words;
  }
}
