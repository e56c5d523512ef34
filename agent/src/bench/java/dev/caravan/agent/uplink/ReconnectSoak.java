package dev.caravan.agent.uplink;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints what thousands of links that did not last, and minutes of withheld acknowledgements, leave behind. */
public final class ReconnectSoak {
  private static final int COURIERS = 32;
  private static final int WARM = 256;
  private static final int STEPS = 6;

  private ReconnectSoak() {}

  /** Takes {@code --reconnects N}, default 10000, and {@code --minutes N} without acknowledgements, default 3. */
  public static void main(String[] args) throws Exception {
    int reconnects = 10_000;
    int minutes = 3;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--reconnects" -> reconnects = Integer.parseInt(args[i + 1]);
        case "--minutes" -> minutes = Integer.parseInt(args[i + 1]);
        default -> throw new IllegalArgumentException(args[i] + "; want --reconnects or --minutes");
      }
    }
    reconnect(System.out, reconnects);
    withhold(System.out, minutes);
  }

  private static void reconnect(PrintStream out, int reconnects) throws Exception {
    out.printf("%-22s %10s %12s %10s%n", "reconnects", "threads", "descriptors", "heap KiB");
    try (Reconnects soak = new Reconnects(COURIERS)) {
      soak.run(WARM);
      row(out, "0", Footprint.now());
      long before = soak.attempts();
      long connects = soak.connects();
      for (int more : new int[] {reconnects / 10, reconnects - reconnects / 10}) {
        soak.run(more);
        row(
            out,
            soak.attempts() - before + " (" + (soak.connects() - connects) + " let in)",
            Footprint.now());
      }
    }
  }

  private static void withhold(PrintStream out, int minutes) throws IOException {
    out.printf(
        "%n%-22s %10s %12s %10s%n", "without PUBACK, links", "threads", "descriptors", "heap KiB");
    Path dir = Files.createTempDirectory("reconnect-soak-");
    try (Unacknowledged route = new Unacknowledged(dir)) {
      long appended = 0;
      for (int step = 0; step <= STEPS; step++) {
        long forNs = step == 0 ? 10_000_000_000L : minutes * 60_000_000_000L / STEPS;
        appended += route.append(forNs);
        row(out, route.count("uplink.failures") + ", appended " + appended, Footprint.now());
      }
      out.printf("evicted %d, sent %d%n", route.count("store.evicted"), route.count("uplink.sent"));
    } finally {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void row(PrintStream out, String what, Footprint now) {
    out.printf(
        Locale.ROOT,
        "%-22s %10d %12d %10d%n",
        what,
        now.threads(),
        now.descriptors(),
        now.heapBytes() >> 10);
  }
}
