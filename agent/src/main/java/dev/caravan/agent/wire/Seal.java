package dev.caravan.agent.wire;

/**
 * What is put around a stored body when it leaves.
 *
 * @param stream what its sequence counts
 * @param sequence at least 1
 * @param isLate whether it comes from a backlog
 * @param part which part of a divided message it is, from 1; 0 for a whole one
 * @param parts how many there are; 0 for a whole one
 */
public record Seal(StreamId stream, long sequence, boolean isLate, int part, int parts) {
  /** Of a whole message. */
  public Seal(StreamId stream, long sequence, boolean isLate) {
    this(stream, sequence, isLate, 0, 0);
  }

  /** That of a part of the message. */
  public Seal ofPart(int which, int ofParts) {
    return new Seal(stream, sequence, isLate, which, ofParts);
  }
}
