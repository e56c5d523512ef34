package dev.caravan.agent.encode.columns;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.v1.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides the stored body of an event into bodies that are small enough: each says the same of the event, and has some of
 * its snapshots, earlier ones first. A snapshot that is too large alone is divided as a batch is. Has no state; any thread.
 */
public final class EventSplitter {
  /** Tag and length of a snapshot. */
  private static final int SNAPSHOT_EXTRA_BYTES = 1 + 5;

  private EventSplitter() {}

  /**
   * The parts of a body; one if it fits as it is.
   *
   * @param schema the message that its snapshots need
   * @param mostBytes how large each may be
   * @return none if what it says of itself, or one sample alone, is too large
   * @throws MalformedMessageException if it is no body of an event, or a snapshot is not one of this schema
   */
  public static List<Bytes> split(Bytes body, Bytes schema, long mostBytes)
      throws MalformedMessageException {
    Event whole = MessageParts.parse(body, Event.parser(), "event");
    Event bare = whole.toBuilder().clearSnapshots().build();
    long room = mostBytes - bare.getSerializedSize();
    if (room < 0) {
      return List.of();
    }
    List<Bytes> parts = new ArrayList<>();
    Event.Builder part = bare.toBuilder();
    long left = room;
    for (ByteString snapshot : whole.getSnapshotsList()) {
      List<ByteString> pieces = pieces(snapshot, schema, room - SNAPSHOT_EXTRA_BYTES);
      if (pieces.isEmpty()) {
        return List.of();
      }
      for (ByteString piece : pieces) {
        long size = piece.size() + (long) SNAPSHOT_EXTRA_BYTES;
        if (size > left && part.getSnapshotsCount() > 0) {
          parts.add(Bytes.owning(part.build().toByteArray()));
          part = bare.toBuilder();
          left = room;
        }
        part.addSnapshots(piece);
        left -= size;
      }
    }
    parts.add(Bytes.owning(part.build().toByteArray()));
    return parts;
  }

  private static List<ByteString> pieces(ByteString snapshot, Bytes schema, long mostBytes)
      throws MalformedMessageException {
    if (snapshot.size() <= mostBytes) {
      return List.of(snapshot);
    }
    return TelemetrySplitter.split(MessageParts.bytes(snapshot), schema, mostBytes).stream()
        .map(piece -> ByteString.copyFrom(piece.buffer()))
        .toList();
  }
}
