package dev.caravan.agent.uplink;

import java.util.List;

/**
 * What became of the entries of one {@link Uplink#send}.
 *
 * @param fates one for each entry, in the order sent
 */
public record Receipt(List<Fate> fates) {
  /** What became of one entry. */
  public enum Fate {
    /** The far side has it. */
    ACCEPTED,
    /** The far side will never take it; it is counted as lost. */
    REJECTED,
    /** Not taken now; it stays in the queue and is sent again. */
    KEPT
  }

  /** Copies the fates. */
  public Receipt {
    fates = List.copyOf(fates);
  }
}
