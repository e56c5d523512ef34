package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.nio.ByteBuffer;

/**
 * The bytes of a frame as they pass between the kernel and a program, in the machine's byte order.
 *
 * <pre>
 *   byte  0..3   4       5      6..7   8..
 *         id     length  flags  -      payload       can_frame: 8 bytes of it, 16 in all
 *                                                    canfd_frame: 64 bytes of it, 72 in all
 *   id, bit 31: 29-bit identifier, 30: remote request, 29: error message, 28..0: identifier
 *   flags (canfd_frame alone), bit 0: bit rate switch, 1: error state
 * </pre>
 *
 * <p>A classic frame whose raw length code is 9 to 15 carries 8 bytes (ISO 11898-1:2015, 8.4.2.4). The kernel says 8 and
 * keeps the code apart, drivers of their own may give the code.
 *
 * @see "linux/can.h"
 */
final class RawFrame {
  /** CAN_MTU. */
  static final int CLASSIC_BYTES = 16;

  /** CANFD_MTU. */
  static final int FD_BYTES = 72;

  static final int EXTENDED = 1 << 31; // CAN_EFF_FLAG
  static final int REMOTE = 1 << 30; // CAN_RTR_FLAG
  static final int ERROR = 1 << 29; // CAN_ERR_FLAG
  static final int EXTENDED_MASK = 0x1FFF_FFFF; // CAN_EFF_MASK, CAN_ERR_MASK
  static final int STANDARD_MASK = 0x7FF; // CAN_SFF_MASK

  private static final int BIT_RATE_SWITCH = 1; // CANFD_BRS
  private static final int ERROR_STATE = 1 << 1; // CANFD_ESI

  private static final int LENGTH_AT = 4;
  private static final int FLAGS_AT = 5;
  private static final int PAYLOAD_AT = 8;
  private static final int MOST_CLASSIC = 8;
  private static final int MOST_CODE = 15;

  /** ISO 11898-1:2015, 8.4.2.4, table 5: the payload lengths there are past 8 bytes. */
  private static final int[] FD_LENGTHS = {12, 16, 20, 24, 32, 48, 64};

  private RawFrame() {}

  /** What is wrong with the size and length of a frame that begins at an index; empty if nothing. */
  static String fault(ByteBuffer bytes, int from, int sizeBytes) {
    if (sizeBytes != CLASSIC_BYTES && sizeBytes != FD_BYTES) {
      return "frame of a size that is neither 16 nor 72 bytes";
    }
    int length = bytes.get(from + LENGTH_AT) & 0xFF;
    int id = bytes.getInt(from);
    if (sizeBytes == CLASSIC_BYTES) {
      return length > MOST_CODE
          ? "frame with a length over 15"
          : (id & ERROR) != 0 && length < MOST_CLASSIC ? "error message with a length below 8" : "";
    }
    return length > CanFrame.MOST_BYTES
        ? "CAN FD frame with a length over 64"
        : (id & (REMOTE | ERROR)) != 0 ? "CAN FD frame that is a remote request or an error" : "";
  }

  /** Whether a frame without a fault is the controller's word of an error. */
  static boolean isError(ByteBuffer bytes, int from) {
    return (bytes.getInt(from) & ERROR) != 0;
  }

  /** The identifier of an error message: its classes. */
  static int errorClasses(ByteBuffer bytes, int from) {
    return bytes.getInt(from) & EXTENDED_MASK;
  }

  /** One payload byte, 0..255. */
  static int byteAt(ByteBuffer bytes, int from, int index) {
    return bytes.get(from + PAYLOAD_AT + index) & 0xFF;
  }

  /** Adds a frame without a fault to a chunk that has room. */
  static void addTo(FrameChunk out, ByteBuffer bytes, int from, int sizeBytes, long timeNs) {
    int raw = bytes.getInt(from);
    int stated = bytes.get(from + LENGTH_AT) & 0xFF;
    int length = sizeBytes == FD_BYTES ? stated : Math.min(stated, MOST_CLASSIC);
    boolean extended = (raw & EXTENDED) != 0;
    int flags = extended ? CanFrame.EXTENDED : 0;
    if ((raw & REMOTE) != 0) {
      flags |= CanFrame.REMOTE;
    }
    if (sizeBytes == FD_BYTES) {
      int fdFlags = bytes.get(from + FLAGS_AT);
      flags |= CanFrame.FD
          | ((fdFlags & BIT_RATE_SWITCH) != 0 ? CanFrame.BIT_RATE_SWITCH : 0)
          | ((fdFlags & ERROR_STATE) != 0 ? CanFrame.ERROR_STATE : 0);
    }
    // a program on this board may have left bits above the 11, which the bus would not carry
    int id = raw & (extended ? EXTENDED_MASK : STANDARD_MASK);
    CanFrame frame = out.addCan().begin(timeNs, id, flags, length);
    if ((raw & REMOTE) == 0) {
      for (int i = 0; i < length; i++) {
        frame.putByte(i, bytes.get(from + PAYLOAD_AT + i));
      }
    }
  }

  /**
   * Writes a frame; the buffer holds it between position and limit. A CAN FD payload of a length between two that there
   * are is filled up with zeros.
   */
  static void write(CanFrame frame, ByteBuffer into) {
    boolean fd = frame.is(CanFrame.FD);
    into.clear().limit(fd ? FD_BYTES : CLASSIC_BYTES);
    for (int i = 0; i < into.limit(); i++) {
      into.put(i, (byte) 0);
    }
    into.putInt(
        0,
        frame.id()
            | (frame.is(CanFrame.EXTENDED) ? EXTENDED : 0)
            | (frame.is(CanFrame.REMOTE) ? REMOTE : 0));
    into.put(LENGTH_AT, (byte) (fd ? fdLength(frame.length()) : frame.length()));
    if (fd && frame.is(CanFrame.BIT_RATE_SWITCH)) {
      into.put(FLAGS_AT, (byte) BIT_RATE_SWITCH);
    }
    if (!frame.is(CanFrame.REMOTE)) {
      for (int i = 0; i < frame.length(); i++) {
        into.put(PAYLOAD_AT + i, (byte) frame.byteAt(i));
      }
    }
  }

  private static int fdLength(int wanted) {
    int length = wanted;
    for (int i = 0; length > MOST_CLASSIC && i < FD_LENGTHS.length; i++) {
      if (wanted <= FD_LENGTHS[i]) {
        return FD_LENGTHS[i];
      }
    }
    return length;
  }
}
