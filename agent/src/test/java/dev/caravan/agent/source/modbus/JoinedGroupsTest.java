package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedGroupsTest {
  private static Group group(int function, int address, int count) {
    return new Group("g", 1, function, address, count, 1_000_000_000L);
  }

  private static List<String> joined(int bridge, Group... groups) {
    return joined(settings(bridge, 125, groups));
  }

  private static ModbusSettings settings(int bridge, int mostRegisters, Group... groups) {
    SerialSettings serial = SerialSettings.of(new PortAddress.DeviceFile(Path.of("x")), 9600);
    return new ModbusSettings(
        "line", serial, 1, 0, bridge, 0, mostRegisters, List.of(), List.of(groups));
  }

  private static List<String> joined(ModbusSettings settings) {
    return JoinedGroups.of(settings).stream()
        .map(one -> one.request().function() + ":" + one.request().address() + "+"
            + one.request().count())
        .toList();
  }

  @Test
  void neighboursAndOverlapsAreOneRequest() {
    assertEquals(List.of("3:10+6"), joined(0, group(3, 12, 4), group(3, 10, 2), group(3, 11, 2)));
  }

  @Test
  void gapIsReadOnlyWhereItMayBeBridged() {
    assertEquals(List.of("3:10+2", "3:13+1"), joined(0, group(3, 10, 2), group(3, 13, 1)));
    assertEquals(List.of("3:10+4"), joined(1, group(3, 10, 2), group(3, 13, 1)));
  }

  @Test
  void functionUnitAndPeriodKeepApart() {
    assertEquals(List.of("3:0+1", "4:1+1"), joined(0, group(3, 0, 1), group(4, 1, 1)));
    assertEquals(
        List.of("3:0+1", "3:1+1"),
        joined(0, group(3, 0, 1), new Group("g", 1, 3, 1, 1, 2_000_000_000L)));
    assertEquals(
        List.of("3:0+1", "3:1+1"),
        joined(0, group(3, 0, 1), new Group("g", 2, 3, 1, 1, 1_000_000_000L)));
  }

  @Test
  void requestNeverAsksForMoreThanTheProtocolAllows() {
    assertEquals(List.of("3:0+125", "3:125+1"), joined(9, group(3, 0, 125), group(3, 125, 1)));
    assertEquals(List.of("1:0+2000", "1:2000+1"), joined(9, group(1, 0, 2000), group(1, 2000, 1)));
    assertEquals(List.of("3:0+100", "3:100+50"), joined(0, group(3, 0, 100), group(3, 100, 50)));
  }

  @Test
  void slaveIsAskedForNoMoreThanItGivesAndNoValueIsTorn() {
    // two registers each; three of them would be 6, and a limit of 5 must not cut the third
    Group[] groups = {
      group(3, 0, 2), group(3, 2, 2), group(3, 4, 2), group(1, 0, 16), group(1, 16, 80)
    };
    assertEquals(List.of("1:0+16", "1:16+80", "3:0+4", "3:4+2"), joined(settings(0, 5, groups)));
    ModbusSettings.Slave brief = new ModbusSettings.Slave("s", 1, Path.of("m"), 1, 0, 2);
    assertEquals(
        List.of("3:0+2", "3:2+2"),
        joined(new ModbusSettings(
            "line",
            SerialSettings.of(new PortAddress.DeviceFile(Path.of("x")), 9600),
            1,
            0,
            0,
            0,
            125,
            List.of(brief),
            List.of(group(3, 0, 2), group(3, 2, 2)))));
  }

  @Test
  void halvesHaveAllPartsOnce() {
    JoinedGroups three = JoinedGroups.of(
            settings(0, 125, group(3, 0, 1), group(3, 1, 2), group(3, 3, 1)))
        .get(0);
    assertEquals(
        List.of(0, 1), three.halves().stream().map(h -> h.request().address()).toList());
    assertEquals(
        List.of(1, 3), three.halves().stream().map(h -> h.request().count()).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 6, 15, 16, 22, 23, 43})
  void functionsThatDoMoreThanReadCannotBeBuilt(int function) {
    assertThrows(IllegalArgumentException.class, () -> new ReadRequest(1, function, 0, 1));
  }
}
