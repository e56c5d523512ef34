package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An envelope that divides what is too large. */
interface Divider extends Envelope {
  Logger LOG = LoggerFactory.getLogger(Divider.class);

  /** Finds the content of a schema by its id. */
  Function<Bytes, Optional<Bytes>> schemas();

  /**
   * A body, or a part of one, as it leaves.
   *
   * @param part from 1; 0 for a whole
   * @param parts how many there are; 0 for a whole
   */
  Bytes around(Bytes body, long sequence, boolean late, int part, int parts);

  /** Bodies that make up a body and, each in its envelope, have at most so many bytes; none if there is no such division. */
  List<Bytes> split(Bytes body, Bytes schema, long mostBytes) throws MalformedMessageException;

  @Override
  default Bytes around(Entry entry, boolean late) {
    return around(entry.body(), entry.sequence(), late, 0, 0);
  }

  @Override
  default List<Bytes> parts(Entry entry, boolean late, long mostBytes) {
    Optional<Bytes> schema = schemas().apply(entry.schemaId());
    if (schema.isEmpty()) {
      return List.of();
    }
    try {
      List<Bytes> bodies = split(entry.body(), schema.get(), mostBytes);
      List<Bytes> parts = new ArrayList<>();
      for (Bytes body : bodies) {
        parts.add(around(body, entry.sequence(), late, parts.size() + 1, bodies.size()));
      }
      return parts;
    } catch (MalformedMessageException e) {
      LOG.warn("not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }
}
