package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code caravan check}: every fault of a configuration, or what it would do. */
@Command(
    name = "check",
    description = "Read a configuration and all files it names; print every fault, or the plan.",
    footer = {
      "",
      "The plan goes to standard output: sources, signals with their units, signals without a VSS",
      "name by message, lines of the mapping that no decoder serves, routes, and a summary.",
      "Faults and warnings go to standard error; the last line counts them."
    })
final class CheckCommand implements Callable<Integer> {
  @Mixin
  private ConfigOption config = new ConfigOption();

  @Option(names = "--summary", description = "Only counts, for configurations of many signals.")
  private boolean isSummary;

  @Option(names = "--strict", description = "Exit code 1 if there is a warning.")
  private boolean isStrict;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException {
    // without one there is nothing to count
    Path unused = config.file();
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    Faults faults = new Faults();
    try {
      Plan plan = config.read(err, faults);
      if (!isSummary) {
        plan.describe(out::println);
      }
      plan.summarize(out::println);
      return isStrict && sum(faults.countsOfWarnings()) > 0 ? Caravan.FAILED : Caravan.DONE;
    } finally {
      out.println("faults " + sum(faults.countsOfFound()) + ", warnings "
          + sum(faults.countsOfWarnings()) + byFile(faults.countsOfWarnings()));
      out.flush();
    }
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** {@code : a.dbc 10, b.dbc 2}. */
  private static String byFile(Map<String, Integer> counts) {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(count -> count.getKey() + " " + count.getValue())
            .collect(Collectors.joining(", ", ": ", ""));
  }
}
