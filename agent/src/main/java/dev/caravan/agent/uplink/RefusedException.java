package dev.caravan.agent.uplink;

import java.io.IOException;

/** The far side refuses this device, or what it asks for; trying again soon is of no use, a person must act. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says who refused and why. */
  public RefusedException(String message) {
    super(message);
  }
}
