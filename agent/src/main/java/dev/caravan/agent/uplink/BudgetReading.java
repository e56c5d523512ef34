package dev.caravan.agent.uplink;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the mapping {@code budget} of an uplink. */
public final class BudgetReading {
  private static final Map<String, Budget.Use> USES =
      Map.of("backlog", Budget.Use.BACKLOG, "live", Budget.Use.LIVE, "events", Budget.Use.EVENTS);
  private static final List<String> NAMES = List.of("backlog", "live", "events");
  private static final int MOST_SHAVED = 2;
  private static final List<String> USUALLY_SHAVED = List.of("backlog", "live");

  private static final Key<Long> HOUR = Key.size("hour", "64KiB", "1024GiB")
      .absent("no limit")
      .says("in each hour, UTC; at least one of the three. Counted over restarts");
  private static final Key<Long> DAY =
      Key.size("day", "64KiB", "1024GiB").absent("no limit").says("in each day, UTC");
  private static final Key<Long> MONTH =
      Key.size("month", "64KiB", "1024GiB").absent("no limit").says("in each month, UTC");
  private static final Key<Node> SHAVE = Key.list("shave", Key.oneOf("use", NAMES))
      .absent("`" + USUALLY_SHAVED + "`")
      .range("at most two")
      .says("what stops first, at 80 % of a limit, and what second, at 95 %; the rest at 100 %. "
          + "`backlog` is what is older than 10 s, `live` what is newer, `events` are events of "
          + "any age");
  public static final List<Key<?>> KEYS = List.of(HOUR, DAY, MONTH, SHAVE);

  private BudgetReading() {}

  /** What is allowed; as much as there is where the mapping is not there. */
  public static Budget.Limits from(Node node) {
    long hour = node.find(HOUR).orElse(Long.MAX_VALUE);
    long day = node.find(DAY).orElse(Long.MAX_VALUE);
    long month = node.find(MONTH).orElse(Long.MAX_VALUE);
    if (node.isPresent()
        && hour == Long.MAX_VALUE
        && day == Long.MAX_VALUE
        && month == Long.MAX_VALUE) {
      node.fault("want at least one of hour, day and month");
    }
    if (day < Long.MAX_VALUE && hour < Long.MAX_VALUE && hour > day) {
      node.at(HOUR).fault("want no more than the day has");
    }
    if (month < Long.MAX_VALUE && day < Long.MAX_VALUE && day > month) {
      node.at(DAY).fault("want no more than the month has");
    }
    Budget.Limits limits = new Budget.Limits(hour, day, month, shaved(node.at(SHAVE)));
    node.refuseUnknownKeys();
    return limits;
  }

  private static List<Budget.Use> shaved(Node node) {
    if (!node.isPresent()) {
      return USUALLY_SHAVED.stream().map(USES::get).toList();
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
