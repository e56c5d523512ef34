package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;

/** A web server that does not give a WebSocket, or does not keep to its rules; the message says all. */
final class WebSocketException extends IOException {
  private static final long serialVersionUID = 1L;

  WebSocketException(String message) {
    super(message);
  }
}
