package dev.caravan.agent.source.serial;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The serial ports of USB adapters, as the kernel shows them below {@code /sys/class/tty}. Safe from any thread. */
final class UsbPorts {
  /**
   * One port.
   *
   * @param device its file
   * @param id the adapter's numbers
   * @param product the adapter's name for itself; empty if it has none
   */
  record UsbPort(Path device, PortAddress.UsbDevice id, String product) {}

  private final Path terminals;
  private final Path devices;

  /** Reads from {@code terminals}, and names device files in {@code devices}. */
  UsbPorts(Path terminals, Path devices) {
    this.terminals = terminals;
    this.devices = devices;
  }

  static UsbPorts ofThisMachine() {
    return new UsbPorts(Path.of("/sys/class/tty"), Path.of("/dev"));
  }

  /**
   * The port of an adapter; the first by name if it has several.
   *
   * @throws IOException if no such adapter is plugged in, or several that the address does not tell apart
   */
  Path find(PortAddress.UsbDevice wanted) throws IOException {
    List<UsbPort> found = all().stream()
        .filter(port -> port.id().vendor() == wanted.vendor()
            && port.id().product() == wanted.product()
            && (wanted.serial().isEmpty() || port.id().serial().equals(wanted.serial())))
        .toList();
    if (found.isEmpty()) {
      throw OpenFailure.of(wanted, "no such USB device; is it plugged in?");
    }
    List<PortAddress.UsbDevice> adapters =
        found.stream().map(UsbPort::id).distinct().toList();
    if (adapters.size() > 1) {
      throw OpenFailure.of(
          wanted, adapters.size() + " such USB devices; want the serial number too: " + adapters);
    }
    return found.get(0).device();
  }

  /** All, by name. */
  List<UsbPort> all() {
    List<UsbPort> ports = new ArrayList<>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(terminals)) {
      for (Path name : names) {
        port(name).ifPresent(ports::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // a kernel without USB, or without /sys
    }
    ports.sort(Comparator.comparing(port -> port.device().toString()));
    return ports;
  }

  /** What stands behind one name: the nearest folder above the terminal's device that tells USB numbers. */
  Optional<UsbPort> port(Path name) {
    try {
      Path folder = name.resolve("device").toRealPath();
      while (folder != null && !Files.isReadable(folder.resolve("idVendor"))) {
        folder = folder.getParent();
      }
      return folder == null
          ? Optional.empty()
          : Optional.of(new UsbPort(
              devices.resolve(name.getFileName()),
              new PortAddress.UsbDevice(
                  Integer.parseInt(read(folder, "idVendor"), 16),
                  Integer.parseInt(read(folder, "idProduct"), 16),
                  read(folder, "serial")),
              (read(folder, "manufacturer") + " " + read(folder, "product")).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // no device behind it, or one that went away meanwhile
    }
  }

  private static String read(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.isReadable(path) ? Files.readString(path).strip() : "";
  }
}
