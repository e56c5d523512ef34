package dev.caravan.agent.source.modbus;

/**
 * A request to read, the only kind there is: a function that writes cannot be built.
 *
 * <pre>
 *   0     1         2   3          4   5        6  7
 *   unit  function  address (big)  count (big)  CRC (little)
 * </pre>
 *
 * @param unit of the slave, 1..255; 0, broadcast, is never answered
 * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
 * @param address of the first one, 0..65535
 * @param count 1..125 registers or 1..2000 coils
 * @see "MODBUS Application Protocol V1.1b3, 6.1 to 6.4"
 */
record ReadRequest(int unit, int function, int address, int count) {
  static final int MOST_REGISTERS = 125; // V1.1b3, 6.3
  static final int MOST_COILS = 2000; // V1.1b3, 6.1
  static final int REQUEST_BYTES = 8;
  static final int EXCEPTION_BYTES = 5;

  /** Of an answer: unit, function, byte count before the data, CRC behind. */
  static final int ANSWER_FRAME_BYTES = 5;

  /** The longest frame, V1.02, 2.4. */
  static final int MOST_FRAME_BYTES = 256;

  ReadRequest {
    if (unit < 1
        || unit > 255
        || function < 1
        || function > 4
        || address < 0
        || count < 1
        || count > most(function)
        || address + count > 0x1_0000) {
      throw new IllegalArgumentException("modbus request: unit=" + unit + ", function=" + function
          + ", address=" + address + ", count=" + count
          + "; want unit 1..255, function 1..4, at most 125 registers or 2000 coils to 65535");
    }
  }

  /** How many registers or coils one request of this function may ask for. */
  static int most(int function) {
    return function <= 2 ? MOST_COILS : MOST_REGISTERS;
  }

  byte[] encoded() {
    byte[] frame = {
      (byte) unit,
      (byte) function,
      (byte) (address >>> 8),
      (byte) address,
      (byte) (count >>> 8),
      (byte) count,
      0,
      0
    };
    int crc = Crc16.of(frame, 0, REQUEST_BYTES - 2);
    frame[REQUEST_BYTES - 2] = (byte) crc;
    frame[REQUEST_BYTES - 1] = (byte) (crc >>> 8);
    return frame;
  }

  /** Bytes of data in a good answer. */
  int dataBytes() {
    return function <= 2 ? (count + 7) / 8 : 2 * count;
  }

  int answerBytes() {
    return ANSWER_FRAME_BYTES + dataBytes();
  }
}
