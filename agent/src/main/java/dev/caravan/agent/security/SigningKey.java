package dev.caravan.agent.security;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ed25519 keys (RFC 8032) as PEM files: PKCS#8, and SubjectPublicKeyInfo (RFC 8410). Has no state; any thread. */
public final class SigningKey {
  /** How long a signature is. */
  public static final int SIGNATURE_BYTES = 64;

  private static final Logger LOG = LoggerFactory.getLogger(SigningKey.class);
  private static final String ALGORITHM = "Ed25519";

  private SigningKey() {}

  /**
   * Reads a public key.
   *
   * @throws IOException if it is not there or none; the message names the file
   */
  public static PublicKey publicKey(Path file) throws IOException {
    byte[] content = Pem.read(file);
    try {
      for (Pem.Block block : Pem.blocks(content)) {
        if (block.label().equals("PUBLIC KEY")) {
          return KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(block.der()));
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          file + ": " + Words.reason(e) + "; want an Ed25519 public key as PEM", e);
    }
    throw new IOException(file + ": no PUBLIC KEY in it; want an Ed25519 public key as PEM");
  }

  /**
   * Reads a private key.
   *
   * @throws IOException if it is not there or none; the message names the file
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    byte[] content = Pem.read(file);
    PrivateKey key;
    try {
      key = Pem.privateKey(Pem.blocks(content), new char[0]);
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(file + ": " + Words.reason(e) + "; want an Ed25519 key as PEM", e);
    }
    if (key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals(ALGORITHM)) {
      return key;
    }
    throw new IOException(file + ": the key is " + key.getAlgorithm() + "; want Ed25519");
  }

  /**
   * The signature over a message, 64 bytes.
   *
   * @throws GeneralSecurityException if the key is of another kind
   */
  public static Bytes sign(PrivateKey key, Bytes message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initSign(key);
    signature.update(message.buffer());
    return Bytes.owning(signature.sign());
  }

  /** Which of some keys a message is signed by; none of them if it is not, or its signature cannot be checked. */
  public static Optional<PublicKey> signer(List<PublicKey> keys, Bytes message, Bytes signature) {
    for (PublicKey key : keys) {
      try {
        Signature check = Signature.getInstance(ALGORITHM);
        check.initVerify(key);
        check.update(message.buffer());
        if (check.verify(signature.toArray())) {
          return Optional.of(key);
        }
      } catch (GeneralSecurityException e) {
        LOG.debug("a signature that cannot be checked: {}", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Makes a pair: the private key in a new file for this user alone, the public one beside it under the same name and
   * {@code .pub}. Both are new or neither is there; a link in place of one counts as there, wherever it leads.
   *
   * @return the file of the public key
   * @throws IOException if one of them is there already, or cannot be written
   */
  public static Path makePair(Path file) throws IOException {
    Path shown = file.resolveSibling(file.getFileName() + ".pub");
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      refuseIfThere(shown);
      write(file, "rw-------", pem("PRIVATE KEY", pair.getPrivate()));
      boolean isWhole = false;
      try {
        write(shown, "rw-r--r--", pem("PUBLIC KEY", pair.getPublic()));
        isWhole = true;
      } finally {
        if (!isWhole) {
          Files.deleteIfExists(file);
        }
      }
      return shown;
    } catch (GeneralSecurityException e) {
      throw new IOException("make an Ed25519 key: " + Words.of(e), e);
    }
  }

  private static void refuseIfThere(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + ": there already; want a name that is free, with .pub too");
    }
  }

  /** Writes a new file; what there is of it goes again if that fails. */
  private static void write(Path file, String permissions, String text) throws IOException {
    refuseIfThere(file);
    FileAttribute<Set<PosixFilePermission>> owned =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    Files.createFile(file, owned);
    boolean isWhole = false;
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
      isWhole = true;
    } finally {
      if (!isWhole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String pem(String label, Key key) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
