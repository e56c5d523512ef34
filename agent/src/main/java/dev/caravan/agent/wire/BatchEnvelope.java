package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;

/**
 * The outside of a batch, or of several in one message.
 *
 * @param stream what its sequence counts
 * @param sequence rises by one in a stream, from 1; 0 for a body that was not sent yet
 * @param isLate whether it was sent from a backlog
 * @param schemaId names the schema that its content needs
 * @param part which part of a divided batch it is, from 1; 0 for a whole one
 * @param parts how many parts there are; 0 for a whole one
 * @param last the sequence of the last of joined batches, of which {@code sequence} is the first; 0 where it is one batch
 */
public record BatchEnvelope(
    StreamId stream,
    long sequence,
    boolean isLate,
    Bytes schemaId,
    int part,
    int parts,
    long last) {
  /** The most parts that a batch may have, one for each sample. */
  static final int MOST_PARTS = ColumnCodes.MOST_SAMPLES;

  /** Of a whole batch of a stream without a name. */
  public BatchEnvelope(long sequence, boolean isLate, Bytes schemaId) {
    this(StreamId.NONE, sequence, isLate, schemaId, 0, 0, 0);
  }

  /** Whether it is of several batches. */
  public boolean isJoined() {
    return last != 0;
  }

  BatchEnvelope checked() throws MalformedMessageException {
    boolean isWhole = part == 0 && parts == 0;
    if (!isWhole && (part < 1 || part > parts || parts > MOST_PARTS)) {
      throw new MalformedMessageException("batch: part=" + Integer.toUnsignedString(part)
          + ", parts=" + Integer.toUnsignedString(parts) + "; want 1..parts and at most "
          + MOST_PARTS);
    }
    boolean isRange = isWhole
        && Long.compareUnsigned(last, sequence) > 0
        && Long.compareUnsigned(last - sequence, JoinedMessage.MOST_BATCHES) < 0;
    if (isJoined() && !isRange) {
      throw new MalformedMessageException("batch: sequence=" + Long.toUnsignedString(sequence)
          + ", last=" + Long.toUnsignedString(last) + "; want 2.." + JoinedMessage.MOST_BATCHES
          + " whole batches");
    }
    return this;
  }
}
