package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a stream: holds one back until the schemas of its snapshots and all its parts are there, gives each once,
 * and watches the sequence of each route of each device. One thread at a time.
 */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** Of the memory: for what is held back, for parts, and for ids. */
  private static final int SHARE = 48;

  private static final int MOST_IDS = 100_000;
  private static final int ID_BYTES = 250;

  private final Receiver.Listener listener;
  private final Schemas schemas;
  private final HeldBack<Held> held = new HeldBack<>(Room.bytes(SHARE));
  private final Trackers trackers;
  private final PartBook<Piece> parts = new PartBook<>(Room.bytes(SHARE));
  private final Map<Bytes, Long> sequences = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Bytes, Long> eldest) {
      return size() > Math.min(MOST_IDS, Room.bytes(SHARE) / ID_BYTES);
    }
  };

  private long events;
  private long duplicates;
  private long conflicts;

  private record Held(String device, Bytes message) {}

  private record Piece(ReadEvent event, List<ReadSamples.Part> snapshots) {}

  /** Whoever adds to the schemas calls {@link #schemaCame}. */
  Events(Receiver.Listener listener, Schemas schemas, Trackers trackers) {
    this.listener = listener;
    this.schemas = schemas;
    this.trackers = trackers;
  }

  /** One message of a device. */
  void arrived(String device, Bytes message) throws MalformedMessageException {
    ReadEvent event = EventReader.event(message);
    SequenceTracker.check(event.sequence());
    List<ReadSamples.Part> snapshots = new ArrayList<>();
    for (Bytes snapshot : event.snapshots()) {
      Bytes schemaId = BatchReader.envelope(snapshot).schemaId();
      Optional<SchemaDescription> schema = schemas.find(schemaId);
      if (schema.isEmpty()) {
        held.hold(schemaId, new Held(device, message), message.length());
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

  private void piece(String device, Piece piece, long bytes) throws MalformedMessageException {
    ReadEvent event = piece.event;
    List<Piece> pieces = parts.arrived(
        device + "/" + event.route() + "/" + event.id(),
        event.sequence(),
        event.part(),
        event.parts(),
        piece,
        bytes);
    if (!pieces.isEmpty()) {
      List<ReadSamples.Part> snapshots = new ArrayList<>();
      pieces.forEach(each -> snapshots.addAll(each.snapshots));
      whole(device, pieces.get(0).event, ReadSamples.of(snapshots));
    }
  }

  private void whole(String device, ReadEvent event, ReadSamples samples) {
    switch (arrival(device, event, samples)) {
      case DUPLICATE -> {
        duplicates++;
        listener.eventAgain(device, event.route(), event.sequence(), false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.eventAgain(device, event.route(), event.sequence(), true);
        LOG.warn(
            "one event, two contents: device={}, route={}, sequence={}, id={}",
            device,
            event.route(),
            event.sequence(),
            event.id());
      }
      case NEW -> {
        events++;
        listener.event(device, event, samples);
      }
    }
  }

  /** Names an event once, and a number once: the same id under another number is as bad as another id under the same. */
  private SequenceTracker.Arrival arrival(String device, ReadEvent event, ReadSamples samples) {
    Long before = sequences.putIfAbsent(event.id(), event.sequence());
    if (event.sequence() == 0) {
      return before == null ? SequenceTracker.Arrival.NEW : SequenceTracker.Arrival.DUPLICATE;
    }
    SequenceTracker.Arrival arrival =
        trackers.arrived(device, event.route(), true, event.sequence(), digest(event, samples));
    boolean isElsewhere = before != null && before != event.sequence();
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
