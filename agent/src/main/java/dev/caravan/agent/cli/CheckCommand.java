package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
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
      "Warnings (of DBC files: odd forms, ids that two files have) go to standard error."
    })
final class CheckCommand implements Callable<Integer> {
  @Mixin
  private ConfigOption config = new ConfigOption();

  @Option(names = "--summary", description = "Only counts, for configurations of many signals.")
  private boolean isSummary;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    Faults faults = new Faults();
    try {
      Plan plan = config.read(err, faults);
      if (!isSummary) {
        plan.describe(out::println);
      }
      plan.summarize(out::println);
      return Caravan.DONE;
    } finally {
      String files = byFile(faults.warnings());
      out.println("faults " + faults.found().size() + ", warnings "
          + faults.warnings().size() + (files.isEmpty() ? "" : ": " + files));
      out.flush();
    }
  }

  /** How many there are of each file, in the order they come: {@code a.dbc 10, b.dbc 2}. */
  static String byFile(List<Fault> faults) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Fault fault : faults) {
      String file = fault.where().replaceFirst("(:\\d+)+$", "");
      counts.merge(file, 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(count -> count.getKey() + " " + count.getValue())
        .collect(Collectors.joining(", "));
  }
}
