package dev.caravan.agent.fault;

import dev.caravan.agent.fault.Road.Verdict;
import dev.caravan.agent.store.StoreFaults;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of every fault, one row each. */
final class FaultTable {
  private final List<String> rows = new ArrayList<>();

  /** A fault on a road, from one audit to the next. */
  void add(String fault, int times, Verdict before, Verdict after, long slowestMs) {
    row(
        fault,
        times,
        after.batches() - before.batches(),
        after.lost(),
        after.named() - before.named(),
        after.again() - before.again(),
        String.format(Locale.ROOT, "%.1f", slowestMs / 1e3),
        after.isClean() ? "clean" : "NOT CLEAN");
  }

  /** A fault of a queue alone. */
  void add(StoreFaults.Tally tally) {
    row(
        tally.fault(),
        tally.times(),
        tally.entries(),
        tally.lost(),
        tally.named(),
        tally.again(),
        "-",
        "clean");
  }

  /** Faults that could not be brought about here. */
  void skipped(String faults, String why) {
    rows.add(String.format(Locale.ROOT, "%-46s SKIPPED: %s", faults, why));
  }

  private void row(
      String fault,
      long times,
      long batches,
      long lost,
      long named,
      long again,
      String back,
      String verdict) {
    rows.add(String.format(
        Locale.ROOT,
        "%-46s %6d %8d %5d %5d %6d %8s  %s",
        fault,
        times,
        batches,
        lost,
        named,
        again,
        back,
        verdict));
  }

  /** Prints it, and leaves it in a file. */
  void print(String title, Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.add(String.format(
        "%-46s %6s %8s %5s %5s %6s %8s",
        "fault", "times", "batches", "lost", "named", "again", "back s"));
    lines.addAll(rows);
    Files.write(file, lines);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    lines.forEach(out::println);
  }
}
