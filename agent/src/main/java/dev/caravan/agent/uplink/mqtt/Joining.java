package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.wire.Joined;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which entries of a backlog leave as one message. What was not taken joined is sent alone, so that it is known which it was, and
 * others are joined in messages of half the size, from which they grow again. The courier's thread.
 */
final class Joining {
  private static final long MOST_BYTES = 64 << 10;
  private static final long LEAST_BYTES = 512;
  private static final long GROWTH_BYTES = 1 << 10;

  private final EntryMessages messages;
  private final Bugs bugs;
  private long mostBytes = MOST_BYTES;

  // through which sequence they are sent alone
  private long aloneThrough;

  Joining(EntryMessages messages, Bugs bugs) {
    this.messages = messages;
    this.bugs = bugs;
  }

  /**
   * The first entries as one message, if they may be joined.
   *
   * @param late whether each is of a backlog
   * @param isAlone whether one is to be sent alone
   */
  Optional<Joined> joined(
      List<Entry> entries, List<Boolean> late, BrokerConnection broker, Predicate<Entry> isAlone) {
    int count = 0;
    while (count < entries.size()
        && late.get(count)
        && entries.get(count).sequence() > aloneThrough
        && !isAlone.test(entries.get(count))) {
      count++;
    }
    if (count < 2) {
      return Optional.empty();
    }
    try {
      return messages.joined(entries.subList(0, count), broker, mostBytes);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      // one of them is why; alone, it is that one
      bugs.survived(e);
      aloneThrough = entries.get(count - 1).sequence();
      return Optional.empty();
    }
  }

  /** A joined message was taken. */
  void taken() {
    mostBytes = Math.min(MOST_BYTES, mostBytes + GROWTH_BYTES);
  }

  /** One of that many bytes was not, with the entries through that sequence. */
  void refused(long bytes, long throughSequence) {
    mostBytes = Math.max(LEAST_BYTES, Math.min(mostBytes, bytes / 2));
    aloneThrough = Math.max(aloneThrough, throughSequence);
  }
}
