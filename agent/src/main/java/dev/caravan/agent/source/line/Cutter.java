package dev.caravan.agent.source.line;

import dev.caravan.agent.source.FrameChunk;

/** Cuts a stream of bytes into telegrams. Bounded; comes back into step by itself. One thread. */
interface Cutter {
  /** Hears of everything that was no telegram: noise, a wrong checksum, a message too long. */
  interface Doubt {
    /** One such run. */
    void malformed();
  }

  /**
   * Takes bytes, and adds the telegrams that they complete, until the chunk is full.
   *
   * @param timeNs when the bytes were read
   * @return index of the first byte not taken
   */
  int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out);

  /** Forgets what was begun. */
  void reset();
}
