package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.BatchEnvelope;
import dev.caravan.agent.encode.telemetry.BatchReader;
import dev.caravan.agent.encode.telemetry.BatchSample;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.ReadBatch;
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
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes samples and events of the messages that arrive: keeps schemas, holds batches back until theirs is there, and watches
 * the sequence of each route of each device. One thread at a time.
 */
final class TailStream {
  /** What comes out. */
  interface Listener {
    /** A sample of a batch that was not seen before. */
    void sample(String device, String route, long sequence, BatchSample sample);

    /** Batches that are missing, first and last. */
    void gap(String device, String route, long from, long to);

    /** All samples of one batch were given. */
    void batchEnds();

    /** A batch that was not seen before, before its samples; {@code batch} is the first part of one that was divided. */
    default void batch(String device, String route, ReadBatch batch, int samples) {}

    /** A batch that was seen before, with the same content or, against all promises, with another. */
    default void again(String device, String route, long sequence, boolean isOther) {}

    /** An event that was not seen before, with all samples of its snapshots. */
    default void event(String device, ReadEvent event, List<BatchSample> samples) {}

    /** An event that was seen before, with the same content or, against all promises, with another. */
    default void eventAgain(String device, String route, long sequence, boolean isOther) {}

    /** Events that are missing, first and last. */
    default void eventGap(String device, String route, long from, long to) {}
  }

  /** How much came so far; {@code samples} and {@code bytes} are those of batches, all else counts events too. */
  record Counts(
      long batches,
      long samples,
      long gaps,
      long duplicates,
      long conflicts,
      long unreadable,
      long bytes,
      long events) {
    @Override
    public String toString() {
      return "batches " + batches + ", samples " + samples + ", gaps " + gaps + ", duplicates "
          + duplicates + ", conflicts " + conflicts
          + (events == 0 ? "" : ", events " + events)
          + (unreadable == 0 ? "" : ", unreadable " + unreadable);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(TailStream.class);
  private static final int MOST_HELD = 10_000;
  private static final int TOPIC_LEVELS = 6;
  private static final int EVENT_TOPIC_LEVELS = 5;

  private final boolean watchesSequence;
  private final Listener listener;
  private final TailSchemas schemas = new TailSchemas();
  private final Map<Bytes, Deque<Held>> held = new HashMap<>();
  private final Map<String, SequenceTracker> trackers = new LinkedHashMap<>();
  private final PartBook<ReadBatch> partBook = new PartBook<>();
  private final TailEvents events;
  private int heldCount;

  private long batches;
  private long samples;
  private long duplicates;
  private long conflicts;
  private long unreadable;
  private long bytes;

  private record Held(String device, String route, Bytes message) {}

  /** {@code watchesSequence} is false where the stream is shared, so that holes are no loss. */
  TailStream(boolean watchesSequence, Listener listener) {
    this.watchesSequence = watchesSequence;
    this.listener = listener;
    this.events = new TailEvents(listener, schemas);
  }

  /** One message; those of topics that carry neither batches, schemas nor events are passed over. */
  void arrived(String topic, Bytes message) {
    List<String> levels = List.of(topic.split("/", -1));
    boolean isEvent = levels.size() == EVENT_TOPIC_LEVELS && levels.get(4).equals("event");
    if ((levels.size() != TOPIC_LEVELS && !isEvent)
        || !topic.startsWith("caravan/v1/")
        || message.length() == 0) {
      return;
    }
    try {
      switch (levels.get(4)) {
        case "schema" -> schema(levels.get(5), message);
        case "data" -> data(new Held(levels.get(3), levels.get(5), message));
        case "event" -> {
          events.arrived(levels.get(3), message);
          listener.batchEnds();
        }
        default -> LOG.debug("passed over: topic={}", topic);
      }
    } catch (MalformedMessageException e) {
      unreadable("topic=" + topic + ", " + e.getMessage());
    }
  }

  private void unreadable(String why) {
    if (unreadable++ == 0) {
      LOG.warn("unreadable message: {}", why);
    }
  }

  private void schema(String name, Bytes message) throws MalformedMessageException {
    for (Bytes id : schemas.arrived(name, message)) {
      schemaCame(schemas.find(id).orElseThrow());
    }
    listener.batchEnds();
  }

  private void schemaCame(SchemaDescription schema) throws MalformedMessageException {
    Deque<Held> waiting = held.remove(schema.id());
    if (waiting != null) {
      heldCount -= waiting.size();
      for (Held batch : waiting) {
        try {
          read(batch, schema);
        } catch (MalformedMessageException e) {
          unreadable("device=" + batch.device + ", " + e.getMessage());
        }
      }
    }
    events.schemaCame(schema.id());
  }

  private void data(Held batch) throws MalformedMessageException {
    BatchEnvelope envelope = BatchReader.envelope(batch.message);
    Optional<SchemaDescription> schema = schemas.find(envelope.schemaId());
    if (schema.isPresent()) {
      read(batch, schema.get());
    } else if (heldCount < MOST_HELD) {
      held.computeIfAbsent(envelope.schemaId(), id -> new ArrayDeque<>()).add(batch);
      heldCount++;
    } else {
      unreadable("schema " + envelope.schemaId() + " never came");
    }
  }

  private void read(Held held, SchemaDescription schema) throws MalformedMessageException {
    String stream = held.device + "/" + held.route;
    bytes += held.message.length();
    ReadBatch read = BatchReader.batch(held.message, schema);
    BatchEnvelope envelope = read.envelope();
    List<ReadBatch> parts =
        partBook.arrived(stream, envelope.sequence(), envelope.part(), envelope.parts(), read);
    if (parts.isEmpty()) {
      return;
    }
    ReadBatch batch = parts.get(0);
    SequenceTracker tracker = trackers.computeIfAbsent(stream, key -> new SequenceTracker());
    List<BatchSample> all = new ArrayList<>();
    parts.forEach(part -> part.samples().forEachRemaining(all::add));
    switch (tracker.arrived(envelope.sequence(), digest(batch, all))) {
      case DUPLICATE -> {
        duplicates++;
        listener.again(held.device, held.route, envelope.sequence(), false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.again(held.device, held.route, envelope.sequence(), true);
        LOG.warn(
            "one sequence number, two contents: device={}, route={}, sequence={}",
            held.device,
            held.route,
            envelope.sequence());
      }
      case NEW -> {
        batches++;
        samples += all.size();
        listener.batch(held.device, held.route, batch, all.size());
        for (BatchSample sample : all) {
          listener.sample(held.device, held.route, envelope.sequence(), sample);
        }
        if (watchesSequence) {
          tellGaps(false);
        }
        listener.batchEnds();
      }
    }
  }

  /** Stands for what a batch says, whether it was late or not. */
  private static long digest(ReadBatch batch, List<BatchSample> samples) {
    CRC32C first = new CRC32C();
    first.update(batch.bootId().toArray());
    return SampleDigest.of(first.getValue(), samples);
  }

  private void tellGaps(boolean atTheEnd) {
    trackers.forEach((key, tracker) -> {
      int slash = key.indexOf('/');
      tracker.tellGaps(
          atTheEnd,
          (from, to) -> listener.gap(key.substring(0, slash), key.substring(slash + 1), from, to));
    });
    events.tellGaps(atTheEnd);
  }

  /** No more will come: tells the gaps that are left. */
  void end() {
    if (watchesSequence) {
      tellGaps(true);
      listener.batchEnds();
    }
    if (heldCount > 0) {
      LOG.warn("batches without a schema: {}", heldCount);
      unreadable += heldCount;
    }
    if (events.unread() > 0) {
      LOG.warn("events without a schema: {}", events.unread());
      unreadable += events.unread();
    }
  }

  Counts counts() {
    long gaps = watchesSequence
        ? trackers.values().stream().mapToLong(SequenceTracker::gaps).sum() + events.gaps()
        : 0;
    return new Counts(
        batches,
        samples,
        gaps,
        duplicates + events.duplicates(),
        conflicts + events.conflicts(),
        unreadable,
        bytes,
        events.events());
  }
}
