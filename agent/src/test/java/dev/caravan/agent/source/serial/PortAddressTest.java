package dev.caravan.agent.source.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortAddressTest {
  @ParameterizedTest
  @CsvSource({
    "/dev/ttyUSB0,/dev/ttyUSB0",
    "/dev/serial/by-id/usb-FTDI_A:1-if00,/dev/serial/by-id/usb-FTDI_A:1-if00",
    "usb:0403:6001,usb:0403:6001",
    "usb:1A86:7523:00:AB x,usb:1a86:7523:00:AB x",
    "tcp://10.0.0.7:4001,tcp://10.0.0.7:4001",
    "TCP://moxa-3.cabinet:950,tcp://moxa-3.cabinet:950",
    "tcp://[fe80::1]:23,tcp://[fe80::1]:23"
  })
  void addressReadsAndPrintsAsOneWouldWriteIt(String text, String printed) {
    assertEquals(Optional.of(printed), PortAddress.parse(text).map(PortAddress::toString));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "usb:403:6001",
        "usb:0403",
        "usb:0403:6001:",
        "usb:wxyz:0001",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://:80",
        "tcp://a/b:80",
        "udp://host:80",
        "tcp://[host:80"
      })
  void anythingElseIsNoAddress(String text) {
    assertEquals(Optional.empty(), PortAddress.parse(text));
  }

  @Test
  void rs485AndAddressAreReadFromAConfiguration(@TempDir Path folder)
      throws IOException, ConfigException {
    Path file = Files.writeString(folder.resolve("a.yaml"), """
        port: usb:0403:6001
        baud: 9600
        rs485: {rts_active_high: false, delay_before: 1ms, delay_after: 500us}
        """);
    Faults faults = new Faults();
    SerialSettings settings =
        SerialSettings.from(YamlFile.read(file, faults), SerialSettings.baud(9600));
    faults.throwIfAny();
    assertEquals(
        new SerialSettings(
            new PortAddress.UsbDevice(0x0403, 0x6001, ""),
            9600,
            8,
            SerialSettings.Parity.NONE,
            1,
            Optional.of(new SerialSettings.Rs485(false, false, false, 1000, 500))),
        settings);
  }

  @Test
  void wrongAddressIsAFaultThatSaysWhatIsWanted(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "port: usb:403:6001\n");
    Faults faults = new Faults();
    SerialSettings.from(YamlFile.read(file, faults), SerialSettings.baud(9600));
    assertEquals(
        file + ":1:7: port: want " + PortAddress.WANTED + ", got 'usb:403:6001'",
        faults.found().get(0).toString());
  }
}
