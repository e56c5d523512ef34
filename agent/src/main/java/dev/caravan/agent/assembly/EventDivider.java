package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.EventEnvelope;
import dev.caravan.agent.encode.telemetry.EventSplitter;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope of events, which divides those that are too large. An event does not say whether it is late: its time does.
 * {@code schemas} finds the content of a schema by its id.
 */
record EventDivider(Function<Bytes, Optional<Bytes>> schemas) implements Envelope {
  private static final Logger LOG = LoggerFactory.getLogger(EventDivider.class);

  @Override
  public Bytes around(Entry entry, boolean late) {
    return EventEnvelope.around(entry.body(), entry.sequence());
  }

  @Override
  public List<Bytes> parts(Entry entry, boolean late, long mostBytes) {
    Optional<Bytes> schema = schemas.apply(entry.schemaId());
    if (schema.isEmpty()) {
      return List.of();
    }
    try {
      List<Bytes> bodies = EventSplitter.split(
          entry.body(), schema.get(), mostBytes - EventEnvelope.MOST_EXTRA_BYTES);
      List<Bytes> parts = new ArrayList<>();
      for (Bytes body : bodies) {
        parts.add(EventEnvelope.around(body, entry.sequence(), parts.size() + 1, bodies.size()));
      }
      return parts;
    } catch (MalformedMessageException e) {
      LOG.warn("event not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }
}
