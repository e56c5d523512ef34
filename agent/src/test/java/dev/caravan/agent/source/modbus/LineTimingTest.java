package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import dev.caravan.agent.source.serial.SerialSettings.Parity;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTimingTest {
  /** 3.5 characters up to 19200 bit/s, 1.75 ms above: "MODBUS over Serial Line V1.02", 2.5.1.1. */
  @ParameterizedTest
  @CsvSource({
    "4800, NONE, 1, 2083333, 7291665",
    "9600, NONE, 1, 1041666, 3645831",
    "9600, EVEN, 1, 1145833, 4010415",
    "9600, NONE, 2, 1145833, 4010415",
    "19200, EVEN, 1, 572916, 2005206",
    "38400, EVEN, 1, 286458, 1750000",
    "115200, ODD, 2, 104166, 1750000"
  })
  void gapFollowsFromSpeedAndBits(
      int baud, Parity parity, int stopBits, long characterNs, long gapNs) {
    LineTiming timing = LineTiming.of(new SerialSettings(
        new PortAddress.DeviceFile(Path.of("x")), baud, 8, parity, stopBits, Optional.empty()));
    assertEquals(characterNs, timing.characterNs());
    assertEquals(gapNs, timing.gapNs());
  }
}
