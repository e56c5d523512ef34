package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * Makes samples and events of the messages that arrive, from whichever devices: keeps schemas, holds batches back until theirs is
 * there, joins what was divided, gives each message once, and watches the sequence of each stream. What anyone may send cannot make
 * it fail or take more than its room. One thread at a time.
 */
public final class Receiver {
  /** What comes out. The sequence of a stream rises by one from message to message. */
  public interface Listener {
    /** A batch that was not seen before, before its samples; {@code batch} is the first part of one that was divided. */
    default void batch(StreamKey stream, ReadBatch batch, int samples) {}

    /** All samples of a batch that was not seen before; gives them to {@link #sample}, each as an object of its own. */
    default void samples(StreamKey stream, long sequence, ReadSamples samples) {
      for (BatchSample sample : samples) {
        sample(stream, sequence, sample);
      }
    }

    /** A sample of a batch that was not seen before. */
    default void sample(StreamKey stream, long sequence, BatchSample sample) {}

    /** An event that was not seen before, with all samples of its snapshots. */
    default void event(StreamKey stream, ReadEvent event, ReadSamples samples) {}

    /** A message of JSON that was not seen before; {@code message} is the first part of one that was divided. */
    default void json(StreamKey stream, JsonMessage message, int samples) {}

    /** A message that was seen before, with the same content or, against all promises, with another. */
    default void again(StreamKey stream, long sequence, boolean isOther) {}

    /** Messages that are missing, first and last. */
    default void gap(StreamKey stream, long from, long to) {}

    /** A stream begins with this message, whatever comes first. */
    default void begins(StreamKey stream, long sequence) {}

    /** The first message of this stream is there, where another stream was before: told before what it brings. */
    default void replaced(StreamKey stream) {
      tells(stream + ": a new stream began " + WHY_REPLACED);
    }

    /** How a device is. */
    default void status(DeviceName device, StatusDescription status) {}

    /** Something that a person should know, in words. */
    default void tells(String words) {}

    /** Everything of one message was given. */
    default void messageEnds() {}
  }

  /** Why a stream takes the place of another, in words. */
  public static final String WHY_REPLACED = "(its store was replaced, or the disk was away)";

  /**
   * How much came so far; {@code samples} and {@code bytes} are those of batches, all else counts events too. {@code gone} is
   * how many messages were given up because there was no room to remember them, and {@code forgotten} how many streams, and
   * runs of missing numbers, whose gaps and duplicates are not known any more. {@code json} is how many messages of that came, which are in
   * no other count but those of gaps, duplicates and conflicts.
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
      long forgotten,
      long json) {
    @Override
    public String toString() {
      return "batches " + batches + ", samples " + samples + ", gaps " + gaps + ", duplicates "
          + duplicates + ", conflicts " + conflicts
          + (events == 0 ? "" : ", events " + events)
          + (json == 0 ? "" : ", messages of JSON " + json)
          + (unreadable == 0 ? "" : ", unreadable " + unreadable)
          + (gone == 0 ? "" : ", given up for lack of memory " + gone)
          + (forgotten == 0 ? "" : ", proofs given up for lack of memory " + forgotten);
    }
  }

  private static final Topics WITH_SIGNALS = Topics.USUAL.withSignals();

  private final Listener listener;
  private final boolean watchesSequence;
  private final Schemas schemas;
  private final HeldBack<Held> held;
  private final Trackers trackers;
  private final PartBook<ReadSamples.Part> partBook;
  private final Events events;
  private final JsonMessages json;
  private BiConsumer<DeviceName, Bytes> missing = (device, id) -> {};
  private boolean saidGone;
  private boolean saidForgotten;

  private long batches;
  private long samples;
  private long duplicates;
  private long conflicts;
  private long unreadable;
  private long bytes;

  private record Held(DeviceName device, String route, Bytes message) {}

  /**
   * Has seen nothing.
   *
   * @param room for what it remembers; reading one message takes some more, which is bounded by the memory of the program
   */
  public Receiver(Listener listener, Room room) {
    this(listener, room, true);
  }

  /** {@code watchesSequence} is false where others get some of the messages, so that holes are no loss. */
  public Receiver(Listener listener, Room room, boolean watchesSequence) {
    this.listener = listener;
    this.watchesSequence = watchesSequence;
    this.schemas = new Schemas(room);
    this.held = new HeldBack<>(room.twentieths(2));
    this.partBook = new PartBook<>(room.twentieths(1));
    this.trackers = new Trackers(room, watchesSequence, listener);
    this.events = new Events(listener, schemas, this::isMissing, trackers, room);
    this.json = new JsonMessages(listener, trackers, room);
  }

  /**
   * Has this told of which device a message waits for which schema, and piece of it, whenever one does: who can, asks for it, for either on its topic, for the
   * schema by a {@code Request}.
   */
  public void onMissing(BiConsumer<DeviceName, Bytes> told) {
    missing = told;
  }

  /** A stream begins with this message, whatever comes first. */
  public void begins(StreamKey stream, long sequence) {
    listener.begins(stream, sequence);
  }

  /** The same for a payload that the caller may change afterwards. */
  public void arrived(String topic, byte[] payload) {
    arrived(topic, Bytes.of(payload));
  }

  /** One message; those of topics that carry neither batches, schemas, events nor a status are passed over. */
  public void arrived(String topic, Bytes message) {
    Optional<Topics.Place> place = Topics.USUAL.place(topic).or(() -> WITH_SIGNALS.place(topic));
    if (place.isEmpty() || message.length() == 0) {
      return;
    }
    DeviceName device = place.get().device();
    String name = place.get().name();
    try {
      switch (place.get().kind()) {
        case SCHEMA -> schema(device, name, message);
        case DATA -> {
          if (JsonMessage.isOne(message)) {
            json.arrived(device, name, StreamKind.DATA, message);
          } else {
            data(new Held(device, name, message));
          }
        }
        case EVENT -> {
          if (JsonMessage.isOne(message)) {
            json.arrived(device, "", StreamKind.EVENT, message);
          } else {
            events.arrived(device, message);
          }
          listener.messageEnds();
        }
        case STATUS -> status(device, message);
        case COMMAND, REPLY, RECEIPT, REQUEST -> {
          // between the device and others
        }
      }
    } catch (MalformedMessageException e) {
      unreadable("topic=" + topic + ", " + e.getMessage());
    }
    if (!saidGone && gone() > 0) {
      saidGone = true;
      listener.tells(
          "no room for all messages that wait for a schema or a part, giving up the oldest:"
              + " topic=" + topic + "; see -Xmx");
    }
    if (!saidForgotten && trackers.forgotten() > 0) {
      saidForgotten = true;
      listener.tells("no room to watch all sequences, forgetting the oldest, of which gaps and"
          + " duplicates may be missed from now on: topic=" + topic + "; see -Xmx");
    }
  }

  private void status(DeviceName device, Bytes message) {
    try {
      StatusDescription status = BatchReader.status(message);
      trackers.status(device, status);
      listener.status(device, status);
    } catch (MalformedMessageException e) {
      // it brings no data, so none is lost
    }
  }

  private void unreadable(String why) {
    if (unreadable++ == 0) {
      listener.tells("unreadable message: " + why);
    }
  }

  private void schema(DeviceName device, String name, Bytes message)
      throws MalformedMessageException {
    for (Bytes id : schemas.arrived(name, message)) {
      schemaCame(schemas.find(id).orElseThrow());
    }
    schemas.latestWanted().ifPresent(piece -> missing.accept(device, piece));
    listener.messageEnds();
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
    SequenceTracker.check(envelope.last());
    Optional<SchemaDescription> schema = schemas.find(envelope.schemaId());
    if (schema.isPresent()) {
      read(batch, schema.get());
    } else {
      held.hold(envelope.schemaId(), batch, batch.message.length());
      isMissing(batch.device, envelope.schemaId());
    }
  }

  private void isMissing(DeviceName device, Bytes schemaId) {
    Bytes wanted = schemas.missing(schemaId);
    missing.accept(device, schemaId);
    if (!wanted.equals(schemaId)) {
      missing.accept(device, wanted);
    }
  }

  private void read(Held held, SchemaDescription schema) throws MalformedMessageException {
    bytes += held.message.length();
    MalformedMessageException malformed = null;
    for (Bytes batch : JoinedMessage.apart(held.message)) {
      try {
        readOne(new Held(held.device, held.route, batch), schema);
      } catch (MalformedMessageException e) {
        if (malformed != null) {
          unreadable("device=" + held.device + ", " + e.getMessage());
        }
        malformed = e;
      }
    }
    if (malformed != null) {
      throw malformed;
    }
  }

  private void readOne(Held held, SchemaDescription schema) throws MalformedMessageException {
    ReadBatch read = BatchReader.batch(held.message, schema);
    BatchEnvelope envelope = read.envelope();
    StreamKey stream = StreamKey.of(
        held.device, held.route, StreamKind.DATA, envelope.stream(), envelope.sequence());
    if (envelope.parts() == 0) {
      whole(stream, read, ReadSamples.of(read));
      return;
    }
    List<ReadSamples.Part> parts = partBook.arrived(
        new PartBook.Key(stream, Bytes.EMPTY, envelope.sequence(), envelope.parts()),
        envelope.part(),
        new ReadSamples.Part(held.message, schema, read.sampleCount()),
        held.message.length());
    if (!parts.isEmpty()) {
      whole(stream, parts.get(0).read(), ReadSamples.of(parts));
    }
  }

  private void whole(StreamKey stream, ReadBatch batch, ReadSamples all) {
    long sequence = batch.envelope().sequence();
    switch (trackers.arrived(stream, sequence, digest(batch, all), Start.of(batch))) {
      case DUPLICATE -> {
        duplicates++;
        listener.again(stream, sequence, false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.again(stream, sequence, true);
        listener.tells(stream + ": one sequence number, two contents: sequence=" + sequence);
      }
      case NEW -> {
        batches++;
        samples += all.count();
        listener.batch(stream, batch, all.count());
        listener.samples(stream, sequence, all);
        listener.messageEnds();
      }
    }
  }

  /** Stands for what a batch says, whether it was late or not. */
  private static long digest(ReadBatch batch, ReadSamples samples) {
    CRC32C first = new CRC32C();
    first.update(batch.bootId().toArray());
    return SampleDigest.of(first.getValue(), samples);
  }

  /** How many messages were given up because there was no room. */
  private long gone() {
    return held.gone() + partBook.gone() + events.gone() + json.gone();
  }

  /** No more will come: tells the gaps that are left. */
  public void end() {
    if (watchesSequence) {
      trackers.end();
      listener.messageEnds();
    }
    if (held.waiting() > 0) {
      listener.tells("batches without a schema: " + held.waiting());
      unreadable += held.waiting();
    }
    if (events.unread() > 0) {
      listener.tells("events without a schema: " + events.unread());
      unreadable += events.unread();
    }
  }

  /** How much came so far. */
  public Counts counts() {
    long gaps = watchesSequence ? trackers.gaps() : 0;
    return new Counts(
        batches,
        samples,
        gaps,
        duplicates + events.duplicates() + json.duplicates(),
        conflicts + events.conflicts() + json.conflicts(),
        unreadable,
        bytes,
        events.events(),
        gone(),
        trackers.forgotten(),
        json.messages());
  }
}
