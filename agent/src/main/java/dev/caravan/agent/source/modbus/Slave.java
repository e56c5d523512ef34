package dev.caravan.agent.source.modbus;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is known of one slave; it outlives the opening of the line. */
final class Slave {
  /** Of what is learned, such a part is forgotten with each answer that does not confirm it. */
  private static final int FORGETTING = 16;

  /** The same of a suspicion that nothing has confirmed yet. */
  private static final int FAST_FORGETTING = 4;

  /** So long it is remembered that it said something unasked. */
  private static final long DOUBTED_NS = 600_000_000_000L;

  /** So many answers and silences show that a slave wants quiet. */
  private static final int EVIDENCE = 3;

  private static final int MOST_FUNCTION = 4;

  final int unit;
  final String name;
  final long pauseNs;

  /** Whether it left its last request without an answer. */
  boolean isSilent;

  /** The request that it was asked and has not answered, until that is given up; it is asked for nothing else meanwhile. */
  @Nullable
  Poll round;

  /** Until when the answer to that is waited for though the timeout is over; 0 if it is not. */
  long overdueUntilNs;

  /** How many requests there are for it. */
  int polls;

  /** What it said of late. */
  final Said said = new Said();

  // of requests in the order that they were asked, until they disagree
  private int answers;
  private int silences;
  private long shortestGoodNs = Long.MAX_VALUE;
  private long longestBadNs;

  private final int[] shortestBytes = new int[MOST_FUNCTION + 1];
  private long slowestNs;
  private long repeatsWithinNs;
  private boolean wasAsked;
  private long askedNs;
  private boolean wasUnasked;
  private long unaskedNs;

  /**
   * A slave of which nothing is known.
   *
   * @param pauseNs how long the line must have been quiet before it is asked
   * @param suspicionNs how long after an answer it is first suspected of saying it again
   */
  Slave(int unit, String name, long pauseNs, long suspicionNs) {
    this.unit = unit;
    this.name = name;
    this.pauseNs = pauseNs;
    this.repeatsWithinNs = suspicionNs;
    Arrays.fill(shortestBytes, Integer.MAX_VALUE);
  }

  /** A request to it went out. */
  void asked(long nowNs) {
    wasAsked = true;
    askedNs = nowNs;
  }

  /** Whether a request to it ever went out. */
  boolean wasAsked() {
    return wasAsked;
  }

  /** When the last one went out. */
  long askedNs() {
    return askedNs;
  }

  /** Asked after the line was quiet for so long, it answered, or did not. */
  void askedAfter(long quietNs, boolean isAnswered) {
    if (isAnswered) {
      answers = Math.min(answers + 1, EVIDENCE);
      shortestGoodNs = Math.min(shortestGoodNs, quietNs);
    } else {
      silences = Math.min(silences + 1, EVIDENCE);
      longestBadNs = Math.max(longestBadNs, quietNs);
    }
    if (shortestGoodNs <= longestBadNs) {
      answers = 0;
      silences = 0;
      shortestGoodNs = Long.MAX_VALUE;
      longestBadNs = 0;
    }
  }

  /**
   * After how long a quiet the slave answers, if that decides: of late it has answered whatever came after so much and
   * left unanswered whatever came after less. 0 if it does not.
   */
  long quietWantedNs() {
    return answers == EVIDENCE && silences == EVIDENCE ? shortestGoodNs : 0;
  }

  /** It took so long to begin an answer. */
  void took(long tookNs) {
    long ns = Math.max(1, tookNs);
    slowestNs = ns >= slowestNs ? ns : slowestNs - (slowestNs - ns) / FORGETTING;
    repeatsWithinNs -= repeatsWithinNs / FAST_FORGETTING;
  }

  /** Whether it has ever answered. */
  boolean isKnown() {
    return slowestNs > 0;
  }

  /** The longest time it has taken to begin an answer, of late; 0 while it never has. */
  long slowestNs() {
    return slowestNs;
  }

  /** It said something unasked, so long after its last answer. */
  void repeated(long afterNs, long mostNs, long nowNs) {
    wasUnasked = true;
    unaskedNs = nowNs;
    repeatsWithinNs = Math.max(repeatsWithinNs, Math.min(2 * afterNs, mostNs));
  }

  /** Whether it says things unasked, of late. */
  boolean isDoubted(long nowNs) {
    return wasUnasked && nowNs - unaskedNs < DOUBTED_NS;
  }

  /** How long after an answer it may say it again. */
  long repeatsWithinNs() {
    return repeatsWithinNs;
  }

  /** It answered a request for so many bytes of data. */
  void gave(int function, int dataBytes) {
    shortestBytes[function] = Math.min(shortestBytes[function], dataBytes);
  }

  /** Whether it has ever answered a shorter request of that function. */
  boolean givesLess(int function, int dataBytes) {
    return shortestBytes[function] < dataBytes;
  }
}
