package dev.caravan.agent.wire;

import com.google.protobuf.WireFormat;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Records;

/** Makes the message of records that leaves from a stored body, by appending fields. Has no state; any thread. */
public final class RecordsEnvelope {
  /** Full name of the message. */
  public static final String CONTENT_TYPE = "caravan.v1.Records";

  /** The tag of the fleet, with which each begins, and no other message of data or events. */
  public static final Bytes MARK =
      Bytes.of(new byte[] {Records.FLEET_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED});

  /** How many bytes it adds at most: stream, sequence, late, part and parts with their tags. */
  public static final int MOST_EXTRA_BYTES = 2 + 2 * StreamId.BYTES + 11 + 2 + 2 * 6;

  private RecordsEnvelope() {}

  /** Whether a message, or a stored body, is of records, and not a batch or an event of columns. */
  public static boolean isRecords(Bytes message) {
    return message.length() > 0 && message.at(0) == MARK.at(0);
  }

  /** The body, or a part of it, with its seal behind it. */
  public static Bytes around(Bytes body, Seal seal) {
    WireBytes fields = new WireBytes();
    if (!seal.stream().isNone()) {
      fields.textField(Records.STREAM_FIELD_NUMBER, seal.stream().toString());
    }
    fields.varintField(Records.SEQUENCE_FIELD_NUMBER, seal.sequence());
    fields.presentField(Records.LATE_FIELD_NUMBER, seal.isLate() ? 1 : 0);
    fields.varintField(Records.PART_FIELD_NUMBER, seal.part());
    fields.varintField(Records.PARTS_FIELD_NUMBER, seal.parts());
    return fields.behind(body, body.length());
  }
}
