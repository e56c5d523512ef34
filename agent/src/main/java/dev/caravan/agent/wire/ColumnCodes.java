package dev.caravan.agent.wire;

/** Numbers by which a batch says how its columns are laid out; proto/README.md, "Reading a batch". */
public final class ColumnCodes {
  /** The most samples that a batch may have. */
  public static final int MOST_SAMPLES = 1 << 20;

  /** Times: each from the one before. */
  public static final int STEPS = 0;
  /** Times: from a grid that begins at the first time. */
  public static final int GRID = 1;
  /** The same, with a period in 1/256 of the unit. */
  public static final int FINE_GRID = 2;
  /** Times: on the grid, every one. */
  public static final int EXACT_GRID = 3;
  /** Times: on the fine grid, every one. */
  public static final int EXACT_FINE_GRID = 4;

  /** Binary places of a fine period. */
  public static final int FINE_BITS = 8;

  /** Values: all are the first. */
  public static final int CONSTANT = 0;
  /** Values: each from the one before. */
  public static final int DENSE = 1;
  /** Values: floating-point ones, as they are. */
  public static final int PLAIN = 2;
  /** Values: this and the number of changes. */
  public static final int SPARSE = 2;

  private static final long LONGEST_CLOCK_UNIT_US = 1000;

  private ColumnCodes() {}

  /** The unit of clock readings in compact content, microseconds: that of its times, but no longer than a millisecond. */
  public static long clockUnitUs(long timeUnitUs) {
    return Math.min(timeUnitUs, LONGEST_CLOCK_UNIT_US);
  }
}
