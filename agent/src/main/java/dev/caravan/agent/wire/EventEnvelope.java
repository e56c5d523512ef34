package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Event;

/** Makes the event that leaves from a stored body, by appending fields. Has no state; any thread. */
public final class EventEnvelope {
  /** How many bytes it adds at most: tag and sequence, tag and part, tag and parts. */
  public static final int MOST_EXTRA_BYTES = 11 + 2 * 7;

  private static final int ID_TAG = 1 << 3 | 2;

  private EventEnvelope() {}

  /**
   * The body with its sequence number behind it.
   *
   * @param sequence at least 1
   */
  public static Bytes around(Bytes body, long sequence) {
    return around(body, sequence, 0, 0);
  }

  /**
   * The same for a part of a divided event.
   *
   * @param part from 1; 0 for a whole event
   * @param parts how many there are; 0 for a whole event
   */
  public static Bytes around(Bytes body, long sequence, int part, int parts) {
    WireBytes fields = new WireBytes();
    fields.varintField(Event.SEQUENCE_FIELD_NUMBER, sequence);
    fields.varintField(Event.PART_FIELD_NUMBER, part);
    fields.varintField(Event.PARTS_FIELD_NUMBER, parts);
    return fields.behind(body);
  }

  /** Whether a stored body is that of an event, and not of a batch: it begins with its id. */
  public static boolean isEvent(Bytes body) {
    return body.length() > 0 && body.at(0) == ID_TAG;
  }
}
