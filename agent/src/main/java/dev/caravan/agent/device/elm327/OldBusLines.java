package dev.caravan.agent.device.elm327;

import dev.caravan.agent.bytes.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Replies as the lines that the chip prints of messages on the buses before CAN, which have no transport protocol (SAE
 * J1979, 6): vehicle information in numbered messages of four bytes, three trouble codes a message and no count.
 */
final class OldBusLines {
  private static final int PART_BYTES = 4;
  private static final int CODES_BYTES = 6;

  private OldBusLines() {}

  /** The messages in which a unit says what it would say on CAN; none where these buses have another form, or none. */
  static List<Bytes> messages(Bytes request, Bytes payload) {
    byte[] bytes = payload.toArray();
    return switch (request.at(0)) {
      case 0x01 -> request.length() == 2 ? List.of(payload) : List.of();
      case 0x02 -> List.of(payload);
      case 0x03, 0x07, 0x0A -> codes(bytes);
      case 0x09 -> parts(bytes);
      default -> List.of();
    };
  }

  /** {@code 49 03 04}: in how many messages a unit gives what the next parameter asks for. */
  static Optional<Bytes> count(Bytes request, Optional<Bytes> next) {
    return next.map(payload -> Bytes.owning(
        new byte[] {0x49, (byte) request.at(1), (byte) parts(payload.toArray()).size()}));
  }

  private static List<Bytes> codes(byte[] bytes) {
    List<Bytes> messages = new ArrayList<>();
    for (int at = 2; at < bytes.length || messages.isEmpty(); at += CODES_BYTES) {
      byte[] three = Arrays.copyOf(
          Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + CODES_BYTES)), CODES_BYTES);
      messages.add(Bytes.of(bytes, 0, 1).then(Bytes.owning(three)));
    }
    return messages;
  }

  /** The map of types has no count on CAN, all else has one. */
  private static List<Bytes> parts(byte[] bytes) {
    int from = bytes[1] == 0 ? 2 : 3;
    int size = bytes.length - from;
    int filling = (PART_BYTES - size % PART_BYTES) % PART_BYTES;
    byte[] filled = new byte[filling + size];
    System.arraycopy(bytes, from, filled, filling, size);
    List<Bytes> messages = new ArrayList<>();
    for (int at = 0; at < filled.length; at += PART_BYTES) {
      byte[] head = {bytes[0], bytes[1], (byte) (at / PART_BYTES + 1)};
      messages.add(Bytes.owning(head).then(Bytes.of(filled, at, PART_BYTES)));
    }
    return messages;
  }

  /** The line of a message on the bus with that number of the chip. */
  static String line(char bus, int unit, Bytes message, boolean checksums, Display display) {
    if (!display.headers) {
      return BusLines.hex(message.toArray(), display);
    }
    boolean isKwp = bus == '4' || bus == '5';
    byte[] header = isKwp
        ? new byte[] {(byte) (0x80 | message.length()), (byte) 0xF1, (byte) unit}
        : new byte[] {0x48, 0x6B, (byte) unit};
    byte[] line = Bytes.owning(header).then(message).toArray();
    byte[] printed = checksums ? Arrays.copyOf(line, line.length + 1) : line;
    if (checksums) {
      printed[line.length] = (byte) (bus <= '2' ? crc(line) : sum(line));
    }
    return BusLines.hex(printed, display);
  }

  private static int sum(byte[] line) {
    int sum = 0;
    for (byte one : line) {
      sum += one;
    }
    return sum;
  }

  /** SAE J1850, 5.4.1, bit by bit as it goes over the wire. */
  private static int crc(byte[] line) {
    int register = 0xFF;
    for (byte one : line) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean isSet = ((register >> 7) & 1) != ((one >> bit) & 1);
        register = ((register << 1) & 0xFF) ^ (isSet ? 0x1D : 0);
      }
    }
    return ~register;
  }
}
