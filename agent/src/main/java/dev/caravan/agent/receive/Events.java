package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.StreamKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The events of all streams: holds one back until the schemas of its snapshots and all its parts are there, gives each once,
 * and watches the sequence of each stream. One thread at a time.
 */
final class Events {
  private static final int ID_BYTES = 200;

  private final Receiver.Listener listener;
  private final Schemas schemas;
  private final BiConsumer<DeviceName, Bytes> missing;
  private final HeldBack<Held> held;
  private final Trackers trackers;
  private final PartBook<Piece> parts;
  private final Shelf<Name, Long> sequences;

  private long events;
  private long duplicates;
  private long conflicts;

  private record Held(DeviceName device, Bytes message) {}

  /** An id names an event within its stream. */
  private record Name(StreamKey stream, Bytes id) {}

  private record Piece(ReadEvent event, List<ReadSamples.Part> snapshots) {}

  /** Whoever adds to the schemas calls {@link #schemaCame}; {@code missing} is told which are waited for. */
  Events(
      Receiver.Listener listener,
      Schemas schemas,
      BiConsumer<DeviceName, Bytes> missing,
      Trackers trackers,
      Room room) {
    this.listener = listener;
    this.schemas = schemas;
    this.missing = missing;
    this.trackers = trackers;
    this.held = new HeldBack<>(room.twentieths(1));
    this.parts = new PartBook<>(room.twentieths(1));
    this.sequences = new Shelf<>(room.twentieths(1), (name, sequence) -> {});
  }

  /** One message of a device. */
  void arrived(DeviceName device, Bytes message) throws MalformedMessageException {
    ReadEvent event = EventReader.event(message);
    SequenceTracker.check(event.sequence());
    List<ReadSamples.Part> snapshots = new ArrayList<>();
    for (Bytes snapshot : event.snapshots()) {
      Bytes schemaId = BatchReader.envelope(snapshot).schemaId();
      Optional<SchemaDescription> schema = schemas.find(schemaId);
      if (schema.isEmpty()) {
        held.hold(schemaId, new Held(device, message), message.length());
        missing.accept(device, schemaId);
        return;
      }
      snapshots.add(ReadSamples.Part.of(snapshot, schema.get()));
    }
    piece(device, new Piece(event, snapshots), message.length());
  }

  /** A schema has come: what waited for it goes on. */
  void schemaCame(Bytes id) throws MalformedMessageException {
    MalformedMessageException failure = null;
    for (Held event : held.release(id)) {
      try {
        arrived(event.device, event.message);
      } catch (MalformedMessageException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void piece(DeviceName device, Piece piece, long bytes) throws MalformedMessageException {
    ReadEvent event = piece.event;
    StreamKey stream =
        StreamKey.of(device, event.route(), StreamKind.EVENT, event.stream(), event.sequence());
    List<Piece> pieces = parts.arrived(
        new PartBook.Key(stream, event.id(), event.sequence(), event.parts()),
        event.part(),
        piece,
        bytes);
    if (!pieces.isEmpty()) {
      List<ReadSamples.Part> snapshots = new ArrayList<>();
      pieces.forEach(each -> snapshots.addAll(each.snapshots));
      whole(stream, pieces.get(0).event, ReadSamples.of(snapshots));
    }
  }

  private void whole(StreamKey stream, ReadEvent event, ReadSamples samples) {
    switch (arrival(stream, event, samples)) {
      case DUPLICATE -> {
        duplicates++;
        listener.again(stream, event.sequence(), false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.again(stream, event.sequence(), true);
        listener.tells(stream + ": one event, two contents: sequence=" + event.sequence() + ", id="
            + event.id());
      }
      case NEW -> {
        events++;
        listener.event(stream, event, samples);
      }
    }
  }

  /** Names an event once, and a number once: the same id under another number is as bad as another id under the same. */
  private SequenceTracker.Arrival arrival(StreamKey stream, ReadEvent event, ReadSamples samples) {
    Name name = new Name(stream, event.id());
    Optional<Long> before = sequences.find(name);
    if (before.isEmpty()) {
      long bytes = ID_BYTES + event.id().length() + 2L * stream.nameChars();
      sequences.put(name, event.sequence(), bytes);
    }
    if (event.sequence() == 0) {
      return before.isEmpty() ? SequenceTracker.Arrival.NEW : SequenceTracker.Arrival.DUPLICATE;
    }
    SequenceTracker.Arrival arrival =
        trackers.arrived(stream, event.sequence(), digest(event, samples), Start.UNKNOWN);
    boolean isElsewhere = before.isPresent() && before.get() != event.sequence();
    return isElsewhere ? SequenceTracker.Arrival.CONFLICT : arrival;
  }

  private static long digest(ReadEvent event, ReadSamples samples) {
    long digest = event.id().hashCode();
    digest = digest * 31 + event.kind().hashCode();
    digest = digest * 31 + event.trigger().hashCode();
    digest = digest * 31 + event.timeUs();
    digest = digest * 31 + event.text().hashCode();
    digest = digest * 31 + event.paths().hashCode();
    return SampleDigest.of(digest, samples);
  }

  /** How many came whose schema did not. */
  int unread() {
    return held.waiting();
  }

  /** How many were given up because there was no room for them. */
  long gone() {
    return held.gone() + parts.gone();
  }

  long events() {
    return events;
  }

  long duplicates() {
    return duplicates;
  }

  long conflicts() {
    return conflicts;
  }
}
