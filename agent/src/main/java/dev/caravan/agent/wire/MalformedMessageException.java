package dev.caravan.agent.wire;

/** Bytes that are not the message they should be. The message says what is wrong, with the numbers. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  public MalformedMessageException(String message) {
    super(message);
  }

  MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
