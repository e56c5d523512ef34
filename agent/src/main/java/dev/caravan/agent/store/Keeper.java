package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamOwner;

/**
 * Who keeps a queue: another keeper of the same files writes another stream.
 *
 * @param owner whose stream it is
 * @param machine that writes it
 */
public record Keeper(StreamOwner owner, MachineId machine) {
  /** Whether a directory that was kept so is this one's. */
  boolean goesOnWith(Keeper before) {
    return owner.equals(before.owner) && machine.isKnownAs(before.machine.hash());
  }

  @Override
  public String toString() {
    return owner + " on " + (machine.hash().length() == 0 ? "-" : machine.hash());
  }
}
