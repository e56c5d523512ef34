package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands for an identifier: HMAC-SHA-256 (RFC 2104) by a key of salt, a byte 0 and the identifier, or of the identifier
 * alone without a salt. Equal ones stay equal, and who lacks the key cannot try out identifiers, of which there are few. One
 * thread.
 */
final class Pseudonym {
  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;
  private final byte[] salt;

  // an identifier is said again and again
  private String said = "";
  private String hashed;

  Pseudonym(byte[] key, String salt) {
    this.salt = salt.isEmpty() ? new byte[0] : (salt + '\0').getBytes(StandardCharsets.UTF_8);
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
    hashed = hash(said);
  }

  /** 64 lower-case hex digits, of the text in UTF-8. */
  String of(String text) {
    if (!text.equals(said)) {
      hashed = hash(text);
      said = text;
    }
    return hashed;
  }

  /** 32 bytes. */
  Bytes of(Bytes block) {
    return Bytes.owning(digest(block.toArray()));
  }

  private String hash(String text) {
    return HexFormat.of().formatHex(digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] digest(byte[] content) {
    mac.update(salt);
    return mac.doFinal(content);
  }
}
