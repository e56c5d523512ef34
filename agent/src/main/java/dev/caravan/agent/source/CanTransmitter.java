package dev.caravan.agent.source;

import java.io.IOException;

/** A bus that frames can be sent on; safe from any thread. */
public interface CanTransmitter {
  /**
   * Sends a frame, if the configuration lists its identifier; every other is refused and counted.
   *
   * @return whether the bus's driver was given it, which is not yet to say that the bus took it
   * @throws IOException if the wire is lost
   */
  boolean transmit(CanFrame frame) throws IOException;
}
