package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.serial.SerialLine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two runs of one device with one seed, asked the same at other times. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RepeatableDevicesIT {
  /** Reads of the weather station and the visibility meter. */
  private static final List<String> REGISTERS =
      List.of("010301F40008", "020400000004", "010301F40008");

  private static final List<String> COMMANDS =
      List.of("ATZ\r", "0100\r", "010C\r", "010D\r", "0902\r", "010C\r");

  private byte[] heard(Path folder, String device, long seed, int units, long pauseMs)
      throws Exception {
    Path file = Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: cabinet-1, fleet: demo}
        devices: [%s]
        """.formatted(device));
    List<DevicePlan> plans = Plan.read(file, new Faults()).devices().stream()
        .map(plan -> plan.repeatable(seed))
        .toList();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try (Devices devices = new Devices(plans, folder, units, new SystemTimeline())) {
      new Stop().await(pauseMs * 1_000_000L);
      try (SerialLine host = SerialLine.open(folder.resolve("x"), 115_200)) {
        for (byte[] request : requests(device)) {
          host.write(request, 500);
          // the next request when the answer is there, and a pause that differs from run to run
          int count = 1;
          for (int waited = 0; waited < 3 && count > 0; waited++) {
            count = host.read(buffer, 600 + (int) pauseMs);
            all.write(buffer, 0, count);
          }
        }
        for (int count = 1; devices.isAtWork() || count > 0; ) {
          count = host.read(buffer, 100);
          all.write(buffer, 0, count);
          assertTrue(requests(device).size() < 3 || count == 0 || all.size() < 100_000);
          if (requests(device).size() >= 3 && count == 0) {
            break;
          }
        }
      }
    }
    return all.toByteArray();
  }

  private static List<byte[]> requests(String device) {
    if (device.contains("modbus")) {
      return REGISTERS.stream()
          .map(text -> withCrc(Bytes.ofHex(text).toArray()))
          .toList();
    }
    if (device.contains("elm327")) {
      return COMMANDS.stream()
          .map(text -> text.getBytes(StandardCharsets.US_ASCII))
          .toList();
    }
    String open = device.contains("truck") ? "S5\rZ1\rO\r" : "S6\rZ1\rO\r";
    return device.contains("slcan") ? List.of(open.getBytes(StandardCharsets.US_ASCII)) : List.of();
  }

  /** MODBUS over serial line V1.02, 6.2.2. */
  private static byte[] withCrc(byte[] request) {
    int crc = 0xFFFF;
    for (byte one : request) {
      crc ^= one & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0xA001;
      }
    }
    byte[] whole = Arrays.copyOf(request, request.length + 2);
    whole[request.length] = (byte) crc;
    whole[request.length + 1] = (byte) (crc >>> 8);
    return whole;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: x, type: slcan, model: nev, rate: 1000} | 1500",
        "{name: x, type: slcan, model: truck, rate: 400} | 600",
        "{name: x, type: slcan, model: nev-fd, fd: true, rate: 1000} | 800",
        "{name: x, type: gnss, rate: 10} | 60",
        "{name: x, type: gnss, rate: 10, rough: 0.3} | 60",
        "{name: x, type: radar} | 4",
        "{name: x, type: radar, rough: 0.5} | 4",
        "{name: x, type: modbus} | 3",
        "{name: x, type: modbus, rough: 0.4} | 1000",
        "{name: x, type: elm327} | 1000",
        "{name: x, type: elm327, rough: 0.2} | 1000"
      })
  void oneSeedGivesTheSameBytes(String device, int units, @TempDir Path folder) throws Exception {
    byte[] first = heard(folder, device, 7, units, 0);
    byte[] second = heard(folder, device, 7, units, 137);
    assertTrue(first.length > 20, "bytes: " + first.length);
    assertArrayEquals(first, second, new String(first, StandardCharsets.ISO_8859_1));
    if (!device.contains("truck")) { // its first seconds are those of every truck
      assertFalse(Arrays.equals(first, heard(folder, device, 8, units, 0)), "another seed");
    }
  }
}
