package dev.caravan.agent.device.nev;

/**
 * CRC-8 SAE J1850: polynomial 0x1D, start value 0xFF, result inverted; of "123456789" it is 0x4B.
 *
 * @see "AUTOSAR SWS CRC Library, 7.2.1.1, 8-bit SAE J1850 CRC calculation"
 */
final class Crc8 {
  private static final int[] TABLE = new int[256];

  static {
    for (int value = 0; value < 256; value++) {
      int crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = ((crc << 1) ^ ((crc & 0x80) != 0 ? 0x1D : 0)) & 0xFF;
      }
      TABLE[value] = crc;
    }
  }

  private Crc8() {}

  /** Of the data id, low byte first, then of some payload bytes. */
  static int of(int dataId, byte[] payload, int from, int to) {
    int crc = TABLE[0xFF ^ (dataId & 0xFF)];
    crc = TABLE[(crc ^ (dataId >> 8)) & 0xFF];
    for (int i = from; i < to; i++) {
      crc = TABLE[(crc ^ payload[i]) & 0xFF];
    }
    return ~crc & 0xFF;
  }
}
