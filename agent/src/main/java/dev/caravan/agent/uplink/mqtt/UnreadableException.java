package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;

/** What came from a broker is nothing that is read here; it would come again on the same session. */
final class UnreadableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
