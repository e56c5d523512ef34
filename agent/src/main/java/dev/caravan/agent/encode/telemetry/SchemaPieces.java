package dev.caravan.agent.encode.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Group;
import dev.caravan.v1.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a schema into schemas whose bytes, one behind the other, are its own, and joins them. What stands for it under its id is
 * then a {@code caravan.v1.Schema} that names them. Has no state; any thread.
 */
public final class SchemaPieces {
  private SchemaPieces() {}

  /** A schema's bytes and what they are called. */
  public record Piece(Bytes id, Bytes content) {}

  /**
   * Cuts between groups.
   *
   * @param mostBytes of each piece
   * @return the pieces in their order, and last what names them, under the id of the whole; none if a group is too large
   * @throws MalformedMessageException if it is no schema
   */
  public static List<Piece> cut(Bytes content, long mostBytes) throws MalformedMessageException {
    Schema whole = parse(content);
    List<Piece> pieces = new ArrayList<>();
    Schema.Builder open = whole.toBuilder().clearGroups();
    for (Group group : whole.getGroupsList()) {
      Schema before = open.build();
      open.addGroups(group);
      if (open.build().getSerializedSize() > mostBytes) {
        pieces.add(piece(before));
        open = Schema.newBuilder().addGroups(group);
      }
    }
    pieces.add(piece(open.build()));
    Schema.Builder names = Schema.newBuilder();
    pieces.forEach(piece -> names.addPieces(ByteString.copyFrom(piece.id().buffer())));
    Bytes id = SignalBook.idOf(content);
    pieces.add(new Piece(id, Bytes.owning(names.build().toByteArray())));
    boolean fits = pieces.stream().allMatch(piece -> piece.content.length() <= mostBytes);
    // bytes that another program wrote may not come out the same
    boolean isSame = SignalBook.idOf(join(
            pieces.subList(0, pieces.size() - 1).stream().map(Piece::content).toList()))
        .equals(id);
    return fits && isSame ? pieces : List.of();
  }

  private static Piece piece(Schema schema) {
    Bytes content = Bytes.owning(schema.toByteArray());
    return new Piece(SignalBook.idOf(content), content);
  }

  /**
   * The ids of the pieces that a schema names; none if it is whole.
   *
   * @throws MalformedMessageException if it is no schema
   */
  public static List<Bytes> named(Bytes content) throws MalformedMessageException {
    return parse(content).getPiecesList().stream()
        .map(id -> Bytes.owning(id.toByteArray()))
        .toList();
  }

  /** The bytes of the pieces, one behind the other. */
  public static Bytes join(List<Bytes> pieces) {
    Bytes whole = Bytes.EMPTY;
    for (Bytes piece : pieces) {
      whole = whole.then(piece);
    }
    return whole;
  }

  private static Schema parse(Bytes content) throws MalformedMessageException {
    try {
      return Schema.parseFrom(content.buffer());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("no schema: " + e.getMessage());
    }
  }
}
