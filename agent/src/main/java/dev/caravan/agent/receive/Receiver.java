package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes samples and events of the messages that arrive: keeps schemas, holds batches back until theirs is there, and watches
 * the sequence of each route of each device. One thread at a time.
 */
public final class Receiver {
  /** What comes out. */
  public interface Listener {
    /** A sample of a batch that was not seen before. */
    void sample(String device, String route, long sequence, BatchSample sample);

    /** Batches that are missing, first and last. */
    void gap(String device, String route, long from, long to);

    /** All samples of one batch were given. */
    void batchEnds();

    /** The batches, or events, of a route begin with this one, whatever comes first. */
    public default void begins(String device, String route, boolean isOfEvents, long sequence) {}

    /** A batch that was not seen before, before its samples; {@code batch} is the first part of one that was divided. */
    default void batch(String device, String route, ReadBatch batch, int samples) {}

    /** A batch that was seen before, with the same content or, against all promises, with another. */
    default void again(String device, String route, long sequence, boolean isOther) {}

    /** An event that was not seen before, with all samples of its snapshots. */
    default void event(String device, ReadEvent event, ReadSamples samples) {}

    /** An event that was seen before, with the same content or, against all promises, with another. */
    default void eventAgain(String device, String route, long sequence, boolean isOther) {}

    /** Events that are missing, first and last. */
    default void eventGap(String device, String route, long from, long to) {}
  }

  /**
   * How much came so far; {@code samples} and {@code bytes} are those of batches, all else counts events too. {@code gone} is
   * how many messages were given up because there was no room to remember them, and {@code forgotten} how many streams, and
   * runs of missing numbers, whose gaps and duplicates are not known any more.
   */
  public record Counts(
      long batches,
      long samples,
      long gaps,
      long duplicates,
      long conflicts,
      long unreadable,
      long bytes,
      long events,
      long gone,
      long forgotten) {
    @Override
    public String toString() {
      return "batches " + batches + ", samples " + samples + ", gaps " + gaps + ", duplicates "
          + duplicates + ", conflicts " + conflicts
          + (events == 0 ? "" : ", events " + events)
          + (unreadable == 0 ? "" : ", unreadable " + unreadable)
          + (gone == 0 ? "" : ", given up for lack of memory " + gone)
          + (forgotten == 0 ? "" : ", proofs given up for lack of memory " + forgotten);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /** Of the memory: for trackers, and for what is held back and parts. */
  private static final int TRACKERS_SHARE = 10;

  private static final int HELD_SHARE = 24;

  private static final int TOPIC_LEVELS = 6;
  private static final int EVENT_TOPIC_LEVELS = 5;

  private final boolean watchesSequence;
  private final Listener listener;
  private final Schemas schemas = new Schemas();
  private final HeldBack<Held> held = new HeldBack<>(Room.bytes(HELD_SHARE));
  private final Trackers trackers;
  private final PartBook<ReadSamples.Part> partBook = new PartBook<>(Room.bytes(HELD_SHARE));
  private final Events events;
  private boolean saidGone;
  private boolean saidForgotten;

  private long batches;
  private long samples;
  private long duplicates;
  private long conflicts;
  private long unreadable;
  private long bytes;

  private record Held(String device, String route, Bytes message) {}

  /** {@code watchesSequence} is false where the stream is shared, so that holes are no loss. */
  public Receiver(boolean watchesSequence, Listener listener) {
    this.watchesSequence = watchesSequence;
    this.listener = listener;
    this.trackers = new Trackers(Room.share(TRACKERS_SHARE), this::gap);
    this.events = new Events(listener, schemas, trackers);
  }

  /** The batches, or events, of a route begin with this one, whatever comes first. */
  public void begins(String device, String route, boolean isOfEvents, long sequence) {
    listener.begins(device, route, isOfEvents, sequence);
  }

  /** One message; those of topics that carry neither batches, schemas nor events are passed over. */
  public void arrived(String topic, Bytes message) {
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
    if (!saidGone && gone() > 0) {
      saidGone = true;
      LOG.warn(
          "no room for all messages that wait for a schema or a part, giving up the oldest: topic={};"
              + " see -Xmx",
          topic);
    }
    if (!saidForgotten && trackers.forgotten() > 0) {
      saidForgotten = true;
      LOG.warn(
          "no room to watch all sequences, forgetting the oldest, of which gaps and duplicates may be"
              + " missed from now on: topic={}; see -Xmx",
          topic);
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
    for (Held batch : held.release(schema.id())) {
      try {
        read(batch, schema);
      } catch (MalformedMessageException e) {
        unreadable("device=" + batch.device + ", " + e.getMessage());
      }
    }
    events.schemaCame(schema.id());
  }

  private void data(Held batch) throws MalformedMessageException {
    BatchEnvelope envelope = BatchReader.envelope(batch.message);
    SequenceTracker.check(envelope.sequence());
    Optional<SchemaDescription> schema = schemas.find(envelope.schemaId());
    if (schema.isPresent()) {
      read(batch, schema.get());
    } else {
      held.hold(envelope.schemaId(), batch, batch.message.length());
    }
  }

  private void read(Held held, SchemaDescription schema) throws MalformedMessageException {
    bytes += held.message.length();
    ReadBatch read = BatchReader.batch(held.message, schema);
    BatchEnvelope envelope = read.envelope();
    if (envelope.parts() == 0) {
      whole(held, read, ReadSamples.of(read));
      return;
    }
    List<ReadSamples.Part> parts = partBook.arrived(
        held.device + "/" + held.route,
        envelope.sequence(),
        envelope.part(),
        envelope.parts(),
        new ReadSamples.Part(held.message, schema, read.sampleCount()),
        held.message.length());
    if (!parts.isEmpty()) {
      whole(held, parts.get(0).read(), ReadSamples.of(parts));
    }
  }

  private void whole(Held held, ReadBatch batch, ReadSamples all) {
    long sequence = batch.envelope().sequence();
    switch (trackers.arrived(held.device, held.route, false, sequence, digest(batch, all))) {
      case DUPLICATE -> {
        duplicates++;
        listener.again(held.device, held.route, sequence, false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.again(held.device, held.route, sequence, true);
        LOG.warn(
            "one sequence number, two contents: device={}, route={}, sequence={}",
            held.device,
            held.route,
            sequence);
      }
      case NEW -> {
        batches++;
        samples += all.count();
        listener.batch(held.device, held.route, batch, all.count());
        for (BatchSample sample : all) {
          listener.sample(held.device, held.route, sequence, sample);
        }
        listener.batchEnds();
      }
    }
  }

  /** Stands for what a batch says, whether it was late or not. */
  private static long digest(ReadBatch batch, ReadSamples samples) {
    CRC32C first = new CRC32C();
    first.update(batch.bootId().toArray());
    return SampleDigest.of(first.getValue(), samples);
  }

  private void gap(String device, String route, boolean isOfEvents, long from, long to) {
    if (watchesSequence && isOfEvents) {
      listener.eventGap(device, route, from, to);
    } else if (watchesSequence) {
      listener.gap(device, route, from, to);
    }
  }

  /** How many messages were given up because there was no room. */
  private long gone() {
    return held.gone() + partBook.gone() + events.gone();
  }

  /** No more will come: tells the gaps that are left. */
  public void end() {
    if (watchesSequence) {
      trackers.end();
      listener.batchEnds();
    }
    if (held.waiting() > 0) {
      LOG.warn("batches without a schema: {}", held.waiting());
      unreadable += held.waiting();
    }
    if (events.unread() > 0) {
      LOG.warn("events without a schema: {}", events.unread());
      unreadable += events.unread();
    }
  }

  public Counts counts() {
    long gaps = watchesSequence ? trackers.gaps() : 0;
    return new Counts(
        batches,
        samples,
        gaps,
        duplicates + events.duplicates(),
        conflicts + events.conflicts(),
        unreadable,
        bytes,
        events.events(),
        gone(),
        trackers.forgotten());
  }
}
