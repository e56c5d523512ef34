package dev.caravan.agent.cli;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Proves of what is numbered without a gap that those missing are named as lost by those that came. One thread; keeps some
 * sixty bytes for each.
 *
 * @param <T> what each one says
 */
final class SequenceAudit<T> {
  /** What was found. */
  enum Verdict {
    /** All from the first to the last arrived, and every sum is right. */
    COMPLETE,
    /** Some are missing, no more than the device names as evicted or rejected. */
    NAMED_LOSS,
    /** Some are missing that nobody names, or a sum is wrong, or one number had two contents. */
    DISAGREEMENT
  }

  /** What tells one kind of audit from another. */
  interface Kind<T> {
    /** How many this one names as lost since the queue was made. */
    long named(T each);

    /** The first sum that is wrong; empty for none. */
    String firstWrongSum(NavigableMap<Long, T> arrived);

    /** Further sums, with a comma before each; of at least one. {@code isFromTheFirst}: all from 1 on should be there. */
    default String sums(NavigableMap<Long, T> arrived, boolean isFromTheFirst) {
      return "";
    }
  }

  private final TreeMap<Long, T> arrived = new TreeMap<>();
  private final String one;
  private final String many;
  private final Kind<T> kind;
  private long from = Long.MAX_VALUE;
  private long again;
  private long conflicts;
  private String firstConflict = "";

  /** {@code one} stands before a number, {@code many} before a count. */
  SequenceAudit(String one, String many, Kind<T> kind) {
    this.one = one;
    this.many = many;
    this.kind = kind;
  }

  /** The stream begins here, whatever arrives first. */
  void begins(long sequence) {
    from = Math.min(from, sequence);
  }

  private long first() {
    return Math.min(from, arrived.firstKey());
  }

  /** One that was not seen before. */
  void arrived(long sequence, T what) {
    arrived.put(sequence, what);
  }

  /** One that was seen before. */
  void again(long sequence, boolean isOther) {
    again++;
    if (isOther && conflicts++ == 0) {
      firstConflict = one + " " + sequence + " came with two contents";
    }
  }

  private long missing() {
    return arrived.isEmpty() ? 0 : arrived.lastKey() - first() + 1 - arrived.size();
  }

  /** How many the device names as lost, after the first one that arrived had been made. */
  private long named() {
    return arrived.isEmpty()
        ? 0
        : kind.named(arrived.lastEntry().getValue())
            - (first() == 1 ? 0 : kind.named(arrived.firstEntry().getValue()));
  }

  private long firstMissing() {
    long expected = first();
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
    String wrong = firstConflict.isEmpty() ? kind.firstWrongSum(arrived) : firstConflict;
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

  /** Of a whole stream; one that begins later has not what was lost before. */
  private String moreNamed() {
    boolean isWhole = !arrived.isEmpty() && first() == 1;
    return isWhole && named() > missing()
        ? "; named are " + (named() - missing()) + " more than are missing"
        : "";
  }

  /** One line. */
  @Override
  public String toString() {
    String words = switch (verdict()) {
      case COMPLETE -> "complete";
      case NAMED_LOSS -> "complete but for named losses";
      case DISAGREEMENT -> "DISAGREEMENT: " + firstDisagreement();
    };
    String range = arrived.isEmpty() ? "-" : first() + ".." + arrived.lastKey();
    return "sequence " + range + ", " + many + " " + arrived.size() + ", missing " + missing()
        + " (named " + named() + "), again " + again + ", two contents " + conflicts
        + (arrived.isEmpty() ? "" : kind.sums(arrived, first() == 1)) + ": " + words + moreNamed();
  }
}
