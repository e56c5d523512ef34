package dev.caravan.agent.encode.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies under the ids of a schema that was cut into pieces: each piece has a run of its bytes, and what lies under its own
 * id names them in their order.
 *
 * @param named the ids of the pieces; none if this is no such schema
 * @param run a run of bytes; empty if this is no piece
 */
public record SchemaPieces(List<Bytes> named, Bytes run) {
  /** Tag and length of a run: a schema is shorter than 2 MiB. */
  private static final int RUN_EXTRA_BYTES = 1 + 3;

  /** Copies the list. */
  public SchemaPieces {
    named = List.copyOf(named);
  }

  /** A message, and the id that it is published under. */
  public record Piece(Bytes id, Bytes content) {}

  /**
   * Cuts a schema.
   *
   * @param mostBytes of each message
   * @return the pieces in their order, and last what names them, under the id of the whole; none if that is too large
   */
  public static List<Piece> cut(Bytes whole, long mostBytes) {
    int runBytes = (int) Math.min(whole.length(), mostBytes - RUN_EXTRA_BYTES);
    List<Piece> pieces = new ArrayList<>();
    Schema.Builder names = Schema.newBuilder();
    for (int from = 0; runBytes > 0 && from < whole.length(); from += runBytes) {
      ByteString run =
          ByteString.copyFrom(whole.toArray(), from, Math.min(runBytes, whole.length() - from));
      Bytes content = Bytes.owning(Schema.newBuilder().setRun(run).build().toByteArray());
      Bytes id = SignalBook.idOf(content);
      pieces.add(new Piece(id, content));
      names.addPieces(ByteString.copyFrom(id.buffer()));
    }
    Bytes last = Bytes.owning(names.build().toByteArray());
    if (runBytes <= 0 || last.length() > mostBytes) {
      return List.of();
    }
    pieces.add(new Piece(SignalBook.idOf(whole), last));
    return pieces;
  }

  /**
   * Reads what is published as a schema.
   *
   * @throws MalformedMessageException if it is none
   */
  public static SchemaPieces of(Bytes content) throws MalformedMessageException {
    ReadRoom.checkSchema(content);
    try {
      Schema schema = Schema.parseFrom(content.buffer());
      return new SchemaPieces(
          schema.getPiecesList().stream()
              .map(id -> Bytes.owning(id.toByteArray()))
              .toList(),
          Bytes.owning(schema.getRun().toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("no schema: " + e.getMessage());
    }
  }

  /** The id of a piece with such content. */
  public static Bytes idOf(Bytes content) {
    return SignalBook.idOf(content);
  }
}
