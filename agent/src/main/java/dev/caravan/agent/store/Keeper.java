package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamOwner;

/**
 * Who keeps a queue: another keeper of the same files writes another stream.
 *
 * @param owner whose stream it is
 * @param format what wrote the bodies, in a word of {@code a-z 0-9 _}
 * @param machine that writes it
 */
public record Keeper(StreamOwner owner, String format, MachineId machine) {
  /** What wrote the bodies where nothing is said of it. */
  public static final String USUAL_FORMAT = "columns";

  /** One of the usual format. */
  public Keeper(StreamOwner owner, MachineId machine) {
    this(owner, USUAL_FORMAT, machine);
  }

  /** The same of before there were other formats. */
  Keeper before() {
    return new Keeper(owner, machine);
  }

  /** Whether a directory that was kept so is this one's. */
  boolean goesOnWith(Keeper before) {
    return owner.equals(before.owner)
        && format.equals(before.format)
        && machine.isKnownAs(before.machine.hash());
  }

  @Override
  public String toString() {
    return owner + " in " + format + " on " + (machine.hash().length() == 0 ? "-" : machine.hash());
  }
}
