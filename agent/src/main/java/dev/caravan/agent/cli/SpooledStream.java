package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.StoredFormats;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keeper;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.store.Spool;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Sender;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives what lies in a disk queue as the messages that it would leave as. One thread. */
final class SpooledStream {
  private static final Logger LOG = LoggerFactory.getLogger(SpooledStream.class);

  private final Spool spool;
  private final Sender unknown;
  private final Receiver out;
  private final Map<Needed, Sender> senders = new HashMap<>();
  private final Consumer<Spool.Fault> faults;

  private final Set<String> others = new HashSet<>();

  // the lowest sequence that should be there, or is
  private long begins = Long.MAX_VALUE;
  // the stream that was said to begin
  private @Nullable StreamId begun;

  /** A schema that a stream needs. */
  private record Needed(Optional<StreamOwner> owner, Bytes schemaId) {}

  private SpooledStream(Spool spool, String name, Receiver out, Consumer<Spool.Fault> faults) {
    this.spool = spool;
    this.unknown = new Sender("-", "-", name);
    this.out = out;
    this.faults = faults;
  }

  /**
   * Reads a queue, delivered entries too as long as they are there, oldest first.
   *
   * @param faults gets what is damaged or missing
   * @throws IOException if it cannot be read
   */
  static void read(Path dir, Receiver out, Consumer<Spool.Fault> faults) throws IOException {
    String name = String.valueOf(dir.toAbsolutePath().getFileName());
    SpooledStream stream = new SpooledStream(Spool.of(dir), name, out, faults);
    stream.spool.read(stream::entry, stream::fault);
  }

  private void fault(Spool.Fault fault) {
    begins = fault.isLoss() ? Math.min(begins, fault.from()) : begins;
    faults.accept(fault);
  }

  private void entry(Entry entry) {
    Spool.Belonging belonging = spool.belonging(entry.sequence());
    Place place = belonging.place();
    begins = Math.min(begins, entry.sequence());
    if (!place.format().equals(Keeper.USUAL_FORMAT)) {
      Optional<Bodies> bodies =
          belonging.owner().flatMap(owner -> StoredFormats.bodies(owner, place.format()));
      if (bodies.isPresent()) {
        leave(entry, belonging.owner().orElseThrow(), place, bodies.get());
      } else if (others.add(place.format())) {
        LOG.warn(
            "{}: from sequence={} on in format {}, which is not read here; see proto/README.md",
            unknown.route(),
            entry.sequence(),
            place.format());
      }
      return;
    }
    Sender sender =
        senders.computeIfAbsent(new Needed(belonging.owner(), entry.schemaId()), this::sender);
    boolean isOfEvents = EventEnvelope.isEvent(entry.body());
    if (spool.schema(entry.schemaId()).isPresent()) {
      StreamKind kind = isOfEvents ? StreamKind.EVENT : StreamKind.DATA;
      begins(new StreamOwner(device(sender), sender.route(), kind), place, entry);
    }
    Seal seal = new Seal(place.stream(), place.sequence(), false);
    if (isOfEvents) {
      out.arrived(
          Topics.USUAL.plain(device(sender), Topics.Kind.EVENT),
          EventEnvelope.around(entry.body(), seal));
    } else {
      out.arrived(
          Topics.USUAL.data(device(sender), sender.route()),
          TelemetryEnvelope.aroundStored(entry.body(), seal));
    }
  }

  private void begins(StreamOwner owner, Place place, Entry entry) {
    if (!place.stream().equals(begun)) {
      begun = place.stream();
      long first = Math.max(1, place.sequence() - (entry.sequence() - begins));
      out.begins(
          StreamKey.of(owner.device(), owner.route(), owner.kind(), place.stream(), first), first);
    }
  }

  /** As the messages that its format makes of it. */
  private void leave(Entry entry, StreamOwner owner, Place place, Bodies bodies) {
    begins(owner, place, entry);
    try {
      bodies
          .messages(entry.body(), new Seal(place.stream(), place.sequence(), false))
          .forEach(message -> out.arrived(message.topic(), message.body()));
    } catch (IllegalStateException e) {
      // it is counted as unreadable
      out.arrived(Topics.USUAL.data(owner.device(), owner.route()), entry.body());
    }
  }

  private static DeviceName device(Sender sender) {
    return new DeviceName(sender.fleet(), sender.device());
  }

  /** Hands a schema on, and gives whose batches or events need it; those of before streams had owners say it themselves. */
  private Sender sender(Needed needed) {
    Bytes schema = spool.schema(needed.schemaId).orElse(Bytes.EMPTY);
    Sender sender = needed
        .owner
        .map(owner -> new Sender(owner.device().fleet(), owner.device().device(), owner.route()))
        .orElse(unknown);
    if (schema.length() > 0 && needed.owner.isEmpty()) {
      try {
        sender = BatchReader.schema(schema).sender().orElse(unknown);
      } catch (MalformedMessageException e) {
        // the stream counts it as unreadable, and the batches as without a schema
      }
    }
    out.arrived(Topics.USUAL.schema(device(sender), needed.schemaId), schema);
    return sender;
  }
}
