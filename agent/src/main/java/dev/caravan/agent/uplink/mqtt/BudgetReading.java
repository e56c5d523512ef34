package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.uplink.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the mapping {@code budget} of an uplink. */
final class BudgetReading {
  private static final Map<String, Budget.Use> USES =
      Map.of("backlog", Budget.Use.BACKLOG, "live", Budget.Use.LIVE, "events", Budget.Use.EVENTS);
  private static final List<String> NAMES = List.of("backlog", "live", "events");
  private static final int MOST_SHAVED = 2;

  private BudgetReading() {}

  static Budget.Limits from(Node node) {
    long hour = limit(node.at("hour"));
    long day = limit(node.at("day"));
    long month = limit(node.at("month"));
    if (node.isPresent()
        && hour == Long.MAX_VALUE
        && day == Long.MAX_VALUE
        && month == Long.MAX_VALUE) {
      node.fault("want at least one of hour, day and month");
    }
    if (day < Long.MAX_VALUE && hour < Long.MAX_VALUE && hour > day) {
      node.at("hour").fault("want no more than the day has");
    }
    if (month < Long.MAX_VALUE && day < Long.MAX_VALUE && day > month) {
      node.at("day").fault("want no more than the month has");
    }
    Budget.Limits limits = new Budget.Limits(hour, day, month, shaved(node.at("shave")));
    node.refuseUnknownKeys();
    return limits;
  }

  private static long limit(Node node) {
    return node.isPresent() ? node.sizeBytes("64KiB", "1024GiB", "1GiB") : Long.MAX_VALUE;
  }

  private static List<Budget.Use> shaved(Node node) {
    if (!node.isPresent()) {
      return List.of(Budget.Use.BACKLOG, Budget.Use.LIVE);
    }
    List<Budget.Use> shaved = new ArrayList<>();
    for (Node item : node.items()) {
      Budget.Use use = USES.get(item.oneOf(NAMES));
      if (use != null && shaved.contains(use)) {
        item.fault("named twice");
      } else if (use != null) {
        shaved.add(use);
      }
    }
    if (shaved.size() > MOST_SHAVED) {
      node.fault("want at most two; who is not named stops last");
    }
    return shaved;
  }
}
