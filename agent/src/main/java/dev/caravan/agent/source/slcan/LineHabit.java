package dev.caravan.agent.source.slcan;

/**
 * What the frames of one adapter look like, and so which of its lines can be believed: a line that has lost some digits
 * may still be right to the digit, as a frame without a time stamp whose last bytes are the stamp's digits.
 *
 * <p>An adapter writes all its stamps with one number of digits. Its first frame shows it, whatever was acknowledged: some
 * acknowledge stamps and never make any. A line that is otherwise, or shows a trait for the first time ({@link #FD}, {@link #LATE_STAMP}, the other
 * form of remote frames), is not believed before so many of them have come with no damaged line among them, and, where the
 * two exclude each other, with none of the old kind: {@value #LINES_UNPROVEN} while the adapter has shown fewer than
 * {@value #PROOF} sound lines, {@value #LINES_PROVEN} after that. The last of them is the first that is believed.
 *
 * <p>One thread uses it. Allocates nothing.
 */
final class LineHabit {
  /** What to make of a frame. */
  enum Belief {
    /** It is as all are. */
    USUAL,
    /** It is the first of another kind that is believed. */
    NEW,
    /** It is not believed. */
    DOUBTFUL
  }

  /** A CAN FD frame. */
  static final int FD = 1;

  /** A stamp of four digits past 59999. */
  static final int LATE_STAMP = 1 << 1;

  /** A remote frame with its length. */
  static final int REMOTE_WITH_LENGTH = 1 << 2;

  /** A remote frame without its length. */
  static final int REMOTE_WITHOUT = 1 << 3;

  /** A stamp of a time that cannot be, by the ones before: never a habit, the clocks are compared anew. */
  static final int OTHER_TIME = 1 << 4;

  static final int PROOF = 20;
  static final int LINES_UNPROVEN = 2;
  static final int LINES_PROVEN = 10;

  private static final int UNKNOWN = -1;
  private static final int REMOTE = REMOTE_WITH_LENGTH | REMOTE_WITHOUT;

  // since the wire was opened
  private int agreedDigits;
  private int digits = UNKNOWN;
  private int known = REMOTE;
  private int soundLines;

  // the lines that are otherwise, and all alike
  private int otherDigits;
  private int otherTraits;
  private int otherLines;

  // whether usual lines are to be told
  private boolean isWatching = true;

  /** A wire was opened: how many digits its stamps are agreed to have, and whether CAN FD is. */
  void reset(int agreed, boolean hasFd) {
    agreedDigits = agreed;
    digits = UNKNOWN;
    known = REMOTE | (hasFd ? FD : 0);
    soundLines = 0;
    otherLines = 0;
    isWatching = true;
  }

  /** How many digits a stamp has, 0 for none; before the first frame, what is agreed. */
  int digits() {
    return isKnown() ? digits : agreedDigits;
  }

  /** Whether there was a first frame. */
  boolean isKnown() {
    return digits != UNKNOWN;
  }

  /** Whether {@link #usual} wants to be told of each line. */
  boolean isWatching() {
    return isWatching;
  }

  /** A frame came that is as all are: with as many digits as ever, and no trait. */
  void usual() {
    if (otherDigits != digits || otherTraits == OTHER_TIME) {
      otherLines = 0;
    }
    soundLines = Math.min(soundLines + 1, PROOF);
    isWatching = soundLines < PROOF || otherLines > 0;
  }

  /** A line came that was none; what is new on a wire that damages lines is no habit. */
  void damaged() {
    otherLines = 0;
  }

  /** Takes a frame of that many digits of stamp and those traits. */
  Belief judge(int digitsNow, int traits) {
    if (!isKnown()) {
      digits = digitsNow;
    }
    int strange = traits & ~known;
    if (digitsNow == digits && strange == 0) {
      if ((traits & REMOTE) != 0) {
        known = (known & ~REMOTE) | (traits & REMOTE);
      }
      usual();
      return Belief.USUAL;
    }
    if (digitsNow != otherDigits || strange != otherTraits) {
      otherDigits = digitsNow;
      otherTraits = strange;
      otherLines = 0;
    }
    isWatching = true;
    if (++otherLines < (soundLines < PROOF ? LINES_UNPROVEN : LINES_PROVEN)) {
      return Belief.DOUBTFUL;
    }
    digits = digitsNow;
    known |= strange & ~OTHER_TIME;
    otherLines = 0;
    return Belief.NEW;
  }

  /** What sets a line apart that was not believed. */
  String difference(int digitsNow, int traits) {
    if (isKnown() && digitsNow != digits) {
      return digitsNow == 0
          ? "frame without the time stamp that all have"
          : digits == 0
              ? "frame with a time stamp, which none before had"
              : "frame with another time stamp than all have";
    }
    int strange = traits & ~known;
    return (strange & FD) != 0
        ? "CAN FD frame of a classic channel"
        : (strange & REMOTE) != 0
            ? "remote frame of another form than all have"
            : (strange & LATE_STAMP) != 0
                ? "time stamp past 59999"
                : "time stamp of a time that cannot be";
  }
}
