package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.TelemetryEnvelope;
import dev.caravan.agent.encode.telemetry.TelemetrySplitter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The envelope of batches. */
record BatchDivider(Function<Bytes, Optional<Bytes>> schemas) implements Divider {
  @Override
  public Bytes around(Bytes body, long sequence, boolean late, int part, int parts) {
    return TelemetryEnvelope.around(body, sequence, late, part, parts);
  }

  @Override
  public List<Bytes> split(Bytes body, Bytes schema, long mostBytes)
      throws MalformedMessageException {
    return TelemetrySplitter.split(body, schema, mostBytes - TelemetryEnvelope.MOST_EXTRA_BYTES);
  }
}
