package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.slcan.SlcanParser.Notices;

/** The lines of an adapter that are no frames: answers to commands, the state of the bus, its errors. */
final class AdapterNotice {
  private AdapterNotice() {}

  /** Tells what a line says that is no frame. */
  static void tell(byte[] a, int from, int to, Notices notices) {
    int length = to - from;
    switch (a[from]) {
      case 'F' -> {
        long bits = length == 3 ? HexDigits.number(a, from + 1, 2) : -1;
        if (bits < 0) {
          notices.malformed("status of a wrong form");
        } else {
          notices.status((int) bits);
        }
      }
      case 's' -> state(a, from, to, notices);
      case 'e' -> errors(a, from, to, notices);
      case 'z', 'Z' -> { // a frame was sent; with digits, the stamp of sending or of an overflow
        if (length > 9 || HexDigits.number(a, from + 1, length - 1) < 0) {
          notices.malformed("acknowledgement of a wrong form");
        }
      }
      case 'V', 'v', 'N' -> {
        if (!isPrintable(a, from, to)) {
          notices.malformed("unknown line");
        }
      }
      default -> notices.malformed("unknown line");
    }
  }

  /** Linux drivers/net/can/slcan: {@code s}, a state letter, three digits of receive and three of transmit errors. */
  private static void state(byte[] a, int from, int to, Notices notices) {
    int receiveErrors = to - from == 8 ? decimal(a, from + 2) : -1;
    int transmitErrors = to - from == 8 ? decimal(a, from + 5) : -1;
    int state = to - from == 8 ? a[from + 1] : 0;
    if (receiveErrors < 0
        || transmitErrors < 0
        || (state != 'a' && state != 'w' && state != 'p' && state != 'b')) {
      notices.malformed("state of a wrong form");
      return;
    }
    notices.busState((char) state, receiveErrors, transmitErrors);
  }

  /** Linux drivers/net/can/slcan: {@code e}, a count digit, as many letters out of {@code abBcfoOs}. */
  private static void errors(byte[] a, int from, int to, Notices notices) {
    int count = to - from < 2 ? -1 : a[from + 1] - '0';
    if (count < 0 || count > 9 || to - from != 2 + count) {
      notices.malformed("errors of a wrong form");
      return;
    }
    int overruns = 0;
    for (int i = from + 2; i < to; i++) {
      if ("abBcfoOs".indexOf(a[i]) < 0) {
        notices.malformed("errors of a wrong form");
        return;
      }
      if (a[i] == 'o') {
        overruns++;
      }
    }
    notices.busErrors(count, overruns);
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
