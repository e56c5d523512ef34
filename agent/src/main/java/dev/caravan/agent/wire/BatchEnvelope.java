package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;

/**
 * The outside of a batch.
 *
 * @param stream what its sequence counts
 * @param sequence rises by one in a stream, from 1; 0 for a body that was not sent yet
 * @param isLate whether it was sent from a backlog
 * @param schemaId names the schema that its content needs
 * @param part which part of a divided batch it is, from 1; 0 for a whole one
 * @param parts how many parts there are; 0 for a whole one
 */
public record BatchEnvelope(
    StreamId stream, long sequence, boolean isLate, Bytes schemaId, int part, int parts) {
  /** The most parts that a batch may have, one for each sample. */
  static final int MOST_PARTS = ColumnCodes.MOST_SAMPLES;

  /** Of a whole batch of a stream without a name. */
  public BatchEnvelope(long sequence, boolean isLate, Bytes schemaId) {
    this(StreamId.NONE, sequence, isLate, schemaId, 0, 0);
  }

  BatchEnvelope checked() throws MalformedMessageException {
    boolean isWhole = part == 0 && parts == 0;
    if (!isWhole && (part < 1 || part > parts || parts > MOST_PARTS)) {
      throw new MalformedMessageException("batch: part=" + Integer.toUnsignedString(part)
          + ", parts=" + Integer.toUnsignedString(parts) + "; want 1..parts and at most "
          + MOST_PARTS);
    }
    return this;
  }
}
