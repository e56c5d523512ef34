package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.DevicePlan;
import dev.caravan.agent.assembly.Devices;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.device.Device;
import dev.caravan.agent.device.DeviceCounts;
import dev.caravan.agent.log.Log;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan simulate}: only the simulated devices, for an agent or any other program to talk to. */
@Command(
    name = "simulate",
    description =
        "Offer the simulated devices of a configuration on pseudo-terminals, until stopped.")
final class SimulateCommand implements Callable<Integer> {
  private static final long LOOK_NS = 50_000_000;

  @Mixin
  private ConfigOption config = new ConfigOption();

  @Option(
      names = "--links",
      paramLabel = "DIR",
      description =
          "Folder for a link to each device's port, by device name (default: ${DEFAULT-VALUE}).",
      defaultValue = "/tmp/caravan")
  private Path links = Path.of("/tmp/caravan");

  @Option(
      names = "--duration",
      paramLabel = "T",
      converter = DurationOption.class,
      description = "Stop after so long, such as 30s or 5m.")
  private @Nullable Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all devices, instead of their own; the same bytes at each run, if the"
          + " same is asked.")
  private @Nullable Long seed;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Stop when each device has sent so many frames, sentences or answers.")
  private long frames = Long.MAX_VALUE;

  @ParentCommand
  private Caravan caravan = new Caravan();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException, IOException {
    Plan plan = config.read(spec.commandLine().getErr());
    plan.logLevel().ifPresent(Log.ofProcess()::settle);
    List<DevicePlan> wanted = plan.devices().stream()
        .map(one -> seed == null ? one : one.repeatable(seed))
        .toList();
    if (wanted.isEmpty()) {
      throw new ConfigException(
          new Fault(config.file() + ":1:1", "devices: missing; want at least one to simulate"));
    }
    SystemTimeline timeline = new SystemTimeline();
    PrintWriter out = spec.commandLine().getOut();
    Stop stop = caravan.termination().begin();
    try (Devices devices = new Devices(wanted, links, frames, timeline)) {
      devices.links().forEach((name, link) -> out.println(name + ": " + link));
      out.flush();
      long beginNs = timeline.monotonicNs();
      long longestNs = duration == null ? Long.MAX_VALUE : duration.toNanos();
      long leftNs = longestNs;
      while (devices.isAtWork() && leftNs > 0 && !stop.await(Math.min(leftNs, LOOK_NS))) {
        leftNs = longestNs - (timeline.monotonicNs() - beginNs);
      }
      devices.silence();
      devices.closePorts();
      devices.all().forEach(device -> out.println(sent(device)));
      out.flush();
    }
    return Caravan.DONE;
  }

  private static String sent(Device device) {
    DeviceCounts counts = device.counts();
    return device.name()
        + ": sent "
        + counts.sentFrames()
        + " frames, overrun "
        + counts.overrunFrames()
        + ", left unread "
        + counts.unreadFrames();
  }
}
