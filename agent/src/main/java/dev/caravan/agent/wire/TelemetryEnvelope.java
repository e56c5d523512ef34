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
  public static final int MOST_EXTRA_BYTES = 11 + 2 + 2 * 6 + 2 + StreamId.BYTES;

  /** The body, or a part of it, without what stays on the device, and with its seal behind it. */
  public static Bytes around(Bytes body, Seal seal) {
    return fields(seal).behind(body, MessageParts.lengthLeaving(body));
  }

  /** The body with all that lies on the device, and with its seal behind it. */
  public static Bytes aroundStored(Bytes body, Seal seal) {
    return fields(seal).behind(body, body.length());
  }

  private static WireBytes fields(Seal seal) {
    WireBytes fields = new WireBytes();
    fields.varintField(Batch.SEQUENCE_FIELD_NUMBER, seal.sequence());
    fields.varintField(Batch.LATE_FIELD_NUMBER, seal.isLate() ? 1 : 0);
    fields.varintField(Batch.PART_FIELD_NUMBER, seal.part());
    fields.varintField(Batch.PARTS_FIELD_NUMBER, seal.parts());
    fields.bytesField(Batch.STREAM_FIELD_NUMBER, seal.stream().bytes());
    return fields;
  }

  /** The same for a whole batch of a stream without a name. */
  public static Bytes around(Bytes body, long sequence, boolean late) {
    return around(body, new Seal(StreamId.NONE, sequence, late));
  }
}
