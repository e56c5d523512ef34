package dev.caravan.agent.source.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder tree laid out as the kernel lays out /sys and /dev, with two adapters of one make and an empty UART slot. */
class PortListTest {
  private final Path terminals;
  private final Path devices;
  private final Path folder;

  PortListTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.terminals = Files.createDirectories(folder.resolve("sys/class/tty"));
    this.devices = Files.createDirectories(folder.resolve("dev"));
    Files.createDirectories(devices.resolve("serial/by-id"));
    Files.createDirectories(devices.resolve("pts"));
  }

  private void plugIn(String name, String serial) throws IOException {
    Path usb = Files.createDirectories(folder.resolve("sys/devices/usb1/1-" + name));
    Files.writeString(usb.resolve("idVendor"), "0403\n");
    Files.writeString(usb.resolve("idProduct"), "6001\n");
    Files.writeString(usb.resolve("serial"), serial + "\n");
    Files.writeString(usb.resolve("manufacturer"), "FTDI\n");
    Files.writeString(usb.resolve("product"), "FT232R USB UART\n");
    Path port = Files.createDirectories(usb.resolve("1:1.0/" + name));
    Path driver = Files.createDirectories(folder.resolve("sys/bus/usb-serial/drivers/ftdi_sio"));
    Files.createSymbolicLink(port.resolve("driver"), driver);
    Path terminal = Files.createDirectories(terminals.resolve(name));
    Files.createSymbolicLink(terminal.resolve("device"), port);
    Files.createFile(devices.resolve(name));
    Files.createSymbolicLink(
        devices.resolve("serial/by-id/usb-FTDI_" + serial), devices.resolve(name));
  }

  private UsbPorts usb() {
    return new UsbPorts(terminals, devices);
  }

  @Test
  void adapterIsFoundByItsNumbersWhateverItsName() throws IOException {
    plugIn("ttyUSB3", "A1");
    assertEquals(
        devices.resolve("ttyUSB3"), usb().find(new PortAddress.UsbDevice(0x0403, 0x6001, "")));
    assertEquals(
        devices.resolve("ttyUSB3"), usb().find(new PortAddress.UsbDevice(0x0403, 0x6001, "A1")));
  }

  @Test
  void absentAdapterAndTwoAlikeAreSaidClearly() throws IOException {
    plugIn("ttyUSB0", "A1");
    plugIn("ttyUSB1", "B2");
    IOException absent = assertThrows(
        IOException.class, () -> usb().find(new PortAddress.UsbDevice(0x1A86, 0x7523, "")));
    assertEquals("open usb:1a86:7523: no such USB device; is it plugged in?", absent.getMessage());
    IOException two = assertThrows(
        IOException.class, () -> usb().find(new PortAddress.UsbDevice(0x0403, 0x6001, "")));
    assertEquals(
        "open usb:0403:6001: 2 such USB devices; want the serial number too: [usb:0403:6001:A1, usb:0403:6001:B2]",
        two.getMessage());
  }

  @Test
  void listTellsWhatToWriteAndLeavesOutEmptySlots() throws IOException {
    plugIn("ttyUSB0", "A1");
    Path slot = Files.createDirectories(terminals.resolve("ttyS0"));
    Files.createDirectories(slot.resolve("device"));
    Files.writeString(slot.resolve("type"), "0\n");
    Files.createFile(devices.resolve("ttyS0"));
    Path board = Files.createDirectories(terminals.resolve("ttyAMA0"));
    Files.createDirectories(board.resolve("device"));
    Files.writeString(board.resolve("type"), "32\n");
    Files.createFile(devices.resolve("ttyAMA0"));
    Files.createFile(devices.resolve("pts/4"));
    Files.createDirectories(terminals.resolve("console")); // no device behind it
    assertEquals(
        List.of(
            new PortList.Port(
                devices.resolve("ttyAMA0"),
                "serial port of the board",
                List.of(devices.resolve("ttyAMA0").toString()),
                "",
                "may be opened",
                List.of()),
            new PortList.Port(
                devices.resolve("ttyUSB0"),
                "USB FTDI FT232R USB UART",
                List.of(
                    devices.resolve("serial/by-id/usb-FTDI_A1").toString(),
                    "usb:0403:6001:A1",
                    devices.resolve("ttyUSB0").toString()),
                "ftdi_sio",
                "may be opened",
                List.of()),
            new PortList.Port(
                devices.resolve("pts/4"),
                "pseudo-terminal",
                List.of(devices.resolve("pts/4").toString()),
                "",
                "may be opened",
                List.of())),
        new PortList(terminals, devices).ports());
  }
}
