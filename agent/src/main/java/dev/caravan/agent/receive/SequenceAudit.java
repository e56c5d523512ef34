package dev.caravan.agent.receive;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Proves of what is numbered without a gap that those missing are named as lost by those that came. One thread; where
 * there is no room for all, the lowest numbers are given up, and counted.
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
    /** How many this one names as lost since the stream began, not negative; nothing if it does not say. */
    OptionalLong named(T each);

    /** The first sum that is wrong; empty for none. */
    String firstWrongSum(NavigableMap<Long, T> arrived);

    /** Further sums, with a comma before each; of at least one. {@code isFromTheFirst}: all from 1 on should be there. */
    default String sums(NavigableMap<Long, T> arrived, boolean isFromTheFirst) {
      return "";
    }
  }

  /** What one takes. */
  static final int EACH_BYTES = 200;

  private final Room room;
  private final TreeMap<Long, T> arrived = new TreeMap<>();
  private final String one;
  private final String many;
  private final Kind<T> kind;
  private long from = Long.MAX_VALUE;
  private long again;
  private long conflicts;
  private String firstConflict = "";

  // of those that there was no room for
  private long unproved;
  private long unprovedThrough = -1;

  /** {@code one} stands before a number, {@code many} before a count. */
  SequenceAudit(String one, String many, Kind<T> kind, Room room) {
    this.room = room;
    this.one = one;
    this.many = many;
    this.kind = kind;
  }

  /** The sum of two counts of 64 bits without a sign; 2^63 - 1 if it is more. */
  static long sum(long one, long other) {
    long sum = one + other;
    return one < 0 || other < 0 || sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The stream begins here, whatever arrives first. */
  void begins(long sequence) {
    from = unproved == 0 ? Math.min(from, sequence) : from;
  }

  private long first() {
    return Math.min(from, arrived.firstKey());
  }

  /** One that was not seen before. */
  void arrived(long sequence, T what) {
    while (sequence > unprovedThrough && !arrived.containsKey(sequence) && !room.take(EACH_BYTES)) {
      from = Long.MAX_VALUE;
      if (arrived.isEmpty() || sequence < arrived.firstKey()) {
        unprovedThrough = sequence;
      } else {
        unprovedThrough = arrived.pollFirstEntry().getKey();
        room.give(EACH_BYTES);
        unproved++;
      }
    }
    if (sequence > unprovedThrough) {
      arrived.put(sequence, what);
    } else {
      unproved++;
    }
  }

  /** Whether anything is known of it. */
  boolean isBegun() {
    return from != Long.MAX_VALUE || again > 0 || seen() > 0;
  }

  /** How many came that were not seen before, proved or not. */
  long seen() {
    return arrived.size() + unproved;
  }

  /** How many there was no room for. */
  long unproved() {
    return unproved;
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

  /**
   * How many the device names as lost, after the first one that arrived had been made. What is missing up to the first one that
   * names any is among those, if it names so many.
   */
  private long named() {
    long before = 0;
    if (!arrived.isEmpty() && first() != 1) {
      for (Map.Entry<Long, T> each : arrived.entrySet()) {
        OptionalLong named = kind.named(each.getValue());
        if (named.isPresent()) {
          long to = each.getKey();
          long missing = to - first() - arrived.headMap(to).size();
          before = Math.max(0, named.getAsLong() - missing);
          break;
        }
      }
    }
    for (T each : arrived.descendingMap().values()) {
      OptionalLong named = kind.named(each);
      if (named.isPresent()) {
        return Math.max(0, named.getAsLong() - before);
      }
    }
    return 0;
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

  /** The sums of some streams that followed each other, and the worst verdict. */
  static String summary(List<SequenceAudit<?>> streams) {
    Verdict worst = streams.stream()
        .map(SequenceAudit::verdict)
        .max(Comparator.naturalOrder())
        .orElseThrow();
    return streams.get(0).many + " " + sum(streams, each -> each.arrived.size())
        + ", missing " + sum(streams, SequenceAudit::missing)
        + " (named " + sum(streams, SequenceAudit::named)
        + "), again " + sum(streams, each -> each.again)
        + ", two contents " + sum(streams, each -> each.conflicts) + ": " + words(worst);
  }

  private static long sum(List<SequenceAudit<?>> streams, ToLongFunction<SequenceAudit<?>> count) {
    return streams.stream().mapToLong(count).reduce(0, SequenceAudit::sum);
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case COMPLETE -> "complete";
      case NAMED_LOSS -> "complete but for named losses";
      case DISAGREEMENT -> "DISAGREEMENT";
    };
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
    String wrong = firstDisagreement();
    String range = arrived.isEmpty() ? "-" : first() + ".." + arrived.lastKey();
    return "sequence " + range + ", " + many + " " + arrived.size() + ", missing " + missing()
        + " (named " + named() + "), again " + again + ", two contents " + conflicts
        + (arrived.isEmpty() ? "" : kind.sums(arrived, first() == 1)) + ": " + words(verdict())
        + (wrong.isEmpty() ? "" : ": " + wrong) + moreNamed()
        + (unproved == 0 ? "" : "; " + many + " not proved for lack of memory " + unproved);
  }
}
