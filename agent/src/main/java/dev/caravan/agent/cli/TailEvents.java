package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.BatchReader;
import dev.caravan.agent.encode.telemetry.BatchSample;
import dev.caravan.agent.encode.telemetry.EventReader;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.ReadEvent;
import dev.caravan.agent.encode.telemetry.SchemaDescription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
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
final class TailEvents {
  private static final Logger LOG = LoggerFactory.getLogger(TailEvents.class);
  private static final int MOST_HELD = 1_000;
  private static final int MOST_IDS = 100_000;

  private final TailStream.Listener listener;
  private final TailSchemas schemas;
  private final Map<Bytes, Deque<Held>> held = new HashMap<>();
  private final Map<String, SequenceTracker> trackers = new LinkedHashMap<>();
  private final PartBook<Piece> parts = new PartBook<>();
  private final Map<Bytes, Long> sequences = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Bytes, Long> eldest) {
      return size() > MOST_IDS;
    }
  };

  private long events;
  private long duplicates;
  private long conflicts;
  private long lost;

  private record Held(String device, Bytes message) {}

  private record Piece(ReadEvent event, List<BatchSample> samples) {}

  /** Whoever adds to the schemas calls {@link #schemaCame}. */
  TailEvents(TailStream.Listener listener, TailSchemas schemas) {
    this.listener = listener;
    this.schemas = schemas;
  }

  /** One message of a device. */
  void arrived(String device, Bytes message) throws MalformedMessageException {
    ReadEvent event = EventReader.event(message);
    List<BatchSample> samples = new ArrayList<>();
    for (Bytes snapshot : event.snapshots()) {
      Bytes schemaId = BatchReader.envelope(snapshot).schemaId();
      Optional<SchemaDescription> schema = schemas.find(schemaId);
      if (schema.isEmpty()) {
        hold(schemaId, new Held(device, message));
        return;
      }
      BatchReader.batch(snapshot, schema.get()).samples().forEachRemaining(samples::add);
    }
    piece(device, new Piece(event, samples));
  }

  private void hold(Bytes schemaId, Held event) {
    if (held.values().stream().mapToInt(Deque::size).sum() >= MOST_HELD) {
      lost++;
      return;
    }
    held.computeIfAbsent(schemaId, id -> new ArrayDeque<>()).add(event);
  }

  /** A schema has come: what waited for it goes on. */
  void schemaCame(Bytes id) throws MalformedMessageException {
    Deque<Held> waiting = held.remove(id);
    MalformedMessageException failure = null;
    while (waiting != null && !waiting.isEmpty()) {
      Held event = waiting.remove();
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

  private void piece(String device, Piece piece) {
    ReadEvent event = piece.event;
    List<Piece> pieces = parts.arrived(
        device + "/" + event.route() + "/" + event.id(),
        event.sequence(),
        event.part(),
        event.parts(),
        piece);
    if (!pieces.isEmpty()) {
      List<BatchSample> samples = new ArrayList<>();
      pieces.forEach(each -> samples.addAll(each.samples));
      whole(device, pieces.get(0).event, samples);
    }
  }

  private void whole(String device, ReadEvent event, List<BatchSample> samples) {
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
  private SequenceTracker.Arrival arrival(
      String device, ReadEvent event, List<BatchSample> samples) {
    Long before = sequences.putIfAbsent(event.id(), event.sequence());
    if (event.sequence() == 0) {
      return before == null ? SequenceTracker.Arrival.NEW : SequenceTracker.Arrival.DUPLICATE;
    }
    SequenceTracker.Arrival arrival = trackers
        .computeIfAbsent(device + "/" + event.route(), key -> new SequenceTracker())
        .arrived(event.sequence(), digest(event, samples));
    boolean isElsewhere = before != null && before != event.sequence();
    return isElsewhere ? SequenceTracker.Arrival.CONFLICT : arrival;
  }

  private static long digest(ReadEvent event, List<BatchSample> samples) {
    long digest = event.id().hashCode();
    digest = digest * 31 + event.kind().hashCode();
    digest = digest * 31 + event.trigger().hashCode();
    digest = digest * 31 + event.timeUs();
    digest = digest * 31 + event.text().hashCode();
    digest = digest * 31 + event.paths().hashCode();
    return SampleDigest.of(digest, samples);
  }

  void tellGaps(boolean atTheEnd) {
    trackers.forEach((key, tracker) -> {
      int slash = key.indexOf('/');
      tracker.tellGaps(
          atTheEnd,
          (from, to) ->
              listener.eventGap(key.substring(0, slash), key.substring(slash + 1), from, to));
    });
  }

  /** How many came whose schema did not. */
  long unread() {
    return lost + held.values().stream().mapToInt(Deque::size).sum();
  }

  long events() {
    return events;
  }

  long gaps() {
    return trackers.values().stream().mapToLong(SequenceTracker::gaps).sum();
  }

  long duplicates() {
    return duplicates;
  }

  long conflicts() {
    return conflicts;
  }
}
