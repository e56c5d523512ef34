package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.columns.EventSplitter;
import dev.caravan.agent.encode.columns.TelemetrySplitter;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope of batches or of events, which divides what is too large.
 *
 * @param schemas finds the content of a schema by its id
 */
record Divider(Function<Bytes, Optional<Bytes>> schemas, Seal seal, Splitter splitter)
    implements Envelope {
  private static final Logger LOG = LoggerFactory.getLogger(Divider.class);

  /** Puts a body, or a part of one, into its envelope. */
  interface Seal {
    /** {@code part} counts from 1; it and {@code parts} are 0 for a whole. */
    Bytes around(Bytes body, long sequence, boolean late, int part, int parts);
  }

  /** Divides a body. */
  interface Splitter {
    /** Bodies that have at most so many bytes, each in its envelope; none if there is no such division. */
    List<Bytes> split(Bytes body, Bytes schema, long mostBytes) throws MalformedMessageException;
  }

  static Divider ofBatches(Function<Bytes, Optional<Bytes>> schemas) {
    return new Divider(
        schemas,
        TelemetryEnvelope::around,
        (body, schema, most) ->
            TelemetrySplitter.split(body, schema, most - TelemetryEnvelope.MOST_EXTRA_BYTES));
  }

  /** An event does not say whether it is late: its time does. */
  static Divider ofEvents(Function<Bytes, Optional<Bytes>> schemas) {
    return new Divider(
        schemas,
        (body, sequence, late, part, parts) -> EventEnvelope.around(body, sequence, part, parts),
        (body, schema, most) ->
            EventSplitter.split(body, schema, most - EventEnvelope.MOST_EXTRA_BYTES));
  }

  @Override
  public Bytes around(Entry entry, boolean late) {
    return seal.around(entry.body(), entry.sequence(), late, 0, 0);
  }

  @Override
  public List<Bytes> parts(Entry entry, boolean late, long mostBytes) {
    try {
      Optional<Bytes> schema = schemas.apply(entry.schemaId());
      if (schema.isEmpty()) {
        return List.of();
      }
      List<Bytes> bodies = splitter.split(entry.body(), schema.get(), mostBytes);
      List<Bytes> parts = new ArrayList<>();
      for (Bytes body : bodies) {
        parts.add(seal.around(body, entry.sequence(), late, parts.size() + 1, bodies.size()));
      }
      return parts;
    } catch (MalformedMessageException | UncheckedIOException e) {
      LOG.warn("not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }
}
