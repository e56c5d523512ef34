package dev.caravan.agent.source.modbus;

/**
 * The checksum of an RTU frame: polynomial 0x8005 reflected, from 0xFFFF, sent low byte first; 0x4B37 over the text {@code
 * 123456789}.
 *
 * @see "MODBUS over Serial Line V1.02, 2.5.1.2 and 6.2.2"
 */
final class Crc16 {
  private static final int[] TABLE = new int[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0xA001 : crc >>> 1;
      }
      TABLE[i] = crc;
    }
  }

  private Crc16() {}

  static int of(byte[] bytes, int from, int length) {
    int crc = 0xFFFF;
    for (int i = from; i < from + length; i++) {
      crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 0xFF];
    }
    return crc;
  }

  /** Whether the last two bytes of a frame are the checksum of those before. */
  static boolean isRight(byte[] bytes, int from, int length) {
    int sent = (bytes[from + length - 2] & 0xFF) | (bytes[from + length - 1] & 0xFF) << 8;
    return of(bytes, from, length - 2) == sent;
  }
}
