package dev.caravan.agent.decode.dbc;

import java.util.List;

/**
 * When a multiplexed signal is there: while its multiplexor is there itself and has one of some raw values.
 *
 * @param multiplexor name of the signal that decides
 * @param ranges its raw values, unsigned
 */
public record DbcBranch(String multiplexor, List<Range> ranges) {
  /** Raw values from the first to the last, both inclusive, unsigned. */
  public record Range(long first, long last) {
    boolean holds(long raw) {
      return Long.compareUnsigned(raw, first) >= 0 && Long.compareUnsigned(raw, last) <= 0;
    }
  }

  /** Copies the ranges. */
  public DbcBranch {
    ranges = List.copyOf(ranges);
  }
}
