package dev.caravan.agent.security;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.health.Words;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Roots, certificate and key of a TLS client, as files; together an {@link SSLContext}. The files are PEM (keys as PKCS#8,
 * encrypted or not, PKCS#1 or SEC 1) or PKCS#12, told apart by their content. Without roots of its own it trusts those of
 * the Java runtime; without a certificate it shows none. Revocation lists and pinned keys narrow what is trusted.
 *
 * <p>Safe from any thread. Nothing of the content is ever printed.
 */
public final class KeyMaterial {
  private static final Key<Path> CA =
      Key.file("ca").absent("those of the Java runtime").says("roots, PEM or PKCS#12");
  private static final Key<Path> CERT =
      Key.file("cert").says("certificate of this device, PEM or PKCS#12");
  private static final Key<Path> KEY = Key.file("key")
      .absent("in the file of `cert`")
      .says("private key that belongs to it; needs `cert`");
  private static final Key<String> KEY_PASSWORD = Key.secret("key_password")
      .says("one environment variable, `${NAME}`, and nothing else; not beside "
          + "`key_password_file`");
  private static final Key<Path> KEY_PASSWORD_FILE = Key.file("key_password_file")
      .range("a readable file, at most 64 KiB")
      .says("file with the password of the key in its first line");
  private static final Key<Node> CRL = Key.oneOrMore("crl", Key.file("list"))
      .absent("nothing is asked")
      .range("readable files")
      .says("revocation lists, PEM or DER, one file or a list; with it the root and every "
          + "authority between needs a list that is not out of date");
  private static final Key<Node> PIN = Key.oneOrMore("pin", Key.text("key").like(PinnedTrust.FORM))
      .range("44 characters behind `sha256/`")
      .says("one key or a list: the broker is trusted only if one of them is on the path from "
          + "its certificate to the root, `sha256/` and the Base64 of SHA-256 over the "
          + "SubjectPublicKeyInfo. `openssl x509 -in broker.pem -pubkey -noout | openssl pkey "
          + "-pubin -outform DER | openssl dgst -sha256 -binary | base64`");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(CA, CERT, KEY, KEY_PASSWORD, KEY_PASSWORD_FILE, CRL, PIN);

  private final Optional<Path> roots;
  private final Optional<Path> certificate;
  private final Optional<Path> key;
  private final Optional<Secret> password;
  private final List<Path> revocationLists;
  private final Set<String> pins;

  // of the files as they were last read; guarded by this
  private @Nullable SSLContext context;
  private Map<Path, String> seen = Map.of();
  private OptionalLong end = OptionalLong.empty();

  private KeyMaterial(
      Optional<Path> roots,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Secret> password,
      List<Path> revocationLists,
      Set<String> pins) {
    this.roots = roots;
    this.certificate = certificate;
    this.key = key;
    this.password = password;
    this.revocationLists = revocationLists;
    this.pins = pins;
  }

  /** The runtime's roots, and no certificate of this side's own. */
  public static KeyMaterial ofRuntime() {
    return new KeyMaterial(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Set.of());
  }

  /**
   * Reads {@code {ca, cert, key, key_password_file, crl, pin}}, and the files once, so that a bad one is a fault at its key. An
   * absent node gives the runtime's roots and no certificate.
   */
  public static KeyMaterial from(Node tls) {
    Node ca = tls.at(CA);
    Node cert = tls.at(CERT);
    Node key = tls.at(KEY);
    List<Node> lists = tls.at(CRL).oneOrMore();
    Set<String> pins = new HashSet<>();
    for (Node pin : tls.at(PIN).oneOrMore()) {
      pin.parsed(PinnedTrust::pin).ifPresent(pins::add);
    }
    KeyMaterial material = new KeyMaterial(
        tls.find(CA),
        tls.find(CERT),
        tls.find(KEY),
        Secret.from(tls, KEY_PASSWORD, KEY_PASSWORD_FILE),
        lists.stream().map(Node::readableFile).toList(),
        pins);
    if (tls.isPresent()) {
      tls.refuseUnknownKeys();
    }
    material.key.ifPresent(secret -> Exposure.check(key, secret));
    if (key.isPresent() && !cert.isPresent()) {
      key.fault("a key without its certificate; want cert beside it");
    }
    for (int i = 0; i < lists.size(); i++) {
      Path list = material.revocationLists.get(i);
      if (areReadable(Optional.of(list))) {
        probe(lists.get(i), "revocation lists as PEM or DER", () -> Revocation.lists(list));
      }
    }
    if (areReadable(material.roots)) {
      probe(ca, "roots as PEM or PKCS#12", material::trust);
    }
    if (areReadable(material.certificate, material.key)) {
      probe(key.isPresent() ? key : cert, "a key with its certificate", material::identity);
    }
    return material;
  }

  @SafeVarargs
  private static boolean areReadable(Optional<Path>... files) {
    for (Optional<Path> file : files) {
      if (file.isPresent() && !FileRoom.isFile(file.get())) {
        return false;
      }
    }
    return true;
  }

  private interface Reading {
    @Nullable
    Object read() throws IOException, GeneralSecurityException;
  }

  private static void probe(Node node, String wanted, Reading reading) {
    if (!node.isPresent()) {
      return;
    }
    try {
      reading.read();
    } catch (IOException | GeneralSecurityException e) {
      node.fault(node.text() + ": " + Words.reason(e) + "; want " + wanted);
    }
  }

  /**
   * The context of the files as they are now; read again only if one has changed.
   *
   * @throws IOException if a file cannot be read or does not hold what it should; the message names it
   */
  public synchronized SSLContext context() throws IOException {
    Map<Path, String> now = stamps();
    SSLContext known = context;
    if (known != null && now.equals(seen)) {
      return known;
    }
    try {
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(identity(), trust(), null);
      context = made;
      seen = now;
      return made;
    } catch (GeneralSecurityException e) {
      throw new IOException("tls: " + now.keySet() + ": " + Words.reason(e), e);
    }
  }

  /**
   * When the certificate of this side ends, or one of those that it was signed by and that are shown with it; in seconds since
   * 1970-01-01T00:00:00 UTC, of the files as they were read for the latest {@link #context()}. Nothing where there is none.
   */
  public synchronized OptionalLong endSeconds() {
    return end;
  }

  private static OptionalLong end(KeyStore store) throws GeneralSecurityException {
    long first = Long.MAX_VALUE;
    for (String alias : Collections.list(store.aliases())) {
      Certificate[] chain = store.getCertificateChain(alias);
      for (Certificate each : chain == null ? new Certificate[0] : chain) {
        if (each instanceof X509Certificate dated) {
          first = Math.min(first, dated.getNotAfter().toInstant().getEpochSecond());
        }
      }
    }
    return first == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first);
  }

  private Map<Path, String> stamps() throws IOException {
    Map<Path, String> stamps = new HashMap<>();
    List<Path> files = new ArrayList<>(revocationLists);
    List.of(roots, certificate, key).forEach(file -> file.ifPresent(files::add));
    for (Path file : files) {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      stamps.put(file, now.fileKey() + " " + now.lastModifiedTime() + " " + now.size());
    }
    return stamps;
  }

  private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
    if (roots.isEmpty() && revocationLists.isEmpty() && pins.isEmpty()) {
      return null;
    }
    KeyStore store = roots.isPresent() ? rootStore(roots.get()) : null;
    X509ExtendedTrustManager trust = trust(store);
    if (!revocationLists.isEmpty()) {
      Set<X509Certificate> anchors = Set.of(trust.getAcceptedIssuers());
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(Revocation.parameters(anchors, revocationLists));
      trust = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
    return new TrustManager[] {pins.isEmpty() ? trust : new PinnedTrust(trust, pins)};
  }

  /** Trusts the roots of a store, or without one those of the runtime. */
  private static X509ExtendedTrustManager trust(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  private KeyStore rootStore(Path file) throws IOException, GeneralSecurityException {
    byte[] content = Pem.read(file);
    KeyStore store;
    if (Pem.isIn(content)) {
      store = empty();
      List<Certificate> chain = certificates(Pem.blocks(content));
      for (int i = 0; i < chain.size(); i++) {
        store.setCertificateEntry("root" + i, chain.get(i));
      }
    } else {
      store = pkcs12(content);
    }
    if (store.size() == 0) {
      throw new IOException("no certificate in it");
    }
    return store;
  }

  private synchronized KeyManager @Nullable [] identity()
      throws IOException, GeneralSecurityException {
    if (certificate.isEmpty()) {
      return null;
    }
    byte[] content = Pem.read(certificate.get());
    char[] secret = password();
    KeyStore store;
    if (Pem.isIn(content)) {
      List<Pem.Block> blocks = new ArrayList<>(Pem.blocks(content));
      List<Certificate> chain = certificates(blocks);
      if (chain.isEmpty()) {
        throw new IOException("no certificate in " + certificate.get());
      }
      if (key.isPresent()) {
        blocks.addAll(0, Pem.blocks(Pem.read(key.get())));
      }
      PrivateKey own = Pem.privateKey(blocks, secret);
      requirePair(own, chain.get(0));
      store = empty();
      store.setKeyEntry("own", own, secret, chain.toArray(new Certificate[0]));
    } else {
      store = pkcs12(content);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, secret);
    end = end(store);
    return factory.getKeyManagers();
  }

  private char[] password() throws IOException {
    if (password.isEmpty()) {
      return new char[0];
    }
    byte[] secret = password.get().reveal();
    return new String(secret, java.nio.charset.StandardCharsets.UTF_8).toCharArray();
  }

  private KeyStore pkcs12(byte[] content) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(content), password());
    return store;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(List<Pem.Block> blocks)
      throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> found = new ArrayList<>();
    for (Pem.Block block : blocks) {
      if (block.label().equals("CERTIFICATE")) {
        found.add(factory.generateCertificate(new ByteArrayInputStream(block.der())));
      }
    }
    return found;
  }

  /** What the key signs the certificate must verify: otherwise they are not of one pair. */
  private static void requirePair(PrivateKey own, Certificate shown)
      throws IOException, GeneralSecurityException {
    if (!own.getAlgorithm().equals(shown.getPublicKey().getAlgorithm())) {
      throw new IOException("the key is " + own.getAlgorithm() + ", its certificate's is "
          + shown.getPublicKey().getAlgorithm());
    }
    String algorithm = switch (own.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "EdDSA";
    };
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(own);
    signing.update((byte) 1);
    byte[] signature = signing.sign();
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(shown.getPublicKey());
    verifying.update((byte) 1);
    if (!verifying.verify(signature)) {
      throw new IOException("the key does not belong to the certificate");
    }
  }

  @Override
  public String toString() {
    return "ca=" + roots + ", cert=" + certificate + ", key=" + key;
  }
}
