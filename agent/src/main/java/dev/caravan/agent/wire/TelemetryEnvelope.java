package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Batch;

/**
 * Makes the message that leaves from a stored body, by appending fields: in protobuf, messages written one behind the
 * other are one. Has no state; any thread.
 */
public final class TelemetryEnvelope {
  private TelemetryEnvelope() {}

  /** How many bytes it adds at most. */
  public static final int MOST_EXTRA_BYTES = 11 + 2 + 2 * 6;

  /**
   * The body with its sequence number, and whether it is late, behind it.
   *
   * @param sequence at least 1
   * @param late whether it comes from a backlog
   */
  public static Bytes around(Bytes body, long sequence, boolean late) {
    return around(body, sequence, late, 0, 0);
  }

  /**
   * The same for a part of a divided batch.
   *
   * @param part from 1; 0 for a whole batch
   * @param parts how many there are; 0 for a whole batch
   */
  public static Bytes around(Bytes body, long sequence, boolean late, int part, int parts) {
    WireBytes fields = new WireBytes();
    fields.varintField(Batch.SEQUENCE_FIELD_NUMBER, sequence);
    fields.varintField(Batch.LATE_FIELD_NUMBER, late ? 1 : 0);
    fields.varintField(Batch.PART_FIELD_NUMBER, part);
    fields.varintField(Batch.PARTS_FIELD_NUMBER, parts);
    return fields.behind(body);
  }
}
