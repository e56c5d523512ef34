package dev.caravan.agent.security;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what another trusts if, besides, a key on the path from the certificate shown to its root is one of those that are
 * pinned. A pin is {@code sha256/} and the Base64 of SHA-256 over the SubjectPublicKeyInfo (RFC 7469, 2.4). Any thread.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  static final String FORM = "sha256/[A-Za-z0-9+/]{43}=";

  private static final Pattern PIN = Pattern.compile(FORM);

  private final X509ExtendedTrustManager trust;
  private final Set<String> pins;

  PinnedTrust(X509ExtendedTrustManager trust, Set<String> pins) {
    this.trust = trust;
    this.pins = Set.copyOf(pins);
  }

  /**
   * Checks the form of a pin.
   *
   * @throws IllegalArgumentException that says what is wanted
   */
  static String pin(String text) {
    if (!PIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "want sha256/ and the 44 characters of Base64 of a public key's SHA-256, got '" + text
              + "'");
    }
    return text;
  }

  private static String pinOf(Certificate shown) throws NoSuchAlgorithmException {
    byte[] key = shown.getPublicKey().getEncoded();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
    return "sha256/" + Base64.getEncoder().encodeToString(digest);
  }

  private void requirePin(X509Certificate[] chain) throws CertificateException {
    try {
      if (pins.contains(pinOf(chain[0]))) {
        return;
      }
      for (Certificate each : path(chain)) {
        if (pins.contains(pinOf(each))) {
          return;
        }
      }
      throw new PinException(
          "no pinned key on the way to the root; the broker's is " + pinOf(chain[0]));
    } catch (PinException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  /** What leads from the first certificate to a root, the root included; the others of the chain are only offers. */
  private List<Certificate> path(X509Certificate[] chain) throws GeneralSecurityException {
    X509CertSelector shown = new X509CertSelector();
    shown.setCertificate(chain[0]);
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(Revocation.anchors(Set.of(trust.getAcceptedIssuers())), shown);
    parameters.setRevocationEnabled(false);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(chain))));
    PKIXCertPathBuilderResult built =
        (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    List<Certificate> path = new java.util.ArrayList<>(built.getCertPath().getCertificates());
    path.add(built.getTrustAnchor().getTrustedCert());
    return path;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, kind, socket);
    requirePin(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, kind, engine);
    requirePin(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    trust.checkServerTrusted(chain, kind);
    requirePin(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    trust.checkClientTrusted(chain, kind, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    trust.checkClientTrusted(chain, kind, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    trust.checkClientTrusted(chain, kind);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
