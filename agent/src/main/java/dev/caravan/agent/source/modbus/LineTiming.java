package dev.caravan.agent.source.modbus;

import dev.caravan.agent.source.serial.SerialSettings;

/**
 * How long things take on a serial line, in nanoseconds.
 *
 * @param characterNs start bit, data bits, parity bit, stop bits
 * @param gapNs the silence between two frames
 */
record LineTiming(long characterNs, long gapNs) {
  /** Above this speed the gap no longer shrinks, V1.02, 2.5.1.1. */
  private static final int FIXED_ABOVE_BAUD = 19_200;

  private static final long FIXED_GAP_NS = 1_750_000;

  static LineTiming of(SerialSettings serial) {
    int bits = 1
        + serial.dataBits()
        + (serial.parity() == SerialSettings.Parity.NONE ? 0 : 1)
        + serial.stopBits();
    long characterNs = 1_000_000_000L * bits / serial.baud();
    long gapNs = serial.baud() > FIXED_ABOVE_BAUD ? FIXED_GAP_NS : characterNs * 7 / 2;
    return new LineTiming(characterNs, gapNs);
  }

  /** The time that so many bytes are on the wire. */
  long ofBytesNs(int bytes) {
    return characterNs * bytes;
  }

  /** The time that a request and its answer are on the wire, with a gap before each. */
  long ofExchangeNs(ReadRequest request) {
    return ofBytesNs(ReadRequest.REQUEST_BYTES + request.answerBytes()) + 2 * gapNs;
  }
}
