package dev.caravan.agent.assembly;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.modbus.ModbusDecoder;
import dev.caravan.agent.decode.modbus.Notation;
import dev.caravan.agent.decode.modbus.RegisterMap;
import dev.caravan.agent.source.modbus.ModbusSettings;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import java.util.ArrayList;
import java.util.List;

/**
 * A Modbus source's two halves: what is asked for follows from the maps by which the answers are understood, and neither
 * room knows the other.
 *
 * @param settings of the source, with everything that its maps want to be read
 * @param slaves for the decoder
 */
record ModbusParts(ModbusSettings settings, List<ModbusDecoder.Slave> slaves) {
  /** Of all slaves of a source; far above what a line can carry. */
  private static final int MOST_SIGNALS = 65_536;

  private static final double MOST_LINE_SHARE = 0.9;

  static ModbusParts read(String name, Node node) {
    ModbusSettings settings = ModbusSettings.from(name, node);
    List<ModbusDecoder.Slave> slaves = new ArrayList<>();
    List<Group> groups = new ArrayList<>();
    int signals = 0;
    List<Node> items = node.at(ModbusSettings.SLAVES).items();
    for (int i = 0; i < items.size(); i++) {
      ModbusSettings.Slave slave = settings.slaves().get(i);
      // A file that is not there is a fault already.
      if (FileRoom.isFile(slave.map())) {
        RegisterMap map = RegisterMap.read(slave.map(), node.faults());
        signals += map.size();
        if (signals > MOST_SIGNALS) {
          items
              .get(i)
              .at(ModbusSettings.SLAVE_MAP)
              .fault(
                  "want at most " + MOST_SIGNALS + " signals of all slaves of a source, got more");
          break;
        }
        slaves.add(new ModbusDecoder.Slave(slave.name(), slave.unit(), map));
        for (RegisterMap.Span span : map.spans()) {
          if (span.count() > settings.most(slave.unit(), span.function())) {
            items
                .get(i)
                .at(ModbusSettings.SLAVE_MAX_REGISTERS)
                .fault("want at least " + span.count() + ", a signal of " + slave.map()
                    + " at address " + span.address() + " takes so many");
          }
          groups.add(new Group(
              slave.name(),
              slave.unit(),
              span.function(),
              span.address(),
              span.count(),
              span.periodNs() == 0 ? slave.periodNs() : span.periodNs()));
        }
      }
    }
    List<Node> polled = node.at(ModbusSettings.POLL).items();
    for (int i = 0; i < polled.size(); i++) {
      Notation.check(
          polled.get(i).at(ModbusSettings.POLL_ADDRESS),
          settings.groups().get(i).function());
    }
    for (Group group : settings.groups()) {
      // Each is a value of its own, so a request may end between any two.
      for (int at = group.address(); at < group.address() + group.count(); at++) {
        groups.add(
            new Group(group.name(), group.unit(), group.function(), at, 1, group.periodNs()));
      }
      slaves.add(new ModbusDecoder.Slave(
          group.name(),
          group.unit(),
          RegisterMap.unnamed(group.function(), group.address(), group.count())));
    }
    ModbusSettings whole = settings.withGroups(groups);
    double share = whole.lineShare();
    if (share > MOST_LINE_SHARE) {
      node.warn("reading all this takes " + Math.round(100 * share) + " % of the time of a line of "
          + settings.serial().baud() + " bit/s; want longer periods or a faster line");
    }
    return new ModbusParts(whole, slaves);
  }
}
