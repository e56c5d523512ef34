package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.slcan.SlcanParser.Notices;
import org.jspecify.annotations.Nullable;

/** The lines of an adapter that are no frames: answers to commands, the state of the bus, its errors. */
final class AdapterNotice {
  /** Active, warning, passive, off, as {@link BusState} orders them. */
  private static final String STATE_LETTERS = "awpb";

  private static final BusState[] STATES = BusState.values();

  private AdapterNotice() {}

  /** Tells what a line says that is no frame; false if it is malformed. */
  static boolean tell(byte[] a, int from, int to, Notices notices) {
    int length = to - from;
    String wrong = switch (a[from]) {
      case 'F' -> status(a, from, length, notices);
      case 's' -> state(a, from, to, notices);
      case 'e' -> errors(a, from, to, notices);
      // a frame was sent; with digits, the stamp of sending or of an overflow
      case 'z', 'Z' ->
        length > 9 || HexDigits.number(a, from + 1, length - 1) < 0
            ? "acknowledgement of a wrong form"
            : null;
      case 'V', 'v', 'N' -> isPrintable(a, from, to) ? null : "unknown line";
      default -> "unknown line";
    };
    if (wrong != null) {
      notices.malformed(wrong);
    }
    return wrong == null;
  }

  private static @Nullable String status(byte[] a, int from, int length, Notices notices) {
    long bits = length == 3 ? HexDigits.number(a, from + 1, 2) : -1;
    if (bits < 0) {
      return "status of a wrong form";
    }
    notices.status((int) bits);
    return null;
  }

  /** Linux drivers/net/can/slcan: {@code s}, a state letter, three digits of receive and three of transmit errors. */
  private static @Nullable String state(byte[] a, int from, int to, Notices notices) {
    int receiveErrors = to - from == 8 ? decimal(a, from + 2) : -1;
    int transmitErrors = to - from == 8 ? decimal(a, from + 5) : -1;
    int state = to - from == 8 ? STATE_LETTERS.indexOf(a[from + 1]) : -1;
    if (receiveErrors < 0 || transmitErrors < 0 || state < 0) {
      return "state of a wrong form";
    }
    notices.busState(STATES[state], receiveErrors, transmitErrors);
    return null;
  }

  /** Linux drivers/net/can/slcan: {@code e}, a count digit, as many letters out of {@code abBcfoOs}. */
  private static @Nullable String errors(byte[] a, int from, int to, Notices notices) {
    int count = to - from < 2 ? -1 : a[from + 1] - '0';
    if (count < 0 || count > 9 || to - from != 2 + count) {
      return "errors of a wrong form";
    }
    int overruns = 0;
    for (int i = from + 2; i < to; i++) {
      if ("abBcfoOs".indexOf(a[i]) < 0) {
        return "errors of a wrong form";
      }
      if (a[i] == 'o') {
        overruns++;
      }
    }
    notices.busErrors(count, overruns);
    return null;
  }

  private static int decimal(byte[] a, int from) {
    int value = 0;
    for (int i = from; i < from + 3; i++) {
      if (a[i] < '0' || a[i] > '9') {
        return -1;
      }
      value = value * 10 + a[i] - '0';
    }
    return value;
  }

  private static boolean isPrintable(byte[] a, int from, int to) {
    for (int i = from; i < to; i++) {
      if (a[i] < ' ' || a[i] > '~') {
        return false;
      }
    }
    return true;
  }
}
