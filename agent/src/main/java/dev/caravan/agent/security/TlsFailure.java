package dev.caravan.agent.security;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Why a far side was not trusted, for a person. Has no state; any thread. */
public final class TlsFailure {
  private TlsFailure() {}

  /** What the certificate of the far side lacks; nothing if that is not why. */
  public static Optional<String> inWords(Throwable why) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable each = why; each != null; each = each.getCause()) {
      causes.add(each);
    }
    // the deepest knows best
    Collections.reverse(causes);
    return causes.stream().map(TlsFailure::words).flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> words(Throwable why) {
    String said = String.valueOf(why.getMessage());
    if (why instanceof CertificateExpiredException) {
      return Optional.of("certificate expired, " + said);
    } else if (why instanceof CertificateNotYetValidException) {
      return Optional.of("certificate not valid yet, " + said + "; is this clock right?");
    } else if (why instanceof CertificateRevokedException revoked) {
      return Optional.of("certificate revoked at " + revoked.getRevocationDate().toInstant()
          + " by " + revoked.getAuthorityName().getName() + ", " + revoked.getRevocationReason());
    } else if (why instanceof PinException) {
      return Optional.of("certificate " + said);
    } else if (why instanceof CertPathValidatorException path
        && path.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
      return Optional.of("certificate may be revoked, " + said
          + "; want a list in tls.crl from each issuer on the path, not out of date");
    } else if (why instanceof CertPathBuilderException) {
      return Optional.of("certificate not trusted, " + said
          + "; want its authority in tls.ca, and it not revoked");
    } else if (why instanceof CertificateException && said.startsWith("No ")) {
      return Optional.of("certificate of another host, " + said);
    }
    return Optional.empty();
  }
}
