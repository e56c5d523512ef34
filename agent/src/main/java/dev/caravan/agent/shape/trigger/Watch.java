package dev.caravan.agent.shape.trigger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with the samples of one signal.
 *
 * @param slot where its value is kept; none if no condition asks for it
 * @param judged the triggers whose conditions ask for it
 * @param takers the triggers with whose events its samples go
 * @param isRinged whether its samples are kept for what comes later
 * @param codes what watches it as a list of trouble codes, if it is one
 */
record Watch(
    @Nullable Slot slot,
    List<Trigger> judged,
    List<Trigger> takers,
    boolean isRinged,
    @Nullable CodeList codes) {
  /** Copies the lists. */
  Watch {
    judged = List.copyOf(judged);
    takers = List.copyOf(takers);
  }

  /** Whether anybody asks for the signal; most nobody does. */
  boolean isOfUse() {
    return slot != null || !takers.isEmpty() || codes != null;
  }
}
