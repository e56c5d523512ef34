package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import java.util.List;
import java.util.Optional;

/** The bodies of one queue of a route: how they are made, and how they leave. Has no state; any thread. */
public interface Bodies {
  /** A new encoder. */
  Encoder encoder(Making making);

  /** What a stored body leaves as, with its seal: one message, or several; it has left when all have. */
  List<Message> messages(Bytes body, Seal seal);

  /**
   * The same, divided so that no message has a body of more than so many bytes; none if there is no such division.
   *
   * @param schema the content that the body needs; empty where it needs none
   * @throws MalformedMessageException if the body or the schema is none of this format
   */
  default List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes)
      throws MalformedMessageException {
    return List.of();
  }

  /**
   * Bodies of a backlog whose sequences follow each other in one stream and that need the same schema, as many of the first as go into
   * a message of so many bytes; nothing if fewer than two do.
   *
   * @param first the seal of the first
   */
  default Optional<Joined> joined(List<Bytes> bodies, Seal first, long mostBytes) {
    return Optional.empty();
  }

  /** What each stored body begins with, and none of another format; nothing where there is no such mark. */
  default Bytes mark() {
    return Bytes.EMPTY;
  }

  /** Whether a body has left as soon as it is written, and nobody answers for it. */
  default boolean settlesWhenWritten() {
    return false;
  }
}
