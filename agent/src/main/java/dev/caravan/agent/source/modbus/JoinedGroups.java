package dev.caravan.agent.source.modbus;

import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Groups of one slave, function and period that one request reads, in the order of their addresses; at least one.
 */
record JoinedGroups(List<Group> parts) {
  private static final Comparator<Group> ORDER = Comparator.comparingInt(Group::unit)
      .thenComparingInt(Group::function)
      .thenComparingLong(Group::periodNs)
      .thenComparingInt(Group::address)
      .thenComparingInt(Group::count);

  JoinedGroups {
    parts = List.copyOf(parts);
  }

  /** Joins what lies side by side or overlaps, as far as a request to that slave goes; a group is never cut. */
  static List<JoinedGroups> of(ModbusSettings settings) {
    List<JoinedGroups> all = new ArrayList<>();
    List<Group> run = new ArrayList<>();
    int end = 0;
    for (Group group : settings.groups().stream().sorted(ORDER).toList()) {
      if (!run.isEmpty() && !joins(run.get(0), end, group, settings)) {
        all.add(new JoinedGroups(run));
        run.clear();
      }
      end = run.isEmpty() ? end(group) : Math.max(end, end(group));
      run.add(group);
    }
    if (!run.isEmpty()) {
      all.add(new JoinedGroups(run));
    }
    return all;
  }

  private static boolean joins(Group first, int end, Group next, ModbusSettings settings) {
    return first.unit() == next.unit()
        && first.function() == next.function()
        && first.periodNs() == next.periodNs()
        && next.address() <= end + settings.bridge()
        && Math.max(end, end(next)) - first.address()
            <= settings.most(first.unit(), first.function());
  }

  private static int end(Group group) {
    return group.address() + group.count();
  }

  ReadRequest request() {
    Group first = parts.get(0);
    int end = parts.stream().mapToInt(JoinedGroups::end).max().orElseThrow();
    return new ReadRequest(first.unit(), first.function(), first.address(), end - first.address());
  }

  long periodNs() {
    return parts.get(0).periodNs();
  }

  String name() {
    return parts.get(0).name();
  }

  /** The first part alone. */
  JoinedGroups first() {
    return new JoinedGroups(parts.subList(0, 1));
  }

  boolean canBeHalved() {
    return parts.size() > 1;
  }

  /** The first half of the parts and the others, each as one request. */
  List<JoinedGroups> halves() {
    int middle = parts.size() / 2;
    return List.of(
        new JoinedGroups(parts.subList(0, middle)),
        new JoinedGroups(parts.subList(middle, parts.size())));
  }
}
