package dev.caravan.agent.clock;

/**
 * Dates of satellite receivers that are whole cycles of 1024 weeks too early. GPS sends the number of its week in ten
 * bits; a receiver whose program does not know in which cycle it lives tells dates of an earlier one.
 *
 * @see <a href="https://www.gps.gov/technical/icwg/IS-GPS-200N.pdf">IS-GPS-200, 20.3.3.3.1.1</a>
 */
public final class WeekRollover {
  /** Before this date, 2026-11-01, this program did not exist: a live clock that shows less is wrong. */
  public static final long EARLIEST_NS = 1_793_491_200_000_000_000L;

  private static final long CYCLE_NS = 1024L * 7 * 86_400 * 1_000_000_000L;
  private static final long NEAR_NS = 2L * 86_400 * 1_000_000_000L;

  private WeekRollover() {}

  /**
   * The date as it must have been meant. One that is not before {@link #EARLIEST_NS} stays. An earlier one moves by whole
   * cycles to the board's own date, if it comes within two days of it; if the board's own date is impossible too, to the
   * first that is possible. If the board has a possible date that it does not come near, it is taken to be an old
   * recording and stays.
   *
   * @param utcNs what the receiver says, epoch nanoseconds
   * @param boardNs the board's own time then, epoch nanoseconds
   */
  public static long corrected(long utcNs, long boardNs) {
    if (utcNs >= EARLIEST_NS) {
      return utcNs;
    }
    if (boardNs < EARLIEST_NS) {
      return utcNs + -Math.floorDiv(utcNs - EARLIEST_NS, CYCLE_NS) * CYCLE_NS;
    }
    long nearest = utcNs + Math.round((double) (boardNs - utcNs) / CYCLE_NS) * CYCLE_NS;
    return Math.abs(nearest - boardNs) <= NEAR_NS ? nearest : utcNs;
  }
}
