package dev.caravan.agent.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long file is read, on one line of a terminal that is written over again and again. Shows nothing in the first
 * second. One thread uses it.
 */
final class ProgressLine {
  private static final long FIRST_NS = 1_000_000_000L;
  private static final long EVERY_NS = 200_000_000L;
  private static final int BAR_WIDTH = 30;

  private final PrintWriter terminal;
  private final long totalBytes;
  private final LongSupplier monotonicNs;

  private long nextNs;
  private boolean isShown;

  /** For a file of so many bytes, above 0. */
  ProgressLine(PrintWriter terminal, long totalBytes, LongSupplier monotonicNs) {
    this.terminal = terminal;
    this.totalBytes = totalBytes;
    this.monotonicNs = monotonicNs;
    this.nextNs = monotonicNs.getAsLong() + FIRST_NS;
  }

  /** Tells how far it is; mostly does nothing. */
  void at(long positionBytes, long lines) {
    long nowNs = monotonicNs.getAsLong();
    if (nowNs < nextNs) {
      return;
    }
    nextNs = nowNs + EVERY_NS;
    isShown = true;
    double share = Math.min(1, (double) positionBytes / totalBytes);
    int full = (int) (share * BAR_WIDTH);
    terminal.print(String.format(
        Locale.ROOT,
        "\r[%s%s] %3d %%  %,d lines",
        "=".repeat(full),
        " ".repeat(BAR_WIDTH - full),
        (int) (share * 100),
        lines));
    terminal.flush();
  }

  /** Wipes the line. */
  void end() {
    if (isShown) {
      terminal.print("\r\u001b[K");
      terminal.flush();
    }
  }
}
