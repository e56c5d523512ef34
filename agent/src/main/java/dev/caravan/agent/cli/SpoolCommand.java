package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.store.Spool;
import dev.caravan.agent.wire.StreamId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code spool}: what lies in a disk queue, without the agent and beside it. It changes nothing. */
@Command(
    name = "spool",
    mixinStandardHelpOptions = true,
    description = "Shows what lies in a disk queue; changes nothing, works beside a running agent.")
public final class SpoolCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_INSTANT;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  SpoolCommand() {}

  @Override
  public Integer call() {
    return Usage.bare(spec.commandLine());
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "One line for the queue in DIR, or for each queue in a directory below it.")
  int list(@Parameters(paramLabel = "DIR") Path dir) {
    return reading(() -> {
      List<Path> spools = spools(dir);
      out()
          .println(
              "dir entries first last body_bytes file_bytes oldest newest schemas removed_through stream");
      for (Path each : spools) {
        Spool spool = Spool.of(each);
        Spool.Summary sum = spool.summary();
        boolean empty = sum.entries() == 0;
        out()
            .println(each + " " + sum.entries() + " " + sum.first() + " " + sum.last() + " "
                + sum.bodyBytes() + " " + sum.fileBytes() + " "
                + (empty ? "-" : time(sum.oldestNs())) + " " + (empty ? "-" : time(sum.newestNs()))
                + " "
                + sum.schemas() + " " + sum.removedThrough() + " " + word(spool.stream()));
      }
      return 0;
    });
  }

  /**
   * The queue of a directory, or those of the directories in it, by name, each with that of its events where that lies in
   * it.
   *
   * @throws IOException if there is none
   */
  static List<Path> spools(Path dir) throws IOException {
    if (Files.isDirectory(dir) && Spool.isSpool(dir)) {
      return Spool.withRests(dir);
    }
    try (Stream<Path> below = Files.list(dir)) {
      List<Path> found = new java.util.ArrayList<>();
      for (Path each : below.sorted().toList()) {
        for (Path queue : List.of(each, each.resolve("events"))) {
          if (Files.isDirectory(queue) && Spool.isSpool(queue)) {
            found.addAll(Spool.withRests(queue));
          }
        }
      }
      if (found.isEmpty()) {
        throw new IOException(
            "read " + dir + ": no queue; want the directory of a route's store, or one above");
      }
      return found;
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "One line for each entry not yet delivered.")
  int show(@Parameters(paramLabel = "DIR") Path dir) {
    return reading(() -> {
      Spool.of(dir);
      out().println("sequence time reports body_bytes schema stream number");
      for (Path each : Spool.withRests(dir)) {
        Spool spool = Spool.of(each);
        long removed = spool.removedThrough();
        spool.read(
            entry -> {
              if (entry.sequence() > removed) {
                out().println(line(entry, spool.belonging(entry.sequence()).place()));
              }
            },
            fault -> err().println(fault));
      }
      return 0;
    });
  }

  private static String word(StreamId stream) {
    return stream.isNone() ? "-" : stream.toString();
  }

  private static String line(Entry entry, Place place) {
    String schema = entry.schemaId().length() == 0 ? "-" : entry.schemaId().toString();
    return entry.sequence() + " " + time(entry.timeNs()) + " " + entry.reports() + " "
        + entry.body().length() + " " + schema + " " + word(place.stream()) + " "
        + place.sequence();
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description =
          "Reads every record and prints what is damaged, and which schemas are missing; exits 1 if anything is.")
  int verify(@Parameters(paramLabel = "DIR") Path dir) {
    return reading(() -> {
      long[] counts = new long[2];
      Spool.of(dir);
      for (Path each : Spool.withRests(dir)) {
        verify(Spool.of(each), counts);
      }
      out().println("records=" + counts[0] + ", faults=" + counts[1]);
      return counts[1] == 0 ? 0 : 1;
    });
  }

  /** Counts the records of a queue and what is not as it was written, and prints that. */
  private void verify(Spool spool, long[] counts) throws IOException {
    long removed = spool.removedThrough();
    Map<Bytes, Needed> needed = new LinkedHashMap<>();
    spool.read(
        entry -> {
          counts[0]++;
          if (entry.schemaId().length() > 0 && entry.sequence() > removed) {
            needed.merge(
                entry.schemaId(),
                new Needed(1, entry.sequence(), entry.sequence()),
                (before, one) -> new Needed(before.entries + 1, before.first, one.last));
          }
        },
        fault -> {
          counts[1]++;
          out().println(fault);
        });
    // looked at afterwards, as a running agent deletes those of what it has delivered meanwhile
    long removedNow = spool.removedThrough();
    for (Map.Entry<Bytes, Needed> each : needed.entrySet()) {
      Needed by = each.getValue();
      Optional<String> fault =
          by.last <= removedNow ? Optional.empty() : spool.schemaFault(each.getKey());
      if (fault.isPresent()) {
        counts[1]++;
        out()
            .println("schema " + each.getKey() + ": " + fault.get() + "; entries=" + by.entries
                + " cannot be read without it, sequence=" + by.first + ".." + by.last);
      }
    }
  }

  /** Who needs a schema: how many entries, the first and the last of them. */
  private record Needed(long entries, long first, long last) {}

  /** What a subcommand does. */
  private interface Reading {
    int run() throws IOException;
  }

  private int reading(Reading reading) {
    try {
      int code = reading.run();
      out().flush();
      return code;
    } catch (IOException e) {
      out().flush();
      err().println(Words.of(e));
      err().flush();
      return 1;
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private static String time(long epochNs) {
    Instant at = Instant.ofEpochSecond(
        Math.floorDiv(epochNs, 1_000_000_000L), Math.floorMod(epochNs, 1_000_000_000L));
    return TIME.format(at.truncatedTo(ChronoUnit.MILLIS));
  }
}
