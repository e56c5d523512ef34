package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Agent;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.log.Log;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan run}: the agent, until it is told to stop. */
@Command(
    name = "run",
    description = "Run the agent until SIGTERM; then hand over or keep on disk what it has.")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin
  private ConfigOption config = new ConfigOption();

  @ParentCommand
  private Caravan caravan = new Caravan();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException, IOException {
    Log log = Log.ofProcess();
    Agent agent = agent(log);
    try (agent) {
      log.countIn(agent.health());
      Stop stop = config.fitting(() -> {
        Stop begun = caravan.termination().begin();
        SmallHeap.settle();
        agent.start();
        return begun;
      });
      LOG.info("agent: running: {}", agent.summary());
      while (!stop.await(Long.MAX_VALUE)) {
        LOG.debug("agent: still running");
      }
      LOG.info("agent: stopping");
    }
    return agent.isWhole() ? Caravan.DONE : Caravan.FAILED;
  }

  /** The plan, and all that its files say, goes here: the agent runs with less. */
  private Agent agent(Log log) throws ConfigException, IOException {
    Plan plan = config.read(spec.commandLine().getErr());
    plan.refuseIdle(config.file());
    plan.logLevel().ifPresent(log::settle);
    return config.fitting(() -> new Agent(plan, new SystemTimeline(), Version.build(), log::level));
  }
}
