package dev.caravan.agent.wire;

/** What is in a stream. */
public enum StreamKind {
  /** Batches. */
  DATA("data"),
  /** Events. */
  EVENT("event");

  private final String word;

  StreamKind(String word) {
    this.word = word;
  }

  /** The kind of a word; as in {@link #toString}. */
  public static StreamKind of(String word) {
    return word.equals(EVENT.word) ? EVENT : DATA;
  }

  /** {@code data} or {@code event}. */
  @Override
  public String toString() {
    return word;
  }
}
