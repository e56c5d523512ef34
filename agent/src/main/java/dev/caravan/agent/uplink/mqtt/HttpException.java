package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;

/** A web server or a proxy that does not give what was asked for, or does not keep to the rules; the message says all. */
final class HttpException extends IOException {
  private static final long serialVersionUID = 1L;

  HttpException(String message) {
    super(message);
  }
}
