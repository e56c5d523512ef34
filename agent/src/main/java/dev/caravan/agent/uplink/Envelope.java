package dev.caravan.agent.uplink;

import dev.caravan.agent.store.Entry;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.Message;
import java.util.List;
import java.util.Optional;

/** Makes of a stored body what leaves: adds what only its way knows, such as the sequence number, and whether it is late. */
public interface Envelope {
  /**
   * What an entry leaves as: usually one message; the entry is settled when all are.
   *
   * @param late whether it comes from a backlog
   */
  List<Message> messages(Entry entry, boolean late);

  /**
   * The same, divided so that no body has more than so many bytes, for a far side that takes no larger ones; none if there is no
   * such division.
   */
  default List<Message> parts(Entry entry, boolean late, long mostBytes) {
    return List.of();
  }

  /**
   * Entries of a backlog as one message, as many of the first as go into a body of so many bytes; they are settled when it is. Nothing
   * if fewer than two do.
   */
  default Optional<Joined> joined(List<Entry> entries, long mostBytes) {
    return Optional.empty();
  }

  /** Whether an entry is settled as soon as it is written, and nobody answers for it. */
  default boolean settlesWhenWritten() {
    return false;
  }
}
