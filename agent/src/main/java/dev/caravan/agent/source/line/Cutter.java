package dev.caravan.agent.source.line;

import dev.caravan.agent.source.FrameChunk;

/**
 * Cuts a stream of bytes into telegrams. Bounded; comes back into step by itself. One thread.
 *
 * <p>After an opening it is out of step: what comes first may be the rest of a message that began unseen, and is not
 * believed unless something shows that it is whole.
 */
interface Cutter {
  /** Hears of everything that was no telegram. */
  interface Doubt {
    /** One run of noise, a message that was too long, or one with a wrong checksum: the newest bytes of it. */
    void malformed(String why, byte[] bytes, int from, int to);

    /** So many bytes that are no fault: the rest of a message that began unseen, or what a bus adds when it turns round. */
    void passedOver(int bytes);
  }

  /**
   * Takes bytes, and adds the telegrams that they complete, until the chunk is full.
   *
   * @param timeNs when the bytes were read
   * @return index of the first byte not taken
   */
  int cut(byte[] bytes, int from, int to, long timeNs, FrameChunk out);

  /**
   * Hears that nothing has come for so long, which shows where a message begins or has ended.
   *
   * @param ns since the last byte, or since the opening
   * @param out takes a telegram that needed this to be believed; not full
   */
  void quiet(long ns, FrameChunk out);

  /** Whether what comes next can be believed; until then it is too early to ask for something. */
  boolean isInStep();

  /** Forgets what was begun: the next bytes may be of the middle of a message. */
  void reset();

  /** What an RS-485 line that turns round, or a break, looks like to a receiver. */
  static boolean isTurnRound(byte one) {
    return one == 0 || one == (byte) 0xFF;
  }
}
