package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.CanFrame;

/** The line that makes an adapter send a frame. */
final class SlcanLine {
  private static final int[] FD_LENGTHS = {12, 16, 20, 24, 32, 48, 64};

  private SlcanLine() {}

  /** The line with its CR, in upper case. A CAN FD payload of a length between two codes is filled up with zeros. */
  static String of(CanFrame frame) {
    StringBuilder line = new StringBuilder(160);
    boolean extended = frame.is(CanFrame.EXTENDED);
    boolean fd = frame.is(CanFrame.FD);
    char letter = fd
        ? (frame.is(CanFrame.BIT_RATE_SWITCH) ? 'b' : 'd')
        : frame.is(CanFrame.REMOTE) ? 'r' : 't';
    line.append(extended ? Character.toUpperCase(letter) : letter);
    for (int shift = extended ? 28 : 8; shift >= 0; shift -= 4) {
      hex(line, frame.id() >> shift);
    }
    int code = Math.min(frame.length(), 8);
    int length = code;
    for (int i = 0; length < frame.length(); i++) {
      code = 9 + i;
      length = FD_LENGTHS[i];
    }
    hex(line, code);
    if (!frame.is(CanFrame.REMOTE)) {
      for (int i = 0; i < length; i++) {
        hex(line, frame.byteAt(i) >> 4);
        hex(line, frame.byteAt(i));
      }
    }
    return line.append('\r').toString();
  }

  private static void hex(StringBuilder line, int value) {
    line.append("0123456789ABCDEF".charAt(value & 15));
  }
}
