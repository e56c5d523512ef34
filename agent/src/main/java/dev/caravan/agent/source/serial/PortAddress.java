package dev.caravan.agent.source.serial;

import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a serial port is found; looked up anew each time it is opened. */
public sealed interface PortAddress {
  /**
   * A device file, or a link to one.
   *
   * @param path {@code /dev/ttyUSB0}, {@code /dev/serial/by-id/…}
   */
  record DeviceFile(Path path) implements PortAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A USB adapter, whatever number the kernel gives its port.
   *
   * @param vendor idVendor, 0..0xFFFF
   * @param product idProduct, 0..0xFFFF
   * @param serial its serial number; empty for any
   */
  record UsbDevice(int vendor, int product, String serial) implements PortAddress {
    @Override
    public String toString() {
      return String.format("usb:%04x:%04x", vendor, product)
          + (serial.isEmpty() ? "" : ":" + serial);
    }
  }

  /**
   * A serial device server that hands the bytes of a port on as they are, over TCP.
   *
   * @param host name or address; an IPv6 address without brackets
   * @param port 1..65535
   */
  record TcpServer(String host, int port) implements PortAddress {
    @Override
    public String toString() {
      return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** What {@link #parse} takes. */
  String WANTED =
      "a device file such as /dev/ttyUSB0, usb:VENDOR:PRODUCT[:SERIAL] with four hex digits each, or tcp://HOST:PORT";

  /** Reads an address as it is written in a configuration; empty if it is none. */
  static Optional<PortAddress> parse(String text) {
    if (text.startsWith("usb:")) {
      Matcher usb =
          Pattern.compile("usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?").matcher(text);
      return usb.matches()
          ? Optional.of(new UsbDevice(
              Integer.parseInt(usb.group(1), 16),
              Integer.parseInt(usb.group(2), 16),
              usb.group(3) == null ? "" : usb.group(3)))
          : Optional.empty();
    }
    if (text.toLowerCase(Locale.ROOT).startsWith("tcp://")) {
      Matcher tcp = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:/]+)):([0-9]{1,5})")
          .matcher(text.substring("tcp://".length()));
      if (!tcp.matches()) {
        return Optional.empty();
      }
      int port = Integer.parseInt(tcp.group(3));
      String host = tcp.group(1) == null ? tcp.group(2) : tcp.group(1);
      return port >= 1 && port <= 65_535
          ? Optional.of(new TcpServer(host, port))
          : Optional.empty();
    }
    return text.isEmpty() || text.contains("://")
        ? Optional.empty()
        : Optional.of(new DeviceFile(Path.of(text)));
  }

  /** Reads the key {@code port}; what is wrong goes to the faults of the node. */
  static PortAddress from(Node port) {
    PortAddress none = new DeviceFile(Path.of(""));
    if (!port.isPresent()) {
      port.fault("missing; want " + WANTED);
      return none;
    }
    Optional<PortAddress> address = parse(port.text());
    if (address.isEmpty()) {
      port.fault("want " + WANTED + ", got '" + port.text() + "'");
      return none;
    }
    return address.get() instanceof DeviceFile
        ? new DeviceFile(port.path(Path.of("")))
        : address.get();
  }
}
