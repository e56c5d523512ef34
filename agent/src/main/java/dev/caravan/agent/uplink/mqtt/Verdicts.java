package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.Receipt.Fate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the answer to an attempt, or the end of its link without one, means for its entry. The courier's thread. */
final class Verdicts {
  private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

  private final String name;
  private final Link link;
  private final EntrySizes sizes;
  private final Suspects suspects;
  private final Refusal refusal;

  // the sequence that was refused last, since any was taken
  private long refusedBefore;

  // of the latest send
  private String why = "";

  /** {@code name}: in the log. */
  Verdicts(String name, Link link, EntrySizes sizes, Suspects suspects, Refusal refusal) {
    this.name = name;
    this.link = link;
    this.sizes = sizes;
    this.suspects = suspects;
    this.refusal = refusal;
  }

  void begin() {
    why = "";
  }

  /** Why an entry was refused or failed since {@link #begin}; empty if none was. */
  String why() {
    return why;
  }

  void because(String reason) {
    why = reason;
  }

  /** Whether nothing more of an entry with such a fate is to be sent, and those behind it may be. */
  static boolean isSettled(Fate fate) {
    return isTaken(fate) || fate == Fate.REJECTED;
  }

  /** Whether the broker has it. */
  static boolean isTaken(Fate fate) {
    return fate == Fate.ACCEPTED || fate == Fate.UNHEARD;
  }

  /** Of an attempt that has ended, or whose time is up. */
  Fate of(BrokerConnection open, Attempt attempt) {
    if (attempt.publication().isAnswered()) {
      return answer(open, attempt);
    }
    LinkEnd end = open.end();
    if (!attempt.alone()
        || !end.mayBeForAMessage()
        || link.hasEndedOverInbound(open)
        || sizes.triesSmaller(open, attempt)) {
      return Fate.KEPT;
    }
    boolean isForAMessage = end == LinkEnd.FOR_A_MESSAGE;
    if (isForAMessage && !suspects.isBlamed(attempt.sequence())) {
      // once more, to be sure
      return Fate.KEPT;
    }
    LOG.warn("{}: the broker ends the link over sequence={}", name, attempt.sequence());
    why = "the broker ends the link over it";
    return isForAMessage ? Fate.REJECTED : Fate.FAILED;
  }

  /** Of entries that are joined, through that sequence: what is not taken so says nothing of any one of them. */
  Fate ofJoined(BrokerConnection open, Attempt attempt, long through, Joining joining) {
    boolean isAnswered = attempt.publication().isAnswered();
    if (isAnswered && isTaken(PubackReason.fate(attempt.publication().reason()))) {
      joining.taken();
      return answer(open, attempt);
    }
    if (isAnswered || open.end().isPerhapsOverAMessage()) {
      joining.refused(attempt.message().body().length(), through);
    }
    return Fate.KEPT;
  }

  private Fate answer(BrokerConnection open, Attempt attempt) {
    int reason = attempt.publication().reason();
    String text = ReasonCode.text(reason);
    Fate fate = attempt.fate(reason);
    switch (fate) {
      case ACCEPTED, UNHEARD -> {
        link.hasTaken();
        sizes.taken(open, attempt);
        refusal.taken();
        refusedBefore = 0;
      }
      case REJECTED -> {
        if (sizes.triesSmaller(open, attempt)) {
          why = text;
          return Fate.REFUSED;
        }
        link.tellOnce("the broker rejects a message of " + name + " for good: " + text, text);
      }
      default -> {
        why = text;
        refusal.refused(reason);
        // again and alone: it may be its size
        if (refusedBefore == attempt.sequence() && PubackReason.mayBeForSize(reason)) {
          boolean unused = sizes.triesSmaller(open, attempt);
        }
        refusedBefore = attempt.sequence();
      }
    }
    return fate;
  }
}
