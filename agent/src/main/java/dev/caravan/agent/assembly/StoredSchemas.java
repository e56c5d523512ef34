package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.SchemaPieces;
import dev.caravan.agent.store.SchemaShelf;
import dev.caravan.agent.uplink.Schemas;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schemas that lie beside a queue, which are cut for a far side that does not take them whole. */
record StoredSchemas(SchemaShelf shelf) implements Schemas {
  private static final Logger LOG = LoggerFactory.getLogger(StoredSchemas.class);

  @Override
  public Optional<Bytes> find(Bytes id) {
    return shelf.get(id);
  }

  @Override
  public List<Piece> pieces(Piece whole, long mostBytes) {
    try {
      return SchemaPieces.cut(whole.content(), mostBytes).stream()
          .map(piece -> new Piece(piece.id(), piece.content()))
          .toList();
    } catch (MalformedMessageException e) {
      LOG.warn("schema not divided: id={}, {}", whole.id(), e.getMessage());
      return List.of();
    }
  }
}
