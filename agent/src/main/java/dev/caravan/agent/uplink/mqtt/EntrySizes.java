package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.store.Entry;
import dev.caravan.agent.wire.Message;
import java.util.List;
import java.util.function.LongToIntFunction;

/** In which sizes the entries of a channel leave: as they are, or in parts that the broker and its link take. The courier's thread. */
final class EntrySizes {
  private final EntryMessages messages;
  private final SizeSearch search;

  /** {@code name}: in the log. */
  EntrySizes(String name, EntryMessages messages) {
    this.messages = messages;
    this.search = new SizeSearch(name);
  }

  /** Whether sizes are tried for an entry, one after the other. */
  boolean isSearching(Entry entry) {
    return search.isAbout(entry.sequence());
  }

  /** What an entry is to leave as now; {@code isWhole}: in one piece if that can be, however thin the link. */
  List<Message> leaving(BrokerConnection open, Entry entry, boolean late, boolean isWhole) {
    // a size that is tried is tried, too
    boolean inTime = !isSearching(entry) && !isWhole;
    return messages.messages(entry, late, open, inTime, search.mostBytes(entry.sequence()));
  }

  /** What was attempted was not taken; whether the entry is to be sent in smaller parts. */
  boolean triesSmaller(BrokerConnection open, Attempt attempt) {
    return search.refused(
        attempt.sequence(), packetBytes(open, attempt), open.limits(), partsAt(open, attempt));
  }

  /** What was attempted was taken. */
  void taken(BrokerConnection open, Attempt attempt) {
    if (attempt.message().body().length() > open.limits().takenBytes()) {
      open.limits().taken(packetBytes(open, attempt));
    }
  }

  /** A part was taken; whether the whole entry comes next, or parts of another size, to find out whether it was its size. */
  boolean isSentAnew(BrokerConnection open, Attempt part) {
    return search.taken(
        part.sequence(), packetBytes(open, part), open.limits(), partsAt(open, part));
  }

  private long packetBytes(BrokerConnection open, Attempt attempt) {
    return messages.packetBytes(attempt.entry(), attempt.message(), open);
  }

  private LongToIntFunction partsAt(BrokerConnection open, Attempt attempt) {
    return mostBytes ->
        messages.parts(attempt.entry(), attempt.late(), open, mostBytes).size();
  }
}
