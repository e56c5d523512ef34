package dev.caravan.agent.uplink;

import java.io.IOException;

/** The far side has no room for this device now, and would have less if it came again at once. */
public final class BusyException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says who is busy and why. */
  public BusyException(String message) {
    super(message);
  }
}
