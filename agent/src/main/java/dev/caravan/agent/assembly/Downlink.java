package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.TroubleCodeLists;
import dev.caravan.agent.downlink.Actions;
import dev.caravan.agent.downlink.CommandGate;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.log.LogLevel;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber.Answer;
import dev.caravan.agent.uplink.mqtt.MqttSubscriber.Message;
import dev.caravan.agent.web.LastValues;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The body of the thread {@code command}: subscribes to the device's commands, does them and answers. */
final class Downlink implements Runnable, Actions {
  private static final long LARGEST_PACKET_BYTES = 16 << 10;

  private final String topic;
  private final Pattern replyTopics;
  private final Set<String> logs;
  private final List<Source> sources;
  private final Pipeline pipeline;
  private final LastValues lastValues;
  private final StatusBoard status;
  private final Consumer<LogLevel> logLevel;
  private final CommandGate gate;
  private final MqttSubscriber subscriber;

  Downlink(
      Plan plan,
      CommandPlan commands,
      List<Source> sources,
      Pipeline pipeline,
      LastValues lastValues,
      StatusBoard status,
      Consumer<LogLevel> logLevel,
      Timeline timeline,
      Health health,
      Stop stop) {
    String fleet = "caravan/v1/" + plan.fleet() + "/";
    this.topic = fleet + plan.device() + "/";
    this.replyTopics = Pattern.compile(Pattern.quote(fleet) + "[^/+#]{1,64}/reply(/[^+#]{0,128})?");
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
    this.subscriber = new MqttSubscriber(
        commands.uplink(),
        plan.device() + "-command",
        List.of(topic + "command"),
        this::answer,
        LARGEST_PACKET_BYTES,
        health.bugs("command"),
        stop,
        new Random());
  }

  @Override
  public void run() {
    subscriber.run();
  }

  /** The reply goes to a reply topic of the fleet, and not where it could be taken for something else. */
  private Optional<Answer> answer(Message message) {
    boolean isOwn = replyTopics.matcher(message.responseTopic()).matches();
    String to = isOwn ? message.responseTopic() : topic + "reply";
    return message.retained()
        ? Optional.empty()
        : gate.accept(message.payload()).map(reply -> new Answer(to, reply));
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
