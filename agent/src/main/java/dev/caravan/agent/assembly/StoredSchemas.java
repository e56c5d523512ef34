package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.SchemaShelf;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.wire.SchemaPieces;
import java.util.List;
import java.util.Optional;

/** The schemas that lie beside a queue, packed, and cut for a far side that does not take them whole. */
record StoredSchemas(SchemaShelf shelf) implements Schemas {
  @Override
  public Optional<Bytes> find(Bytes id) {
    return shelf.get(id);
  }

  @Override
  public List<Piece> pieces(Piece whole, long mostBytes) {
    return SchemaPieces.cut(whole.content(), mostBytes).stream()
        .map(piece -> new Piece(piece.id(), piece.content()))
        .toList();
  }
}
