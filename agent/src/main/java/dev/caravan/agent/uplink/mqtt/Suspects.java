package dev.caravan.agent.uplink.mqtt;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Sequences over one of which a broker may have ended the link: those that were under way when it did so over a message, or
 * twice in a row without saying why, and that it has not answered since. The courier's thread.
 */
final class Suspects {
  private final Set<Long> suspects = new HashSet<>();

  // when the link ended the latest time without a reason
  private final Set<Long> underWay = new HashSet<>();

  // of the suspects, those that were under way when the broker said that it was a message
  private final Set<Long> blamed = new HashSet<>();

  /** A link ended. */
  void ended(LinkEnd how, Collection<Long> wereUnderWay) {
    if (how == LinkEnd.FOR_A_MESSAGE) {
      suspects.addAll(wereUnderWay);
      blamed.addAll(wereUnderWay);
    } else if (how == LinkEnd.PERHAPS_FOR_A_MESSAGE) {
      wereUnderWay.stream().filter(underWay::contains).forEach(suspects::add);
      underWay.clear();
      underWay.addAll(wereUnderWay);
    }
  }

  /** It was not this one. */
  void answered(long sequence) {
    suspects.remove(sequence);
    underWay.remove(sequence);
    blamed.remove(sequence);
  }

  /** Entries before this sequence are gone. */
  void begins(long oldest) {
    suspects.removeIf(sequence -> sequence < oldest);
    underWay.removeIf(sequence -> sequence < oldest);
    blamed.removeIf(sequence -> sequence < oldest);
  }

  /** Whether the broker may have said that it was this one: it is to be sent as it was. */
  boolean isBlamed(long sequence) {
    return blamed.contains(sequence);
  }

  boolean isEmpty() {
    return suspects.isEmpty();
  }
}
