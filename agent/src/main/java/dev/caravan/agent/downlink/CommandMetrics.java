package dev.caravan.agent.downlink;

import dev.caravan.agent.health.Metric;

/** Numbers of commands from the cloud. */
final class CommandMetrics {
  static final Metric.Count DONE = new Metric.Count(
      "command.done", Metric.Label.PART, "commands", "commands that were done", "nothing");

  static final Metric.Count FAILED = new Metric.Count(
      "command.failed",
      Metric.Label.PART,
      "commands",
      "commands that could not be done, such as for a source that is not there",
      "the answer and the log say why");

  static final Metric.Count REFUSED = new Metric.Count(
      "command.refused",
      Metric.Label.PART,
      "commands",
      "commands with a good signature that are not allowed, or for another device",
      "`allow` in the configuration");

  static final Metric.Count REPLAYED = new Metric.Count(
      "command.replayed",
      Metric.Label.PART,
      "commands",
      "commands that had been taken before, or are more than ten minutes older than the "
          + "newest of their key",
      "if they were not sent twice on purpose: somebody repeats what he has overheard");

  static final Metric.Count LATE = new Metric.Count(
      "command.late",
      Metric.Label.PART,
      "commands",
      "commands that had expired, or were signed before the start of the agent",
      "compare the clocks");

  static final Metric.Count UNSIGNED = new Metric.Count(
      "command.unsigned",
      Metric.Label.PART,
      "commands",
      "commands whose signature is by no key of the configuration",
      "`keys`; or somebody tries");

  static final Metric.Count UNCHECKED = new Metric.Count(
      "command.unchecked",
      Metric.Label.PART,
      "messages",
      "messages that were dropped before their signature was checked, as too many before "
          + "them had a false one",
      "find out who publishes there, and forbid it at the broker; send a command of your "
          + "own again");

  static final Metric.Count MALFORMED = new Metric.Count(
      "command.malformed",
      Metric.Label.PART,
      "messages",
      "messages on the command topic that are none",
      "see who publishes there");

  private CommandMetrics() {}
}
