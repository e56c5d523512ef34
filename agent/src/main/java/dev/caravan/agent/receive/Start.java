package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.ReadBatch;

/**
 * The start of the agent in which a message was made.
 *
 * @param bootId names it; empty if the message does not
 * @param count starts with this stream, from 1; 0 if not known
 * @param isLate whether the message waited, so that it may be of an earlier start than the one that sent it
 */
record Start(Bytes bootId, long count, boolean isLate) {
  /** Nothing is known of it. */
  static final Start UNKNOWN = new Start(Bytes.EMPTY, 0, true);

  static Start of(ReadBatch batch) {
    return new Start(batch.bootId(), batch.bootCount(), batch.envelope().isLate());
  }

  /** Whether the stream was begun in it, which goes on: what the stream has was all sent in this start. */
  boolean isFirstOfStream() {
    return count == 1 && !isLate;
  }

  /** Whether it is known to be another than the first start of another stream of the same place. */
  boolean isOtherThanFirst(Start first) {
    boolean areNamed = bootId.length() > 0 && first.bootId.length() > 0;
    return count > 1 || (areNamed && !bootId.equals(first.bootId));
  }
}
