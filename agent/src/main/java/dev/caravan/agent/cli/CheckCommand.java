package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.vss.VssTemplate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description =
          "Instead of a configuration, read a KUKSA overlay (dbc2vss) or signal decoders of FleetWise (JSON), and "
              + "print the mapping that stands for it.")
  private @Nullable Path template;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException {
    return template == null ? checked() : printed(template);
  }

  private int printed(Path from) throws ConfigException {
    Faults faults = new Faults();
    List<String> lines = VssTemplate.of(from, faults);
    ConfigOption.tell(faults, spec.commandLine().getErr());
    faults.throwIfAny();
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
    return isStrict && !faults.warnings().isEmpty() ? Caravan.FAILED : Caravan.DONE;
  }

  private int checked() throws ConfigException {
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
