package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamOwner;

/**
 * Who keeps a queue: another keeper of the same files writes another stream.
 *
 * @param owner whose stream it is
 * @param machine that writes it
 */
public record Keeper(StreamOwner owner, MachineId machine) {
  @Override
  public String toString() {
    return owner + " on " + (machine.hash().length() == 0 ? "-" : machine.hash());
  }
}
