package dev.caravan.agent.uplink.mqtt;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which version of MQTT one broker is spoken to by. Unless one is set that is MQTT 5, and 3.1.1 for a day once the broker has said
 * that it knows that one alone, or has left the CONNECT without an answer {@value #MOST_UNANSWERED} times in a row and then answered
 * one of 3.1.1. After such a silence, one that has answered a CONNECT of 5 before is asked again after ten minutes: it may just have been
 * away. All is forgotten at the next start. Any thread.
 */
final class Versions {
  private static final long REMEMBERED_NS = 86_400_000_000_000L;
  private static final long DOUBTED_NS = 600_000_000_000L;
  /** So often in a row 5 may have no answer. */
  static final int MOST_UNANSWERED = 3;

  private final Optional<Version> set;
  private final LongSupplier nowNs;

  private Version version;
  // for 3.1.1: whether the broker has answered it, or said that it knows no other
  private boolean isSure;
  private long sureNs;
  private long rememberedNs = REMEMBERED_NS;
  private boolean knewFive;
  private int unanswered;

  /**
   * Nothing is known yet.
   *
   * @param set the one that is set; none for whichever the broker knows
   * @param nowNs a monotonic clock, in nanoseconds
   */
  Versions(Optional<Version> set, LongSupplier nowNs) {
    this.set = set;
    this.nowNs = nowNs;
    this.version = set.orElse(Version.FIVE);
  }

  /** By which the next connection is to be made. */
  synchronized Version next() {
    if (isFiveDue()) {
      version = Version.FIVE;
      isSure = false;
      // it is known what to think of no answer
      unanswered = MOST_UNANSWERED - 1;
    }
    return version;
  }

  /** Whether it is long ago that the broker was found to know 3.1.1 alone, so that MQTT 5 is to be tried. */
  synchronized boolean isFiveDue() {
    return isSure && nowNs.getAsLong() - sureNs > rememberedNs;
  }

  /** Whether the broker is taken to know 3.1.1 alone, and nobody has set it. */
  synchronized boolean isFallenBack() {
    return isSure;
  }

  /** Whether the latest CONNECT had no answer. */
  synchronized boolean isInDoubt() {
    return set.isEmpty() && unanswered > 0;
  }

  /** The broker has answered a CONNECT of that version, with whatever but that it does not know it. */
  synchronized void answered(Version by) {
    unanswered = 0;
    knewFive |= by == Version.FIVE;
    if (by == Version.THREE && set.isEmpty() && !isSure) {
      sure(knewFive ? DOUBTED_NS : REMEMBERED_NS);
    }
  }

  /** The broker has said that it does not know that version. */
  synchronized void refused(Version by) {
    if (set.isEmpty()) {
      other(by);
      if (version == Version.THREE) {
        sure(REMEMBERED_NS);
      }
    }
  }

  /** The broker was there, and has not answered a CONNECT of that version. */
  synchronized void unanswered(Version by) {
    boolean isTrial = by == Version.THREE && !isSure;
    if (set.isEmpty() && (++unanswered >= MOST_UNANSWERED || isTrial)) {
      other(by);
    }
  }

  private void other(Version by) {
    version = by.other();
    isSure = false;
    unanswered = 0;
  }

  private void sure(long forNs) {
    isSure = true;
    rememberedNs = forNs;
    sureNs = nowNs.getAsLong();
  }
}
