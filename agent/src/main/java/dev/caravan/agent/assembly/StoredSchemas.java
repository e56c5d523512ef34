package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.store.SchemaShelf;
import dev.caravan.agent.uplink.Schemas;
import java.util.List;
import java.util.Optional;

/** The schemas that lie beside a queue, cut by their format for a far side that does not take them whole. */
record StoredSchemas(SchemaShelf shelf, Format format) implements Schemas {
  @Override
  public Optional<Bytes> find(Bytes id) {
    return shelf.get(id);
  }

  @Override
  public List<Piece> pieces(Piece whole, long mostBytes) {
    return format.pieces(new Payload.Schema(whole.id(), whole.content()), mostBytes).stream()
        .map(piece -> new Piece(piece.id(), piece.content()))
        .toList();
  }
}
