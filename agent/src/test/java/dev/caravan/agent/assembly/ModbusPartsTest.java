package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.source.modbus.ModbusSettings;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModbusPartsTest {
  private static final String MAP = """
      signals:
        - {name: Energy, address: 10, type: u64}
        - {name: Door, address: 3, function: 1}
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final Faults faults = new Faults();

  private ModbusSettings read(String yaml) throws IOException {
    Files.writeString(folder.resolve("map.yaml"), MAP);
    Path file = Files.writeString(folder.resolve("source.yaml"), yaml);
    return ModbusParts.read("road", YamlFile.read(file, faults)).settings();
  }

  @Test
  void slaveHasItsOwnPauseAndMostRegistersOrThoseOfTheSource() throws Exception {
    ModbusSettings settings = read("""
        {name: a, type: modbus, port: /dev/x, pause: 20ms, max_registers: 32, slaves: [
          {unit: 1, map: map.yaml, name: one},
          {unit: 2, map: map.yaml, name: two, pause: 100ms, max_registers: 4}]}
        """);
    faults.throwIfAny();
    assertEquals(20_000_000, settings.pauseNs(1));
    assertEquals(100_000_000, settings.pauseNs(2));
    assertEquals(20_000_000, settings.pauseNs(3));
    assertEquals(32, settings.most(1, 3));
    assertEquals(512, settings.most(1, 1));
    assertEquals(4, settings.most(2, 4));
    assertEquals(64, settings.most(2, 2));
    assertEquals(32, settings.most(3, 3));
  }

  @Test
  void valueThatNeedsMoreRegistersThanTheSlaveGivesIsAFault() throws IOException {
    read("""
        {name: a, type: modbus, port: /dev/x, slaves: [
          {unit: 2, map: map.yaml, max_registers: 2}]}
        """);
    String fault = faults.found().get(0).toString();
    assertTrue(fault.contains("slaves[0].max_registers: want at least 4, a signal of"), fault);
    assertEquals(1, faults.found().size());
  }

  @Test
  void registersWithoutAMapMayBeReadApart() throws Exception {
    ModbusSettings settings = read("""
        {name: a, type: modbus, port: /dev/x, max_registers: 16, poll: [
          {name: raw, unit: 1, function: 3, address: 500, count: 40}]}
        """);
    faults.throwIfAny();
    assertEquals(40, settings.groups().size());
    assertEquals(
        new Group("raw", 1, 3, 539, 1, 1_000_000_000L), settings.groups().get(39));
  }
}
