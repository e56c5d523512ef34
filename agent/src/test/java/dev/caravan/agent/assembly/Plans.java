package dev.caravan.agent.assembly;

import java.util.List;

/** Plans with some of their parts replaced. */
final class Plans {
  private Plans() {}

  static Plan with(Plan plan, List<SourcePlan> sources, List<RoutePlan> routes) {
    return new Plan(
        plan.fleet(),
        plan.device(),
        sources,
        plan.signals(),
        plan.vss(),
        routes,
        plan.commands(),
        plan.power(),
        plan.web(),
        plan.devices(),
        plan.hash(),
        plan.logLevel());
  }
}
