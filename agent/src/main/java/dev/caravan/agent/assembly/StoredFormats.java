package dev.caravan.agent.assembly;

import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import dev.caravan.agent.wire.Topics;
import java.util.Optional;

/** What lies in queues leaves as messages of the formats that wrote it, on the usual topics. Has no state; any thread. */
public final class StoredFormats {
  private StoredFormats() {}

  /** The bodies of a format in a stream of that owner; nothing if there is no such format. */
  public static Optional<Bodies> bodies(StreamOwner owner, String format) {
    Format found =
        FormatTypes.ALL.former(owner.route(), owner.device(), Topics.USUAL).get(format);
    return Optional.ofNullable(found)
        .flatMap(
            made -> owner.kind() == StreamKind.EVENT ? made.events() : Optional.of(made.batches()));
  }
}
