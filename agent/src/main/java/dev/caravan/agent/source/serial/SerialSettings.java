package dev.caravan.agent.source.serial;

import dev.caravan.agent.config.Node;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How to open a serial port. No flow control: what a device sends is taken as it comes.
 *
 * @param port where it is found
 * @param baud bit/s, 1200..3000000; USB devices that are no real UART, and device servers, ignore it
 * @param dataBits 5..8
 * @param parity the bit added to each byte
 * @param stopBits 1 or 2
 * @param rs485 how the driver switches an RS-485 transceiver; empty if it is not to
 */
public record SerialSettings(
    PortAddress port, int baud, int dataBits, Parity parity, int stopBits, Optional<Rs485> rs485) {
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

  /**
   * What the driver does for an RS-485 transceiver whose direction hangs on RTS. Adapters that switch by themselves need
   * none of it.
   *
   * @param rtsActiveHigh whether RTS is high while sending
   * @param termination whether the driver switches its terminating resistor on
   * @param receiveOwn whether what is sent is received too
   * @param delayBeforeUs from switching to the first bit, microseconds
   * @param delayAfterUs from the last bit to switching back, microseconds
   * @see "Linux Documentation/driver-api/serial/serial-rs485.rst"
   */
  public record Rs485(
      boolean rtsActiveHigh,
      boolean termination,
      boolean receiveOwn,
      int delayBeforeUs,
      int delayAfterUs) {
    static Rs485 from(Node node) {
      Rs485 settings = new Rs485(
          node.at("rts_active_high").flag(true),
          node.at("termination").flag(false),
          node.at("receive_own").flag(false),
          (int) (node.at("delay_before").durationNs("0s", "100ms", "0s") / 1_000),
          (int) (node.at("delay_after").durationNs("0s", "100ms", "0s") / 1_000));
      node.refuseUnknownKeys();
      return settings;
    }
  }

  /** Those of termios(3) and of the makers of USB adapters. */
  private static final List<Integer> USUAL_BAUDS = List.of(
      1200, 1800, 2400, 4800, 7200, 9600, 14_400, 19_200, 28_800, 31_250, 38_400, 56_000, 57_600,
      76_800, 100_000, 115_200, 128_000, 153_600, 187_500, 230_400, 250_000, 256_000, 420_000,
      460_800, 500_000, 576_000, 614_400, 750_000, 921_600, 1_000_000, 1_152_000, 1_228_800,
      1_500_000, 2_000_000, 2_500_000, 3_000_000);

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

  /** With eight data bits, no parity and one stop bit. */
  public static SerialSettings of(PortAddress port, int baud) {
    return new SerialSettings(port, baud, 8, Parity.NONE, 1, Optional.empty());
  }

  /**
   * Reads the keys {@code port baud data_bits parity stop_bits rs485} of a source's own mapping. The source's settings
   * read their keys from the same node and then refuse unknown ones.
   *
   * @param baudOtherwise bit/s where the key is absent
   */
  public static SerialSettings from(Node node, int baudOtherwise) {
    Node rs485 = node.at("rs485");
    return new SerialSettings(
        PortAddress.from(node.at("port")),
        baud(node.at("baud"), baudOtherwise),
        (int) node.at("data_bits").whole(5, 8, 8),
        parity(node.at("parity").oneOf(PARITIES, "none")),
        (int) node.at("stop_bits").whole(1, 2, 1),
        rs485.isPresent() ? Optional.of(Rs485.from(rs485)) : Optional.empty());
  }

  private static int baud(Node node, int otherwise) {
    int baud = (int) node.whole(1200, 3_000_000, otherwise);
    if (!USUAL_BAUDS.contains(baud)) {
      USUAL_BAUDS.stream()
          .min(Comparator.comparingInt(usual -> Math.abs(usual - baud)))
          .ifPresent(
              usual -> node.warn(baud + " bit/s is no usual rate; did you mean " + usual + "?"));
    }
    return baud;
  }

  /** As {@link #from(Node, int)}, 115200 bit/s where the key is absent. */
  public static SerialSettings from(Node node) {
    return from(node, 115_200);
  }

  private static Parity parity(String word) {
    return Parity.values()[PARITIES.indexOf(word)];
  }
}
