package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.security.SecureRandom;

/**
 * Names a stream: the messages whose sequences are counted together, without a hole.
 *
 * @param bytes {@value #BYTES}, random; none for a stream that was begun before streams had names
 */
public record StreamId(Bytes bytes) implements Comparable<StreamId> {
  /** How many bytes. */
  public static final int BYTES = 8;

  /** Of what was begun before streams had names. */
  public static final StreamId NONE = new StreamId(Bytes.EMPTY);

  /** One that nobody else has. */
  public static StreamId random() {
    byte[] id = new byte[BYTES];
    new SecureRandom().nextBytes(id);
    return new StreamId(Bytes.owning(id));
  }

  /**
   * As it came.
   *
   * @param what it came in
   * @throws MalformedMessageException if it is neither {@value #BYTES} bytes long nor empty
   */
  static StreamId of(Bytes bytes, String what) throws MalformedMessageException {
    if (bytes.length() != BYTES && bytes.length() != 0) {
      throw new MalformedMessageException(
          what + ": streamBytes=" + bytes.length() + "; want " + BYTES + " or none");
    }
    return new StreamId(bytes);
  }

  /** Whether it has no name. */
  public boolean isNone() {
    return bytes.length() == 0;
  }

  /** In hex; empty if it has no name. */
  @Override
  public String toString() {
    return bytes.toString();
  }

  /** In the order of their names. */
  @Override
  public int compareTo(StreamId other) {
    return toString().compareTo(other.toString());
  }
}
