package dev.caravan.agent.source.serial;

import dev.caravan.agent.config.Node;
import java.nio.file.Path;
import java.util.List;

/**
 * How to open a serial port. No flow control: what a device sends is taken as it comes.
 *
 * @param port device file, or a link to one; followed anew each time the port is opened
 * @param baud bit/s, 1200..3000000; USB devices that are no real UART ignore it
 * @param dataBits 5..8
 * @param parity the bit added to each byte
 * @param stopBits 1 or 2
 */
public record SerialSettings(Path port, int baud, int dataBits, Parity parity, int stopBits) {
  /** The bit added to each byte. */
  public enum Parity {
    /** No such bit. */
    NONE,
    /** It makes the number of ones odd. */
    ODD,
    /** It makes the number of ones even. */
    EVEN,
    /** It is always 1. */
    MARK,
    /** It is always 0. */
    SPACE
  }

  private static final List<String> PARITIES = List.of("none", "odd", "even", "mark", "space");

  /** Checks the ranges. */
  public SerialSettings {
    if (baud < 1200
        || baud > 3_000_000
        || dataBits < 5
        || dataBits > 8
        || stopBits < 1
        || stopBits > 2) {
      throw new IllegalArgumentException(
          "serial: baud=" + baud + ", dataBits=" + dataBits + ", stopBits=" + stopBits);
    }
  }

  /** A port with eight data bits, no parity and one stop bit. */
  public static SerialSettings of(Path port, int baud) {
    return new SerialSettings(port, baud, 8, Parity.NONE, 1);
  }

  /**
   * Reads the keys {@code port baud data_bits parity stop_bits} of a source's own mapping. The source's settings read their
   * keys from the same node and then refuse unknown ones.
   *
   * @param baudOtherwise bit/s where the key is absent
   */
  public static SerialSettings from(Node node, int baudOtherwise) {
    Node port = node.at("port");
    return new SerialSettings(
        port.isPresent() ? port.path(Path.of("")) : missing(port),
        (int) node.at("baud").whole(1200, 3_000_000, baudOtherwise),
        (int) node.at("data_bits").whole(5, 8, 8),
        parity(node.at("parity").oneOf(PARITIES, "none")),
        (int) node.at("stop_bits").whole(1, 2, 1));
  }

  /** As {@link #from(Node, int)}, 115200 bit/s where the key is absent. */
  public static SerialSettings from(Node node) {
    return from(node, 115_200);
  }

  private static Path missing(Node port) {
    port.fault("missing; want a device file such as /dev/ttyUSB0");
    return Path.of("");
  }

  private static Parity parity(String word) {
    return Parity.values()[PARITIES.indexOf(word)];
  }
}
