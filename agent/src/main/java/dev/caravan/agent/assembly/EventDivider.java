package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.EventEnvelope;
import dev.caravan.agent.encode.telemetry.EventSplitter;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The envelope of events. An event does not say whether it is late: its time does. */
record EventDivider(Function<Bytes, Optional<Bytes>> schemas) implements Divider {
  @Override
  public Bytes around(Bytes body, long sequence, boolean late, int part, int parts) {
    return EventEnvelope.around(body, sequence, part, parts);
  }

  @Override
  public List<Bytes> split(Bytes body, Bytes schema, long mostBytes)
      throws MalformedMessageException {
    return EventSplitter.split(body, schema, mostBytes - EventEnvelope.MOST_EXTRA_BYTES);
  }
}
