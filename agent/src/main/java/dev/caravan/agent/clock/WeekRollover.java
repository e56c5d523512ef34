package dev.caravan.agent.clock;

/**
 * What dates of satellite receivers can be true. GPS sends the number of its week in ten bits; a receiver whose program
 * does not know in which cycle it lives tells dates that are whole cycles of 1024 weeks too early. One that has not heard
 * the date at all tells one of its own: the first day of a cycle (1980-01-06, 1999-08-22, 2019-04-07), of a year or of
 * its program, and the days after it.
 *
 * <p>Until the next roll-over a true date is neither before this program nor after that day, whatever it was before it
 * was corrected; what would have to be later belongs to a first day of a cycle.
 *
 * @see <a href="https://www.gps.gov/technical/icwg/IS-GPS-200N.pdf">IS-GPS-200, 20.3.3.3.1.1</a>
 */
public final class WeekRollover {
  /** Before this date, 2026-11-01, this program did not exist: a live clock that shows less is wrong. */
  public static final long EARLIEST_NS = 1_793_491_200_000_000_000L;

  /** The next roll-over, 2038-11-21. */
  private static final long NEXT_NS = 2_173_910_400_000_000_000L;

  /** Week 0, 1980-01-06. */
  private static final long FIRST_NS = 315_964_800_000_000_000L;

  private static final long DAY_NS = 86_400_000_000_000L;
  private static final long CYCLE_NS = 1024L * 7 * DAY_NS;
  private static final long NEAR_NS = 2L * DAY_NS;

  /** Days since 1970 with which receivers begin to count: 1970-01-01, 1980-01-01 and -06, 1999-12-31, 2000-01-01. */
  private static final long[] FIRST_DAYS = {0, 3652, 3657, 10_956, 10_957};

  private static final long WEEK_DAYS = 7;

  private WeekRollover() {}

  /**
   * The date as it must have been meant. One that is not before {@link #EARLIEST_NS} stays. An earlier one moves by whole
   * cycles to the board's own date, if it comes within two days of it; if the board's own date is impossible too, to the
   * first that is not before that day, if it is {@link #isPossible possible}. Else it stays.
   *
   * @param utcNs what the receiver says, epoch nanoseconds
   * @param boardNs the board's own time then, epoch nanoseconds
   */
  public static long corrected(long utcNs, long boardNs) {
    if (utcNs >= EARLIEST_NS || utcNs < FIRST_NS) {
      return utcNs;
    }
    if (boardNs < EARLIEST_NS) {
      long first = utcNs + -Math.floorDiv(utcNs - EARLIEST_NS, CYCLE_NS) * CYCLE_NS;
      return isPossible(first, boardNs) ? first : utcNs;
    }
    long nearest = utcNs + Math.round((double) (boardNs - utcNs) / CYCLE_NS) * CYCLE_NS;
    return Math.abs(nearest - boardNs) <= NEAR_NS ? nearest : utcNs;
  }

  /**
   * Whether a date may be that of a fix: it is {@link #isPossible possible}; or the board's own date is, and it lies before
   * this program, so that what is heard is a recording. A date of the week with which receivers begin to count is neither.
   */
  public static boolean isPlausible(long utcNs, long boardNs) {
    boolean boardIsPossible = boardNs >= EARLIEST_NS;
    if (boardIsPossible && Math.abs(utcNs - boardNs) <= NEAR_NS) {
      return true;
    }
    boolean isRecording = boardIsPossible && utcNs < EARLIEST_NS;
    return !isInFirstWeek(utcNs) && (isRecording || isPossible(utcNs, boardNs));
  }

  private static boolean isInFirstWeek(long utcNs) {
    long day = Math.floorDiv(utcNs, DAY_NS);
    boolean isFirst = Math.floorMod(utcNs - FIRST_NS, CYCLE_NS) < WEEK_DAYS * DAY_NS;
    for (long first : FIRST_DAYS) {
      isFirst |= day >= first && day < first + WEEK_DAYS;
    }
    return isFirst;
  }

  /** Whether a date may be true: it lies between this program and the next roll-over, or by the board's own possible one. */
  public static boolean isPossible(long utcNs, long boardNs) {
    return (utcNs >= EARLIEST_NS && utcNs < NEXT_NS)
        || (boardNs >= EARLIEST_NS && Math.abs(utcNs - boardNs) <= NEAR_NS);
  }
}
