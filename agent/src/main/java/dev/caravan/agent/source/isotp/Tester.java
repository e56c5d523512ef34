package dev.caravan.agent.source.isotp;

import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.io.IOException;

/** Gets replies of control units off a bus. Never waits. One thread. */
interface Tester {
  /** The wire was opened anew: forgets all that was heard, and replies that were not given out. */
  void begin();

  /**
   * Looks at a frame of the bus, whatever it is.
   *
   * @throws IOException if the wire is lost
   */
  void hear(CanFrame frame) throws IOException;

  /**
   * All frames of a read were heard, if there were any.
   *
   * @throws IOException if the wire is lost
   */
  void goOn() throws IOException;

  /** Adds replies, as many as fit; whether none is left. */
  boolean giveOut(FrameChunk out);
}
