package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Event;

/** Makes the event that leaves from a stored body, by appending fields. Has no state; any thread. */
public final class EventEnvelope {
  /** How many bytes it adds at most: sequence, part, parts and stream with their tags. */
  public static final int MOST_EXTRA_BYTES = 11 + 2 * 7 + 3 + StreamId.BYTES;

  private static final int ID_TAG = 1 << 3 | 2;

  private EventEnvelope() {}

  /** The body, or a part of it, with its seal behind it; an event does not say whether it is late, since its time does. */
  public static Bytes around(Bytes body, Seal seal) {
    WireBytes fields = new WireBytes();
    fields.varintField(Event.SEQUENCE_FIELD_NUMBER, seal.sequence());
    fields.varintField(Event.PART_FIELD_NUMBER, seal.part());
    fields.varintField(Event.PARTS_FIELD_NUMBER, seal.parts());
    fields.bytesField(Event.STREAM_FIELD_NUMBER, seal.stream().bytes());
    return fields.behind(body, body.length());
  }

  /** The same for a whole event of a stream without a name. */
  public static Bytes around(Bytes body, long sequence) {
    return around(body, new Seal(StreamId.NONE, sequence, false));
  }

  /** Whether a stored body is that of an event, and not of a batch: it begins with its id. */
  public static boolean isEvent(Bytes body) {
    return body.length() > 0 && body.at(0) == ID_TAG;
  }
}
