package dev.caravan.agent.security;

import java.security.cert.CertificateException;

/** A certificate is trusted, but no key on its path is pinned. */
final class PinException extends CertificateException {
  private static final long serialVersionUID = 1L;

  PinException(String message) {
    super(message);
  }
}
