package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlcanSettingsTest {
  private final Path file;
  private final Faults faults = new Faults();

  SlcanSettingsTest(@TempDir Path folder) {
    this.file = folder.resolve("agent.yaml");
  }

  private SlcanSettings read(String keys) throws IOException {
    Files.writeString(file, "{port: /dev/ttyUSB0, " + keys + "}");
    Node node = YamlFile.read(file, faults);
    SlcanSettings settings = SlcanSettings.from("can0", node);
    node.refuseUnknownKeys();
    return settings;
  }

  private String fault(String keys) throws IOException {
    read(keys);
    assertEquals(1, faults.found().size(), faults.found().toString());
    return faults.found().get(0).what();
  }

  @Test
  void onlyThePortAndTheBitRateMustBeGiven() throws IOException {
    SlcanSettings settings = read("bitrate: 500k");
    faults.found().forEach(fault -> assertEquals("", fault.toString()));
    assertEquals("can0", settings.name());
    assertEquals(
        SerialSettings.of(new PortAddress.DeviceFile(Path.of("/dev/ttyUSB0")), 115_200),
        settings.serial());
    assertEquals("S6", settings.timing());
    assertTrue(settings.listenOnly());
    assertTrue(settings.stamps());
    assertEquals(Dialect.AUTO, settings.dialect());
    assertEquals(1_000_000_000, settings.statusPeriodNs());
    assertEquals(Set.of(), settings.transmittable().ids());
  }

  @Test
  void everyKeyIsRead() throws IOException {
    SlcanSettings settings = read(
        "baud: 57600, data_bits: 7, parity: even, stop_bits: 2, bitrate: 33333, dialect: lawicel,"
            + " listen_only: false, timestamps: off, status_period: 0s, accept: {code: 0x1234, mask: 0xFFFFFFFF},"
            + " allow_transmit: [7DF, 0x18DB33F1]");
    assertEquals("", faults.found().isEmpty() ? "" : faults.found().toString());
    assertEquals(
        new SerialSettings(
            new PortAddress.DeviceFile(Path.of("/dev/ttyUSB0")),
            57_600,
            7,
            SerialSettings.Parity.EVEN,
            2,
            Optional.empty()),
        settings.serial());
    assertEquals("s0E2B", settings.timing());
    assertFalse(settings.listenOnly());
    assertFalse(settings.stamps());
    assertEquals(0, settings.statusPeriodNs());
    assertEquals(Optional.of(new SlcanSettings.Accept(0x1234, 0xFFFF_FFFFL)), settings.accept());
    assertEquals(
        Set.of(new CanId(0x7DF, false), new CanId(0x18DB33F1, true)),
        settings.transmittable().ids());
  }

  @Test
  void canFdRatesAreCommandsOfTheCanable() throws IOException {
    assertEquals(
        Optional.of("Y5"), read("bitrate: 1M, dialect: canable, fd_bitrate: 5M").fdCommand());
    assertEquals("", faults.found().isEmpty() ? "" : faults.found().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "baud: 9600|bitrate: missing; want the bit rate of the bus, such as 500k",
        "bitrate: 2M|bitrate: want 5k..1M, got 2M",
        "bitrate: 800k|bitrate: adapters differ in how 800000 bit/s is set; want 10k 20k 50k 100k 125k 250k 500k or 1M,"
            + " or a dialect named",
        "bitrate: 800k, dialect: canable|bitrate: 800000 bit/s cannot be set on dialect canable",
        "bitrate: 333k, dialect: candapter|bitrate: 333000 bit/s cannot be set on dialect candapter",
        "bitrate: 500k, fd_bitrate: 2M|fd_bitrate: only dialect canable has CAN FD; want dialect: canable",
        "bitrate: 500k, fd_bitrate: 3M, dialect: canable|fd_bitrate: want one of 500k, 1M, 2M, 4M, 5M, 8M, got '3M'",
        "bitrate: 500k, allow_transmit: [7DF]|allow_transmit: nothing can be sent with listen_only: true; want listen_only:"
            + " false, or no ids",
        "bitrate: 500k, listen_only: false, allow_transmit: [800]|allow_transmit[0]: want at most 7FF or 1FFFFFFF, got"
            + " '800'",
        "bitrate: 500k, listen_only: false, allow_transmit: [7D]|allow_transmit[0]: want an id of 3 (11 bits) or 8 hex"
            + " digits (29 bits), got '7D'",
        "bitrate: 500k, accept: {code: 0, mask: 0}|accept: adapters differ in their filters; want dialect: lawicel or"
            + " usbtin",
        "bitrate: 500k, timestamps: on, dialect: candapter|timestamps: dialect candapter has no time stamps; want auto or off",
        "bitrate: 500k, baud: 12|baud: want 1200..3000000, got 12",
        "bitrate: 500k, parity: big|parity: want one of none, odd, even, mark, space, got 'big'",
        "bitrate: 500k, listenonly: true|listenonly: unknown key; did you mean 'listen_only'?"
      })
  void whatIsWrongIsSaid(String keys, String message) throws IOException {
    assertEquals(message, fault(keys));
  }

  /** S codes: LAWICEL CAN232 manual; S7 and S9 of the CANable: its firmware. Registers: 8 MHz and 24 MHz by hand. */
  @ParameterizedTest
  @CsvSource({
    "AUTO, 10000, S0",
    "AUTO, 20000, S1",
    "AUTO, 50000, S2",
    "AUTO, 100000, S3",
    "AUTO, 125000, S4",
    "AUTO, 250000, S5",
    "AUTO, 500000, S6",
    "AUTO, 1000000, S8",
    "AUTO, 83333, ''",
    "LAWICEL, 800000, S7",
    "USBTIN, 800000, S7",
    "CANDAPTER, 800000, S7",
    "CANABLE, 750000, S7",
    "CANABLE, 83333, S9",
    "CANABLE, 800000, ''",
    "LAWICEL, 83333, s052B",
    "LAWICEL, 62500, s072B",
    "LAWICEL, 123457, ''",
    "USBTIN, 83333, s08AD02",
    "USBTIN, 33333, s11B703",
    "USBTIN, 123457, ''"
  })
  void everyRateHasItsCommandOrNone(Dialect dialect, int bitrate, String command) {
    assertEquals(command, BitTiming.command(dialect, bitrate).orElse(""));
  }
}
