package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What names a schema, and a piece of one: the first bytes of SHA-256 over its content. */
public final class SchemaId {
  /** How many bytes. */
  public static final int BYTES = 8;

  private SchemaId() {}

  /** The id of a message with such content. */
  public static Bytes of(Bytes content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content.buffer());
      return Bytes.of(digest.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
