package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.TelemetryEnvelope;
import dev.caravan.agent.encode.telemetry.TelemetrySplitter;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The envelope of batches, which divides those that are too large. {@code schemas} finds the content of a schema by its id. */
record BatchDivider(Function<Bytes, Optional<Bytes>> schemas) implements Envelope {
  private static final Logger LOG = LoggerFactory.getLogger(BatchDivider.class);

  @Override
  public Bytes around(Entry entry, boolean late) {
    return TelemetryEnvelope.around(entry.body(), entry.sequence(), late);
  }

  @Override
  public List<Bytes> parts(Entry entry, boolean late, long mostBytes) {
    Optional<Bytes> schema = schemas.apply(entry.schemaId());
    if (schema.isEmpty()) {
      return List.of();
    }
    try {
      List<Bytes> bodies = TelemetrySplitter.split(
          entry.body(), schema.get(), mostBytes - TelemetryEnvelope.MOST_EXTRA_BYTES);
      List<Bytes> parts = new ArrayList<>();
      for (Bytes body : bodies) {
        parts.add(TelemetryEnvelope.around(
            body, entry.sequence(), late, parts.size() + 1, bodies.size()));
      }
      return parts;
    } catch (MalformedMessageException e) {
      LOG.warn("batch not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }
}
