package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;

/**
 * For which hosts a certificate is, by its alternative names alone: for names that Java's own check does not take.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6125">RFC 6125, 6.4</a>
 */
final class CertificateNames {
  // RFC 5280, 4.2.1.6
  private static final int DNS_NAME = 2;

  private CertificateNames() {}

  /** Such a name as it stands in the handshake: RFC 6066, 3. */
  static SNIServerName asked(String name) {
    return new SNIServerName(
        StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII)) {};
  }

  /**
   * Looks at who a handshake, which is done, was with.
   *
   * @throws IOException if the certificate is for others; the socket is closed then
   */
  static void require(SSLSocket socket, String name) throws IOException {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    try {
      Collection<List<?>> names = shown.getSubjectAlternativeNames();
      for (List<?> each : names == null ? List.<List<?>>of() : names) {
        if (each.get(0).equals(DNS_NAME) && covers(String.valueOf(each.get(1)), name)) {
          return;
        }
      }
    } catch (CertificateParsingException e) {
      socket.close();
      throw new SSLHandshakeException("no alternative names can be read: " + e.getMessage());
    }
    socket.close();
    throw new SSLHandshakeException("No subject alternative DNS name matching " + name + " found.");
  }

  /** Whether a name of a certificate covers that of a host; {@code *} is a first level alone, with two more behind it. */
  static boolean covers(String certified, String host) {
    String given = certified.toLowerCase(Locale.ROOT);
    String wanted = host.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    boolean isBelow = given.startsWith("*.")
        && given.indexOf('.', 2) > 0
        && dot > 0
        && given.substring(1).equals(wanted.substring(dot));
    return given.equals(wanted) || isBelow;
  }
}
