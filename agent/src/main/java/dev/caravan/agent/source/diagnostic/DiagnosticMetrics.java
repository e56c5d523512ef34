package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.health.Metric;

/** Numbers of the dialogue with control units. */
final class DiagnosticMetrics {
  static final Metric.Count ASKED = new Metric.Count(
      "diagnostic.asked", Metric.Label.SOURCE, "requests", "requests to control units", "nothing");

  static final Metric.Count ANSWERED = new Metric.Count(
      "diagnostic.answered",
      Metric.Label.SOURCE,
      "answers",
      "answers of control units, one for each unit and parameter",
      "nothing");

  static final Metric.Count REFUSED = new Metric.Count(
      "diagnostic.refused",
      Metric.Label.SOURCE,
      "answers",
      "negative answers; a request that is refused for good (codes 11, 12, 31, 7E, 7F) "
          + "waits 5 minutes, one that is refused for now longer and longer; a list of parameters"
          + " that is refused for good is not asked for again",
      "take it from `poll`, or ask the right unit");

  static final Metric.Count SILENT = new Metric.Count(
      "diagnostic.silent",
      Metric.Label.SOURCE,
      "units",
      "units that should have answered and did not, or requests that nobody answered",
      "all of them: ignition off, or the wrong bus; one: its parameter or unit is not there");

  static final Metric.Count LEFT_OUT = new Metric.Count(
      "diagnostic.left_out",
      Metric.Label.SOURCE,
      "answers",
      "answers of more than 32 control units: those that were heard first are followed",
      "an adapter that invents units, or noise");

  static final Metric.Count GARBLED = new Metric.Count(
      "diagnostic.garbled",
      Metric.Label.SOURCE,
      "answers",
      "answers that were damaged, or were to something else",
      "a few are noise; rising: the adapter, its cable, another tester on the bus");

  static final Metric.Count UNKEPT = new Metric.Count(
      "diagnostic.unkept",
      Metric.Label.SOURCE,
      "answers",
      "answers that a unit announced with \"response pending\" (78) and did not give; such a unit is"
          + " waited for 5 s (10 s over ISO-TP if it says so again), then not for 1, 2, 4 .. 300 s,"
          + " while all others are asked as before; the state of the source names it",
      "take the parameter from `poll`, or look at the unit");

  private DiagnosticMetrics() {}
}
