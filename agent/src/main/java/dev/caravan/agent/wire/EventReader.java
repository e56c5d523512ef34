package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Event;

/**
 * Reads events from bytes that may come from anyone: whatever is wrong with them gives a {@link MalformedMessageException}
 * and nothing else. Has no state; any thread.
 */
public final class EventReader {
  /** The longest id that is taken for one. */
  private static final int LONGEST_ID_BYTES = 64;

  private EventReader() {}

  /** An event, whole or a part; its snapshots are not looked into. */
  public static ReadEvent event(Bytes message) throws MalformedMessageException {
    return RecordsEnvelope.isRecords(message) ? RecordsReader.event(message) : ofColumns(message);
  }

  /** The id of an event, if it is one. */
  static Bytes checked(Bytes id) throws MalformedMessageException {
    if (id.length() == 0 || id.length() > LONGEST_ID_BYTES) {
      throw new MalformedMessageException(
          "event: idBytes=" + id.length() + "; want 1.." + LONGEST_ID_BYTES);
    }
    return id;
  }

  private static ReadEvent ofColumns(Bytes message) throws MalformedMessageException {
    ReadRoom.checkEvent(message);
    Event event = MessageParts.parse(message, Event.parser(), "event");
    Bytes id = checked(MessageParts.bytes(event.getId()));
    int part = event.getPart();
    int parts = event.getParts();
    boolean isWhole = part == 0 && parts == 0;
    if (!isWhole && (part < 1 || part > parts || parts > BatchEnvelope.MOST_PARTS)) {
      throw new MalformedMessageException("event: part=" + Integer.toUnsignedString(part)
          + ", parts=" + Integer.toUnsignedString(parts) + "; want 1..parts and at most "
          + BatchEnvelope.MOST_PARTS);
    }
    return new ReadEvent(
        id,
        event.getRoute(),
        StreamId.of(MessageParts.bytes(event.getStream()), "event"),
        event.getSequence(),
        event.getKind(),
        event.getTrigger(),
        event.getTimeUs(),
        event.getText(),
        event.getPathsList(),
        event.getSnapshotsList().stream().map(MessageParts::bytes).toList(),
        event.getEventsEvicted(),
        event.getEventsRejected(),
        part,
        parts);
  }
}
