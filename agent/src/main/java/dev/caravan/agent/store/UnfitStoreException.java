package dev.caravan.agent.store;

import java.io.IOException;

/**
 * A directory is there and is not for this queue: another agent has it, a newer program wrote it, something else lies in its
 * place. Waiting does not mend it.
 */
public final class UnfitStoreException extends IOException {
  private static final long serialVersionUID = 1L;

  UnfitStoreException(String message) {
    super(message);
  }
}
