package dev.caravan.agent.store;

import java.util.Collection;

/** A queue whose entries may be kept though they were taken, until what took them says that it keeps them; the courier's thread. */
public interface LendingQueue extends EntryQueue {
  /** Entries that are out stay in the queue, and are not given out again until they are given again; {@link #remove} takes them too. */
  void setAside(Collection<Long> sequences);

  /** Entries that were set aside are given out again; others are passed over. */
  void giveAgain(Collection<Long> sequences);

  /** Where an entry that is out stands in its stream. */
  Place place(long sequence);
}
