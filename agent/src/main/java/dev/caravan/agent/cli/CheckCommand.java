package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code caravan check}: every fault of a configuration, or what it would do. */
@Command(
    name = "check",
    description = "Read a configuration and all files it names; print every fault, or the plan.")
final class CheckCommand implements Callable<Integer> {
  @Mixin
  private ConfigOption config = new ConfigOption();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException {
    PrintWriter err = spec.commandLine().getErr();
    Plan plan = config.read(err);
    PrintWriter out = spec.commandLine().getOut();
    plan.describe(out::println);
    out.flush();
    return Caravan.DONE;
  }
}
