package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.source.CanFrame;

/** Reads a signal one bit at a time, as the format defines it. It shares nothing with the plan, and is its yardstick. */
final class BitWalk {
  private BitWalk() {}

  static long raw(CanFrame frame, DbcSignal signal) {
    long raw = 0;
    int bit = signal.startBit();
    for (int i = 0; i < signal.lengthBits(); i++) {
      long one = frame.byteAt(bit / 8) >> bit % 8 & 1;
      if (signal.bigEndian()) {
        raw = raw << 1 | one;
        bit = bit % 8 == 0 ? bit + 15 : bit - 1;
      } else {
        raw |= one << i;
        bit++;
      }
    }
    int unused = 64 - signal.lengthBits();
    return signal.kind() == Kind.SIGNED ? raw << unused >> unused : raw;
  }
}
