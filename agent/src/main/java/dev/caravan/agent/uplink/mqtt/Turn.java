package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of one send: what of each is under way, and what became of it. The courier's thread. */
final class Turn {
  /** One entry of it. */
  static final class Sending {
    final Entry entry;
    final boolean late;
    private final List<Attempt> attempts = new ArrayList<>(1);
    private boolean isWhole;
    private boolean hasSchema = true;
    private Fate fate = Fate.KEPT;
    // the first of those that are joined, if it is another
    private @Nullable Sending first;
    // the last of those that are joined, if it is the first
    private @Nullable Sending last;

    private Sending(Entry entry, boolean late) {
      this.entry = entry;
      this.late = late;
    }

    /** One more of its messages is under way. */
    void begun(Attempt attempt) {
      attempts.add(attempt);
    }

    /** Its messages that are under way together. */
    List<Attempt> attempts() {
      return attempts;
    }

    /** All of its messages are under way. */
    void isWhole() {
      isWhole = true;
    }

    /** It stays, because nobody has its schema. */
    void isWithoutSchema() {
      hasSchema = false;
    }

    Fate fate() {
      return first == null ? fate : first.fate;
    }

    /** The sequence of the last of those that are joined to it; 0 if none is. */
    long lastJoined() {
      return last == null ? 0 : last.entry.sequence();
    }

    void becomes(Fate what) {
      fate = what;
    }

    /** Whether all of it is under way, or was, and nothing is known of its fate. */
    boolean isAwaited() {
      return isWhole && fate == Fate.KEPT;
    }

    /** Whether something of it may have been under way when the link ended, its schema among it. */
    private boolean isUnanswered() {
      if (first != null) {
        return first.isUnanswered();
      }
      boolean isAnswered =
          isWhole && attempts.stream().allMatch(each -> each.publication().isAnswered());
      return hasSchema && fate == Fate.KEPT && !isAnswered;
    }
  }

  private final List<Sending> begun = new ArrayList<>();

  /** The next entry is to be sent. */
  Sending begin(Entry entry, boolean late) {
    Sending sending = new Sending(entry, late);
    begun.add(sending);
    return sending;
  }

  /** These leave with the one begun last, and become what it becomes. */
  void join(List<Entry> behind) {
    Sending first = begun.get(begun.size() - 1);
    for (Entry entry : behind) {
      Sending sending = begin(entry, first.late);
      sending.first = first;
      first.last = sending;
    }
  }

  /** What was begun, in order. */
  List<Sending> begun() {
    return begun;
  }

  /** What became of all of so many entries. */
  List<Fate> fates(int entries) {
    List<Fate> fates = new ArrayList<>(entries);
    for (int i = 0; i < entries; i++) {
      fates.add(i < begun.size() ? begun.get(i).fate() : Fate.KEPT);
    }
    return fates;
  }

  /** Those that may have been under way when the link ended. */
  List<Sending> unanswered() {
    return begun.stream().filter(Sending::isUnanswered).toList();
  }
}
