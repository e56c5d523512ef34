package dev.caravan.agent.source;

import java.util.Set;

/**
 * Which frames may be sent on a bus: those whose identifier the configuration lists, and no others. Every
 * {@link CanTransmitter} asks it, whoever wants to send. Safe from any thread.
 *
 * @param ids the identifiers; none by default
 */
public record TransmitList(Set<CanId> ids) {
  /** Copies the set. */
  public TransmitList {
    ids = Set.copyOf(ids);
  }

  /** Whether a frame may be sent; an adapter's word of an error never is. */
  public boolean allows(CanFrame frame) {
    return !frame.is(CanFrame.ERROR) && ids.contains(CanId.of(frame));
  }

  /** Whether nothing may be sent. */
  public boolean isEmpty() {
    return ids.isEmpty();
  }
}
