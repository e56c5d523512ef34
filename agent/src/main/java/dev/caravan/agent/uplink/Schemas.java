package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import java.util.List;
import java.util.Optional;

/** The schemas that entries need. */
public interface Schemas {
  /**
   * A message that is to be published under an id.
   *
   * @param id names the topic
   */
  record Piece(Bytes id, Bytes content) {}

  /**
   * The content of a schema, if it is there.
   *
   * @throws java.io.UncheckedIOException if it cannot be read now
   */
  Optional<Bytes> find(Bytes id);

  /**
   * The messages that it travels as, each with a content of at most so many bytes: in the order in which they are to be published,
   * the one under the id of the schema last. None if it cannot be divided so.
   */
  default List<Piece> pieces(Piece whole, long mostBytes) {
    return whole.content().length() <= mostBytes ? List.of(whole) : List.of();
  }
}
