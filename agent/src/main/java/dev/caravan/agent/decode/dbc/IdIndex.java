package dev.caravan.agent.decode.dbc;

import java.util.Arrays;

/** From 29-bit numbers to small ones, by open addressing; filled once, then only read. */
final class IdIndex {
  private static final int FREE = -1;

  private final int[] keys;
  private final int[] values;
  private final int shift;

  /** With room for so many at a quarter full, where a search mostly ends at its first place. */
  IdIndex(int most) {
    int bits = Math.max(4, 34 - Integer.numberOfLeadingZeros(Math.max(1, most)));
    keys = new int[1 << bits];
    values = new int[1 << bits];
    shift = 32 - bits;
    Arrays.fill(keys, FREE);
  }

  /** Adds a number unless it is there already. */
  void putIfAbsent(int key, int value) {
    int at = start(key);
    while (keys[at] != FREE) {
      if (keys[at] == key) {
        return;
      }
      at = at + 1 & keys.length - 1;
    }
    keys[at] = key;
    values[at] = value;
  }

  /** The number kept for another; -1 if there is none. */
  int find(int key) {
    int at = start(key);
    while (true) {
      int there = keys[at];
      if (there == key) {
        return values[at];
      }
      if (there == FREE) {
        return -1;
      }
      at = at + 1 & keys.length - 1;
    }
  }

  private int start(int key) {
    return (key * 0x9E3779B9) >>> shift;
  }
}
