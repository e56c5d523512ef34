package dev.caravan.agent.store;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** The courier's side of a queue; its thread calls all methods, one of them at least once a second. */
public interface EntryQueue {
  /**
   * The oldest entries not yet removed, in their order; waits for the first at most so long.
   *
   * @param atMost how many
   * @param atMostBytes how many bytes of bodies, but at least one entry
   * @param waitNs nanoseconds; a disk may take longer
   * @return none if none came in time
   */
  List<Entry> head(int atMost, long atMostBytes, long waitNs);

  /**
   * The newest entries for which something holds, in their order, without those that are out; not all of them where that
   * would cost too much.
   *
   * @param atMost how many
   * @param atMostBytes how many bytes of bodies, but at least one entry
   */
  List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes);

  /** An entry that is out, and is removed next, was not delivered. */
  default void undelivered(long sequence, Lost lost) {}

  /** There is a new link. */
  default void linked() {}

  /** Why what is there does not leave; empty if nothing is held. */
  default String heldWhy() {
    return "";
  }

  /** Removes entries that are out, which is what {@link #head} and the calls of {@link #latest} after it gave. */
  void remove(Collection<Long> sequences);

  /**
   * Waits, and does meanwhile what is due, such as making entries durable.
   *
   * @param waitNs nanoseconds; what is due may take longer
   */
  void idle(long waitNs);
}
