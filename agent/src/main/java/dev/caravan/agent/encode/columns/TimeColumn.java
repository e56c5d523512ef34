package dev.caravan.agent.encode.columns;

import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.WireBytes;

/**
 * How the times of one column are told in the fewest bytes. Real clocks drift against each other, so a period that is
 * exact for the sender may be a fraction for the receiver: hence the fine grid.
 */
public final class TimeColumn {
  private static final int DELTAS_LOOKED_AT = 9;
  private static final long LONGEST_FINE = 1L << 54;

  private final long[] deltas = new long[DELTAS_LOOKED_AT];

  // of the column chosen last
  private int mode;
  private long period;
  private long cost;
  private long spread;

  int mode() {
    return mode;
  }

  long period() {
    return period;
  }

  /** Chooses for the first {@code n} of these times, in units. */
  void choose(long[] times, int n) {
    mode = ColumnCodes.STEPS;
    period = 0;
    cost = Long.MAX_VALUE;
    spread = Long.MAX_VALUE;
    if (n == 1) {
      return;
    }
    long span = times[n - 1] - times[0];
    long mean = span < 0 ? 0 : Math.round((double) span / (n - 1));
    trySteps(times, n, mean);
    tryGrid(times, n, mean, 0);
    if (mode == ColumnCodes.EXACT_GRID) {
      return;
    }
    long usual = usualDelta(times, n);
    if (usual != mean && usual >= 0) {
      trySteps(times, n, usual);
    }
    if (span > 0 && span < LONGEST_FINE) {
      tryGrid(
          times,
          n,
          ((span << ColumnCodes.FINE_BITS) + (n - 1) / 2) / (n - 1),
          ColumnCodes.FINE_BITS);
    }
  }

  private void trySteps(long[] times, int n, long candidate) {
    long bytes = WireBytes.varintSize(candidate);
    long sum = 0;
    for (int i = 1; i < n; i++) {
      long residual = WireBytes.zigzag(times[i] - times[i - 1] - candidate);
      bytes += WireBytes.varintSize(residual);
      sum += residual;
    }
    keepIfBest(ColumnCodes.STEPS, candidate, bytes, sum);
  }

  private void tryGrid(long[] times, int n, long candidate, int fineBits) {
    long bytes = WireBytes.varintSize(candidate);
    long sum = 0;
    long all = 0;
    for (int i = 1; i < n; i++) {
      long residual = WireBytes.zigzag(times[i] - times[0] - ((i * candidate) >> fineBits));
      bytes += WireBytes.varintSize(residual);
      sum += residual;
      all |= residual;
    }
    int grid = fineBits == 0 ? ColumnCodes.GRID : ColumnCodes.FINE_GRID;
    if (all == 0) {
      keepIfBest(grid + (ColumnCodes.EXACT_GRID - ColumnCodes.GRID), candidate, bytes - (n - 1), 0);
    } else {
      keepIfBest(grid, candidate, bytes, sum);
    }
  }

  /** Fewer bytes are better; a few more are taken for smaller numbers, which compress better. */
  private void keepIfBest(int candidateMode, long candidate, long bytes, long sum) {
    boolean better = cost == Long.MAX_VALUE
        || bytes < cost - 2
        || (bytes <= cost + 2 && (sum < spread || (sum == spread && bytes < cost)));
    if (better) {
      mode = candidateMode;
      period = candidate;
      cost = bytes;
      spread = sum;
    }
  }

  /** The median of some deltas spread over the column: what the mean is not where samples are missing. */
  private long usualDelta(long[] times, int n) {
    int looks = Math.min(DELTAS_LOOKED_AT, n - 1);
    for (int look = 0; look < looks; look++) {
      int i = 1 + (int) ((long) look * (n - 1) / looks);
      long delta = times[i] - times[i - 1];
      int at = look;
      while (at > 0 && deltas[at - 1] > delta) {
        deltas[at] = deltas[at - 1];
        at--;
      }
      deltas[at] = delta;
    }
    return deltas[looks / 2];
  }

  /** Writes the residuals of the column chosen last. */
  void writeResiduals(long[] times, int n, WireBytes out) {
    if (mode == ColumnCodes.EXACT_GRID || mode == ColumnCodes.EXACT_FINE_GRID) {
      return;
    }
    int fineBits = mode == ColumnCodes.FINE_GRID ? ColumnCodes.FINE_BITS : 0;
    for (int i = 1; i < n; i++) {
      long expected =
          mode == ColumnCodes.STEPS ? times[i - 1] + period : times[0] + ((i * period) >> fineBits);
      out.varint(WireBytes.zigzag(times[i] - expected));
    }
  }
}
