package dev.caravan.agent.uplink;

import java.util.List;

/**
 * What became of the entries of one {@link Outlet#send}.
 *
 * @param fates one for each entry, in the order sent; fewer if the last ones were not tried
 * @param why why one of them was refused or failed; two that fail in the same way say the same
 */
public record Receipt(List<Fate> fates, String why) {
  /** What became of one entry. */
  public enum Fate {
    /** The far side has it. */
    ACCEPTED,
    /** The far side took it and says that nobody listens: whether it is delivered is the lane's to say. */
    UNHEARD,
    /** The far side will never take it; it is counted as lost. */
    REJECTED,
    /** Not sent, or not answered for; it stays in the queue and is sent again. */
    KEPT,
    /** The far side does not take it now; it stays in the queue and is sent again. */
    REFUSED,
    /** The far side answers for others, and never for it: it may have it. It stays in the queue and is sent again, rarely. */
    UNANSWERED,
    /** Sending it fails: for a fault of the program, or because the link ended over it alone; whether it stays is the lane's to say. */
    FAILED
  }

  /** Copies the fates. */
  public Receipt {
    fates = List.copyOf(fates);
  }

  /** None of them was refused or failed. */
  public Receipt(List<Fate> fates) {
    this(fates, "");
  }
}
