package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.columns.EventSplitter;
import dev.caravan.agent.encode.columns.TelemetrySplitter;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Message;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope of batches or of events, which divides what is too large.
 *
 * @param topic where they go
 * @param kind what they are
 * @param store where the entries lie, their schemas, and which streams they belong to
 */
record Divider(Store store, String topic, Topics.Kind kind, Sealing sealing, Splitter splitter)
    implements Envelope {
  private static final Logger LOG = LoggerFactory.getLogger(Divider.class);

  /** Puts a body, or a part of one, into its envelope. */
  interface Sealing {
    /** The message. */
    Bytes around(Bytes body, Seal seal);
  }

  /** Divides a body. */
  interface Splitter {
    /** Bodies that have at most so many bytes, each in its envelope; none if there is no such division. */
    List<Bytes> split(Bytes body, Bytes schema, long mostBytes) throws MalformedMessageException;
  }

  static Divider ofBatches(DeviceName device, String route, Store store) {
    return new Divider(
        store,
        Topics.data(device, route),
        Topics.Kind.DATA,
        TelemetryEnvelope::around,
        (body, schema, most) ->
            TelemetrySplitter.split(body, schema, most - TelemetryEnvelope.MOST_EXTRA_BYTES));
  }

  static Divider ofEvents(DeviceName device, Store store) {
    return new Divider(
        store,
        Topics.plain(device, Topics.Kind.EVENT),
        Topics.Kind.EVENT,
        EventEnvelope::around,
        (body, schema, most) ->
            EventSplitter.split(body, schema, most - EventEnvelope.MOST_EXTRA_BYTES));
  }

  private Seal seal(Entry entry, boolean late) {
    Place place = store.place(entry.sequence());
    return new Seal(place.stream(), place.sequence(), late);
  }

  private Message message(Bytes body, Seal seal) {
    return new Message(topic, kind.contentType(), sealing.around(body, seal));
  }

  @Override
  public List<Message> messages(Entry entry, boolean late) {
    return List.of(message(entry.body(), seal(entry, late)));
  }

  @Override
  public List<Message> parts(Entry entry, boolean late, long mostBytes) {
    try {
      Optional<Bytes> schema = store.schemas().get(entry.schemaId());
      if (schema.isEmpty()) {
        return List.of();
      }
      List<Bytes> bodies = splitter.split(entry.body(), schema.get(), mostBytes);
      Seal whole = seal(entry, late);
      List<Message> parts = new ArrayList<>();
      for (Bytes body : bodies) {
        parts.add(message(body, whole.ofPart(parts.size() + 1, bodies.size())));
      }
      return parts;
    } catch (MalformedMessageException | UncheckedIOException e) {
      LOG.warn("not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }
}
