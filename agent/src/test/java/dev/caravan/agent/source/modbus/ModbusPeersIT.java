package dev.caravan.agent.source.modbus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.device.modbus.ModbusSlaves;
import dev.caravan.agent.device.modbus.ModbusSlavesSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The master against a slave that somebody else has written, and somebody else's master against the slaves. */
@Timeout(120)
class ModbusPeersIT {
  private static final long MS = 1_000_000;
  private static final String PYTHON = "/usr/bin/python3";

  private static List<String> mbpoll(String program, Path port, String... what) throws IOException {
    String[] head = {program, "-m", "rtu", "-0", "-b", "9600", "-P", "none", "-1", "-o", "5"};
    String[] command = new String[head.length + what.length + 1];
    System.arraycopy(head, 0, command, 0, head.length);
    System.arraycopy(what, 0, command, head.length, what.length);
    command[command.length - 1] = port.toString();
    return Program.run(command).stream()
        .filter(line -> line.startsWith("["))
        .map(line -> line.replaceAll("\\s+", " ").strip())
        .toList();
  }

  @Test
  void simulatedSlavesAnswerAnIndependentMaster() throws Exception {
    String program = Program.require("mbpoll", "mbpoll");
    ModbusSlavesSettings settings = new ModbusSlavesSettings(Set.of(), Set.of(), false, 20 * MS);
    SerialDevice device =
        new SerialDevice("slaves", new ModbusSlaves(settings, 1), new SystemTimeline());
    Path port = device.open();
    Stop stop = new Stop();
    Thread thread = new Thread(() -> device.run(stop), "device-slaves");
    thread.start();
    try {
      assertEquals(
          List.of("[11]: 0x4341", "[12]: 0x4249", "[13]: 0x4E45", "[14]: 0x542D"),
          mbpoll(program, port, "-a", "4", "-r", "11", "-c", "4", "-t", "3:hex"));
      assertEquals(
          List.of("[2]: 0", "[3]: 0", "[4]: 0"),
          mbpoll(program, port, "-a", "4", "-r", "2", "-c", "3", "-t", "1"));
      assertEquals(
          List.of("[109]: 0x7FFF"),
          mbpoll(program, port, "-a", "3", "-r", "109", "-c", "1", "-t", "4:hex"));
    } finally {
      stop.request();
      thread.join(5_000);
      device.close();
    }
  }

  @Test
  void masterReadsAnIndependentSlave(@TempDir Path folder) throws IOException {
    String socat = Program.require("socat", "socat");
    requirePython("pymodbus", "python3-pymodbus");
    requirePython("serial_asyncio", "python3-serial-asyncio");
    Path near = folder.resolve("near");
    Path far = folder.resolve("far");
    Path script = folder.resolve("slave.py");
    try (InputStream text = ModbusPeersIT.class.getResourceAsStream("/source/modbus/slave.py")) {
      Files.copy(java.util.Objects.requireNonNull(text), script);
    }
    try (Program wire =
        Program.start(socat, "pty,raw,echo=0,link=" + near, "pty,raw,echo=0,link=" + far)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(near) && Files.exists(far));
      try (Program slave = Program.start(PYTHON, script.toString(), far.toString())) {
        await().atMost(Duration.ofSeconds(30)).until(() -> slave.lines().contains("ready"));
        assertReads(near);
      }
      assertTrue(wire.process().isAlive());
    }
  }

  private static void requirePython(String module, String debianPackage) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON)),
        "skipped: python3 is not installed (Debian package python3)");
    try (Program program = Program.start(PYTHON, "-c", "import " + module)) {
      assumeTrue(
          program.exitCode(30) == 0,
          "skipped: " + module + " is not installed (Debian package " + debianPackage + ")");
    }
  }

  private static Group group(int function, int address, int count) {
    return new Group("g" + function, 9, function, address, count, 200 * MS);
  }

  private static void assertReads(Path port) throws IOException {
    ModbusSettings settings = new ModbusSettings(
        "road",
        SerialSettings.of(new PortAddress.DeviceFile(port), 9600),
        1000 * MS,
        2,
        0,
        0,
        125,
        List.of(),
        List.of(
            group(1, 0, 20), group(2, 0, 10), group(3, 100, 4), group(4, 0, 3), group(4, 50, 1)));
    Map<String, String> found = new HashMap<>();
    try (ModbusSource source = new ModbusSource(settings, new SystemTimeline(), new Health())) {
      source.open();
      FrameChunk chunk = new FrameChunk("road", 8);
      while (found.size() < 5) {
        chunk.clear();
        source.read(chunk);
        for (int i = 0; i < chunk.size(); i++) {
          RegisterBlock block = (RegisterBlock) chunk.frame(i);
          found.put(
              block.function() + ":" + block.address(),
              block.outcome() + " " + block.exceptionCode() + " " + block.data());
        }
      }
    }
    assertEquals(
        Map.of(
            "1:0", "READ 0 aaaa0a",
            "2:0", "READ 0 0d02",
            "3:100", "READ 0 41480000fffe1234",
            "4:0", "READ 0 000700080009",
            "4:50", "EXCEPTION 2 "),
        found);
  }
}
