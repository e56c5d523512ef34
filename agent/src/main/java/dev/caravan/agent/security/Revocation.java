package dev.caravan.agent.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;

/**
 * Certificate revocation lists in files (RFC 5280, 5): every certificate of a path but its root must be on none, and there must
 * be a list of its issuer that is not out of date. Nothing is asked over the network.
 */
final class Revocation {
  private Revocation() {}

  /** The lists of a file, PEM or DER, one or more. */
  static Collection<? extends CRL> lists(Path file) throws IOException, GeneralSecurityException {
    Collection<? extends CRL> lists = CertificateFactory.getInstance("X.509")
        .generateCRLs(new ByteArrayInputStream(Pem.read(file)));
    if (lists.isEmpty()) {
      throw new IOException("no revocation list in it");
    }
    return lists;
  }

  /** How to trust what leads to one of the roots and is not revoked. */
  static CertPathTrustManagerParameters parameters(Set<X509Certificate> roots, List<Path> files)
      throws IOException, GeneralSecurityException {
    List<CRL> lists = new ArrayList<>();
    for (Path file : files) {
      lists.addAll(lists(file));
    }
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(anchors(roots), new X509CertSelector());
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        Set.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
    return new CertPathTrustManagerParameters(parameters);
  }

  static Set<TrustAnchor> anchors(Set<X509Certificate> roots) {
    return roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
  }
}
