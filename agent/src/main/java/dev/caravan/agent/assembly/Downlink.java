package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.TroubleCodeLists;
import dev.caravan.agent.downlink.Actions;
import dev.caravan.agent.downlink.CommandGate;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.log.LogLevel;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.web.LastValues;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Topics;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The body of the thread {@code command}: does the commands that come down by a route, and answers. */
final class Downlink implements Runnable, Actions {
  private static final long SLICE_NS = 100_000_000L;

  private final DeviceName device;
  private final Topics topics;
  private final Set<String> logs;
  private final List<Source> sources;
  private final Pipeline pipeline;
  private final LastValues lastValues;
  private final StatusBoard status;
  private final Consumer<LogLevel> logLevel;
  private final CommandGate gate;
  private final Downward downward;
  private final RunLoop loop;

  Downlink(
      Plan plan,
      CommandPlan commands,
      Downward downward,
      List<Source> sources,
      Pipeline pipeline,
      LastValues lastValues,
      StatusBoard status,
      Consumer<LogLevel> logLevel,
      Timeline timeline,
      Health health,
      Stop stop) {
    this.device = new DeviceName(plan.fleet(), plan.device());
    this.topics = commands.topics();
    this.downward = downward;
    this.logs = plan.sources().stream()
        .filter(SourcePlan::waits)
        .map(SourcePlan::name)
        .collect(Collectors.toSet());
    this.sources = sources;
    this.pipeline = pipeline;
    this.lastValues = lastValues;
    this.status = status;
    this.logLevel = logLevel;
    this.gate = new CommandGate(
        plan.fleet() + "/" + plan.device(),
        commands.settings(),
        commands.remembered(),
        this,
        timeline,
        health);
    this.loop = new RunLoop(health.bugs("command"), stop::isRequested, () -> {
      downward.next(SLICE_NS).ifPresent(this::take);
      return true;
    });
  }

  /** What a device that takes commands subscribes to. */
  static List<String> topics(DeviceName device, Topics topics) {
    return List.of(topics.plain(device, Topics.Kind.COMMAND));
  }

  @Override
  public void run() {
    loop.run();
  }

  private void take(Downward.Arrived arrived) {
    try {
      gate.accept(arrived.body())
          .ifPresent(reply -> downward.answer(new Downward.Answer(
              new Message(replyTopic(arrived), Topics.Kind.REPLY.contentType(), reply),
              arrived.correlation())));
    } finally {
      arrived.done().run();
    }
  }

  /** The reply goes to a reply topic of the fleet, and not where it could be taken for something else. */
  private String replyTopic(Downward.Arrived arrived) {
    return topics.isReply(arrived.responseTopic(), device.fleet())
        ? arrived.responseTopic()
        : topics.plain(device, Topics.Kind.REPLY);
  }

  @Override
  public Outcome act(String name, List<String> arguments) {
    int wanted = name.equals("set-log-level") || name.equals("restart-source") ? 1 : 0;
    if (arguments.size() != wanted) {
      throw new IllegalArgumentException(
          name + ": want arguments=" + wanted + ", got " + arguments.size());
    }
    return switch (name) {
      case "status" -> new Outcome("", status.online());
      case "flush" -> {
        pipeline.flush();
        yield new Outcome("open batches are closed", Bytes.EMPTY);
      }
      case "read-dtc" -> new Outcome(troubleCodes(), Bytes.EMPTY);
      case "set-log-level" -> new Outcome(setLogLevel(arguments.get(0)), Bytes.EMPTY);
      case "restart-source" -> new Outcome(restart(arguments.get(0)), Bytes.EMPTY);
      default -> throw new IllegalArgumentException("no such command: " + name);
    };
  }

  private String troubleCodes() {
    return lastValues.all().stream()
        .filter(value -> TroubleCodeLists.isOne(value.path()))
        .map(value -> value.path() + ": " + (value.value().isEmpty() ? "none" : value.value()))
        .collect(Collectors.joining("\n"));
  }

  private String setLogLevel(String level) {
    if (!LogLevel.words().contains(level)) {
      throw new IllegalArgumentException(
          "no such level: " + level + "; want one of " + LogLevel.words());
    }
    logLevel.accept(LogLevel.of(level));
    return "level " + level;
  }

  private String restart(String name) {
    if (logs.contains(name)) {
      throw new IllegalArgumentException(name + " reads a log; it would send all of it again");
    }
    for (Source source : sources) {
      if (source.name().equals(name)) {
        // its loop finds it closed, and opens it again
        source.close();
        return "source " + name + " is opened again";
      }
    }
    throw new IllegalArgumentException("no such source: " + name + "; want one of "
        + sources.stream().map(Source::name).toList());
  }
}
