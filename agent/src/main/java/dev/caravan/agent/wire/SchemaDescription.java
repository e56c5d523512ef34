package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.SignalSpec;
import java.util.List;
import java.util.Optional;

/**
 * What a schema says.
 *
 * @param id first bytes of the SHA-256 of the message
 * @param sender whose batches it is for, as schemas said before there were streams
 * @param groups the signals, group by group, in the order of the schema
 */
public record SchemaDescription(Bytes id, Optional<Sender> sender, List<List<SignalSpec>> groups) {
  /** Of messages that need none: it has no id. */
  public static final SchemaDescription NONE =
      new SchemaDescription(Bytes.EMPTY, Optional.empty(), List.of());

  /** Copies the lists. */
  public SchemaDescription {
    groups = groups.stream().map(List::copyOf).toList();
  }

  /** All signals in the order of the schema. */
  public List<SignalSpec> signals() {
    return groups.stream().flatMap(List::stream).toList();
  }
}
