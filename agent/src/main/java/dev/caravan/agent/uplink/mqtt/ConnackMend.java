package dev.caravan.agent.uplink.mqtt;

/**
 * Makes one number of a CONNACK bearable in what a broker sends: Paho reads the Receive Maximum as a signed number of two
 * bytes, so that one of 32,768 and more would be negative and nothing could ever be published. Such a one is lowered to
 * 32,512 to 32,767. All else passes as it is.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 3.2 and 2.2.2.2</a>
 */
final class ConnackMend {
  private static final int CONNACK = 2;
  private static final int RECEIVE_MAXIMUM = 0x21;
  private static final int LARGEST_HIGH_BYTE = 0x7F;

  /** What the next byte is. */
  private enum Part {
    TYPE,
    LENGTH,
    FLAGS,
    REASON,
    PROPERTIES_LENGTH,
    IDENTIFIER,
    SIZE_HIGH,
    SIZE_LOW,
    VALUE,
    REST
  }

  private Part part = Part.TYPE;

  // within the properties
  private int lengthShift;
  private int left;
  private int identifier;
  private int valueLeft;
  private int textsLeft;

  /** Takes the next bytes of a connection, from its first one on. */
  void read(byte[] bytes, int from, int count) {
    for (int at = from; part != Part.REST && at < from + count; at++) {
      bytes[at] = (byte) next(bytes[at] & 0xFF);
    }
  }

  private int next(int value) {
    switch (part) {
      case TYPE -> part = value >> 4 == CONNACK ? Part.LENGTH : Part.REST;
      // two bytes are those of MQTT 3.1.1, without properties
      case LENGTH -> part = value >= 0x80 ? Part.LENGTH : value == 2 ? Part.REST : Part.FLAGS;
      case FLAGS -> part = Part.REASON;
      case REASON -> part = Part.PROPERTIES_LENGTH;
      case PROPERTIES_LENGTH -> {
        left |= (value & 0x7F) << lengthShift;
        lengthShift += 7;
        if (value < 0x80 || lengthShift > 21) {
          part = left > 0 ? Part.IDENTIFIER : Part.REST;
        }
      }
      default -> {
        return property(value);
      }
    }
    return value;
  }

  private int property(int value) {
    int passed = value;
    switch (part) {
      case IDENTIFIER -> begin(value);
      case SIZE_HIGH -> {
        valueLeft = value << 8;
        part = Part.SIZE_LOW;
      }
      case SIZE_LOW -> {
        valueLeft |= value;
        textsLeft--;
        part = Part.VALUE;
      }
      default -> {
        if (identifier == RECEIVE_MAXIMUM && valueLeft == 2) {
          passed = Math.min(value, LARGEST_HIGH_BYTE);
        }
        valueLeft--;
      }
    }
    left--;
    if (part == Part.VALUE && valueLeft == 0) {
      part = textsLeft > 0 ? Part.SIZE_HIGH : Part.IDENTIFIER;
    }
    if (left <= 0) {
      part = Part.REST;
    }
    return passed;
  }

  /** MQTT 5, table 2-4: those that a CONNACK may have. */
  private void begin(int read) {
    identifier = read;
    textsLeft = 0;
    part = Part.VALUE;
    switch (read) {
      case 0x24, 0x25, 0x28, 0x29, 0x2A -> valueLeft = 1;
      case 0x13, RECEIVE_MAXIMUM, 0x22 -> valueLeft = 2;
      case 0x11, 0x27 -> valueLeft = 4;
      case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> beginTexts(1);
      case 0x26 -> beginTexts(2);
      default -> part = Part.REST;
    }
  }

  private void beginTexts(int count) {
    textsLeft = count;
    part = Part.SIZE_HIGH;
  }
}
