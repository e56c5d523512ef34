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

/** The serial ports of a machine, for a technician. Opens none of them. Safe from any thread. */
public final class PortList {
  /**
   * One port.
   *
   * @param device its file
   * @param what what is behind it, in words
   * @param addresses what a configuration may call it, the one that survives replugging best first
   * @param driver the kernel's driver; empty if none is known
   * @param access whether this user may open it: {@code may be opened}, or what is wrong
   * @param holders who has it open
   */
  public record Port(
      Path device,
      String what,
      List<String> addresses,
      String driver,
      String access,
      List<PortHolder> holders) {
    /** Copies the lists. */
    public Port {
      addresses = List.copyOf(addresses);
      holders = List.copyOf(holders);
    }
  }

  private final Path terminals;
  private final Path devices;

  /** The ports that the kernel shows below {@code terminals}, as files in {@code devices}. */
  PortList(Path terminals, Path devices) {
    this.terminals = terminals;
    this.devices = devices;
  }

  /** The ports of this machine. */
  public static PortList ofThisMachine() {
    return new PortList(Path.of("/sys/class/tty"), Path.of("/dev"));
  }

  /** All ports that have hardware behind them, then the pseudo-terminals that are open; by name. */
  public List<Port> ports() {
    List<Port> ports = new ArrayList<>();
    for (Path name : sorted(terminals, "*")) {
      hardware(name).ifPresent(ports::add);
    }
    for (Path device : sorted(devices.resolve("pts"), "[0-9]*")) {
      ports.add(port(device, "pseudo-terminal", List.of(device.toString()), ""));
    }
    return ports;
  }

  private Optional<Port> hardware(Path name) {
    Path device = devices.resolve(name.getFileName());
    if (!Files.exists(name.resolve("device")) || !Files.exists(device) || isEmptySlot(name)) {
      return Optional.empty();
    }
    List<String> addresses = new ArrayList<>();
    for (Path link : sorted(devices.resolve("serial/by-id"), "*")) {
      if (isLinkTo(link, device)) {
        addresses.add(link.toString());
      }
    }
    Optional<UsbPorts.UsbPort> usb = new UsbPorts(terminals, devices).port(name);
    usb.ifPresent(port -> addresses.add(port.id().toString()));
    addresses.add(device.toString());
    String what = usb.map(port -> "USB " + port.product()).orElse("serial port of the board");
    return Optional.of(port(device, what.strip(), addresses, driver(name)));
  }

  private static Port port(Path device, String what, List<String> addresses, String driver) {
    String access = Files.isReadable(device) && Files.isWritable(device)
        ? "may be opened"
        : OpenFailure.denied(device);
    return new Port(device, what, addresses, driver, access, PortHolder.of(device));
  }

  /** The kernel keeps names for UARTs that are not there: their type is 0, PORT_UNKNOWN in linux/serial_core.h. */
  private static boolean isEmptySlot(Path name) {
    try {
      Path type = name.resolve("type");
      return Files.isReadable(type) && Files.readString(type).strip().equals("0");
    } catch (IOException e) {
      return false;
    }
  }

  private static String driver(Path name) {
    try {
      return name.resolve("device/driver").toRealPath().getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isLinkTo(Path link, Path device) {
    try {
      return link.toRealPath().equals(device.toRealPath());
    } catch (IOException e) {
      return false; // it points nowhere
    }
  }

  private static List<Path> sorted(Path folder, String names) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, names)) {
      all.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    found.sort(Comparator.comparing((Path path) -> path.toString().length())
        .thenComparing(Path::toString));
    return found;
  }
}
