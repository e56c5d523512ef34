package dev.caravan.agent.source.serial;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How to open a serial port. No flow control: what a device sends is taken as it comes.
 *
 * @param port where it is found
 * @param baud bit/s, 1200..3_000_000; USB devices that are no real UART, and device servers, ignore it
 * @param dataBits 5..8
 * @param parity the bit added to each byte
 * @param stopBits 1 or 2
 * @param rs485 how the driver switches an RS-485 transceiver; empty if it is not to
 */
public record SerialSettings(
    PortAddress port, int baud, int dataBits, Parity parity, int stopBits, Optional<Rs485> rs485) {
  private static final List<String> PARITIES = List.of("none", "odd", "even", "mark", "space");

  /** Where the source is plugged in. */
  public static final Key<String> PORT = Key.text("port")
      .required()
      .says("device file or a link to one (`/dev/serial/by-id/…` survives replugging); "
          + "`usb:VENDOR:PRODUCT` or `usb:VENDOR:PRODUCT:SERIAL` for a USB adapter under "
          + "whatever name; `tcp://HOST:PORT` for a serial device server that hands the bytes on "
          + "as they are");

  private static final Key<Integer> DATA_BITS = dataBits(5);
  private static final Key<Integer> WHOLE_BYTES = dataBits(8);
  private static final Key<String> PARITY = Key.oneOf("parity", PARITIES)
      .or("none")
      .says("bit added to each byte; one where it is wrong is dropped by the driver without a "
          + "word, so have messages carry a checksum too");
  private static final Key<Integer> STOP_BITS =
      Key.whole("stop_bits", 1, 2).unit("bit").or(1).range("1, 2").says("bits that end a byte");
  private static final Key<Boolean> RS485_RTS_ACTIVE_HIGH =
      Key.flag("rts_active_high", true).says("whether RTS is high while sending");
  private static final Key<Boolean> RS485_TERMINATION = Key.flag("termination", false)
      .says("whether the driver switches its terminating resistor on");
  private static final Key<Boolean> RS485_RECEIVE_OWN =
      Key.flag("receive_own", false).says("whether what is sent is received too");
  private static final Key<Long> RS485_DELAY_BEFORE =
      Key.duration("delay_before", "0s", "100ms").or("0s").says("from switching to the first bit");
  private static final Key<Long> RS485_DELAY_AFTER = Key.duration("delay_after", "0s", "100ms")
      .or("0s")
      .says("from the last bit to switching back");
  private static final List<Key<?>> RS485_KEYS = List.of(
      RS485_RTS_ACTIVE_HIGH,
      RS485_TERMINATION,
      RS485_RECEIVE_OWN,
      RS485_DELAY_BEFORE,
      RS485_DELAY_AFTER);
  private static final Key<Node> RS485 = Key.block("rs485", RS485_KEYS)
      .says("for a transceiver whose direction hangs on RTS: the driver switches it, as the keys "
          + "below say. Adapters that switch by themselves need none of it");

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
          node.get(RS485_RTS_ACTIVE_HIGH),
          node.get(RS485_TERMINATION),
          node.get(RS485_RECEIVE_OWN),
          (int) (node.get(RS485_DELAY_BEFORE) / 1_000),
          (int) (node.get(RS485_DELAY_AFTER) / 1_000));
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

  /** The key {@code baud} of a device that has such a speed where nothing is said. */
  public static Key<Integer> baud(int usual) {
    return Key.whole("baud", 1200, 3000000)
        .unit("bit/s")
        .or(usual)
        .says("speed of the serial line; USB adapters and device servers ignore it. What stands "
            + "here holds for slcan; sensors have defaults of their own");
  }

  private static Key<Integer> dataBits(int lowest) {
    return Key.whole("data_bits", lowest, 8)
        .unit("bit")
        .or(8)
        .says("bits in a byte on the serial line");
  }

  /** The keys of every source on a serial port. */
  public static List<Key<?>> keys(Key<Integer> baud) {
    return List.of(PORT, baud, DATA_BITS, PARITY, STOP_BITS, RS485);
  }

  /** Those of a source whose messages need all eight bits. */
  public static List<Key<?>> keysOfWholeBytes(Key<Integer> baud) {
    return List.of(PORT, baud, WHOLE_BYTES, PARITY, STOP_BITS, RS485);
  }

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
   * Reads the {@link #keys} of a source's mapping.
   *
   * @param baud declared by {@link #baud(int)}
   */
  public static SerialSettings from(Node node, Key<Integer> baud) {
    return from(node, baud, DATA_BITS);
  }

  /** Reads the {@link #keysOfWholeBytes}. */
  public static SerialSettings ofWholeBytes(Node node, Key<Integer> baud) {
    return from(node, baud, WHOLE_BYTES);
  }

  private static SerialSettings from(Node node, Key<Integer> baud, Key<Integer> dataBits) {
    Node rs485 = node.at(RS485);
    return new SerialSettings(
        PortAddress.from(node.at(PORT)),
        usual(node.at(baud), node.get(baud)),
        node.get(dataBits),
        parity(node.get(PARITY)),
        node.get(STOP_BITS),
        rs485.isPresent() ? Optional.of(Rs485.from(rs485)) : Optional.empty());
  }

  private static int usual(Node node, int baud) {
    if (!USUAL_BAUDS.contains(baud)) {
      USUAL_BAUDS.stream()
          .min(Comparator.comparingInt(usual -> Math.abs(usual - baud)))
          .ifPresent(
              usual -> node.warn(baud + " bit/s is no usual rate; did you mean " + usual + "?"));
    }
    return baud;
  }

  private static Parity parity(String word) {
    return Parity.values()[PARITIES.indexOf(word)];
  }
}
