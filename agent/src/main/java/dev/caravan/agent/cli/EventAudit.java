package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.ReadEvent;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proves of the events of one route of one device that those missing are named as lost by others: every event tells how many
 * were evicted and rejected before it was made. One thread.
 */
final class EventAudit {
  /** By sequence, how many losses each names. */
  private final TreeMap<Long, Long> events = new TreeMap<>();

  private long again;
  private long conflicts;
  private String firstConflict = "";

  /** An event that was not seen before. */
  void arrived(ReadEvent event) {
    events.put(event.sequence(), event.evicted() + event.rejected());
  }

  /** An event that was seen before. */
  void again(long sequence, boolean isOther) {
    again++;
    if (isOther && conflicts++ == 0) {
      firstConflict = "event " + sequence + " came with two contents";
    }
  }

  private long missing() {
    return events.isEmpty() ? 0 : events.lastKey() - events.firstKey() + 1 - events.size();
  }

  private long named() {
    return events.isEmpty()
        ? 0
        : events.lastEntry().getValue() - events.firstEntry().getValue();
  }

  /** The first count that is wrong, or two contents of one number; empty for none. */
  String firstDisagreement() {
    if (!firstConflict.isEmpty()) {
      return firstConflict;
    }
    Map.Entry<Long, Long> before = null;
    for (Map.Entry<Long, Long> event : events.entrySet()) {
      long named = event.getValue();
      if (before != null && named < before.getValue()) {
        return "event " + event.getKey() + " names losses " + named + ", but " + before.getKey()
            + " before it " + before.getValue();
      }
      if (event.getKey() > 0 && named >= event.getKey()) {
        return "event " + event.getKey() + " names losses " + named
            + ", more than there were events before it";
      }
      before = event;
    }
    return missing() > named()
        ? "events missing " + missing() + ", first " + firstMissing() + ", named as lost " + named()
        : "";
  }

  private long firstMissing() {
    long expected = events.firstKey();
    for (long sequence : events.keySet()) {
      if (sequence != expected) {
        return expected;
      }
      expected++;
    }
    return expected;
  }

  Audit.Verdict verdict() {
    return !firstDisagreement().isEmpty()
        ? Audit.Verdict.DISAGREEMENT
        : missing() > 0 ? Audit.Verdict.NAMED_LOSS : Audit.Verdict.COMPLETE;
  }

  @Override
  public String toString() {
    String words = switch (verdict()) {
      case COMPLETE -> "complete";
      case NAMED_LOSS -> "complete but for named losses";
      case DISAGREEMENT -> "DISAGREEMENT: " + firstDisagreement();
    };
    String range = events.isEmpty() ? "-" : events.firstKey() + ".." + events.lastKey();
    return "sequence " + range + ", events " + events.size() + ", missing " + missing()
        + " (named " + named() + "), again " + again + ", two contents " + conflicts + ": "
        + words;
  }
}
