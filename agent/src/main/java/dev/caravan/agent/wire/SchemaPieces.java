package dev.caravan.agent.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Schema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a schema travels: packed, and in pieces where that is too large still. Each piece has a run of the bytes, or is a list of
 * pieces itself; what lies under the id of the whole is such a list.
 *
 * @param named the ids of the pieces; none if this is no such list
 * @param run a run of bytes; empty if this is no piece
 */
public record SchemaPieces(List<Bytes> named, Bytes run) {
  /** So many lists may lie within each other, the first among them. */
  public static final int MOST_DEPTH = 8;

  /** How large a schema may be, packed or not: as a batch. */
  public static final int MOST_BYTES = MessageParts.MOST_CONTENT_BYTES;

  /** How many pieces one may have, lists among them. */
  public static final int MOST_PIECES = 1 << 16;

  /** How long the id of a piece may be. */
  public static final int LONGEST_ID_BYTES = 64;

  /** What is no larger travels as it is. */
  private static final int PLAIN_BYTES = 1024;

  /** Tag and length of a run. */
  private static final int RUN_EXTRA_BYTES = 1 + 3;

  /** What three bytes of length can say: protobuf, varint. */
  private static final int LONGEST_RUN_BYTES = (1 << 21) - 1;

  /** Tag, length and value of an id. */
  private static final int NAME_BYTES = 1 + 1 + SchemaId.BYTES;

  /** Copies the list. */
  public SchemaPieces {
    named = List.copyOf(named);
  }

  /** A message, and the id that it is published under. */
  public record Piece(Bytes id, Bytes content) {
    static Piece of(Schema.Builder message) {
      Bytes content = Bytes.owning(message.build().toByteArray());
      return new Piece(SchemaId.of(content), content);
    }
  }

  /**
   * The messages that a schema travels as, packed where that is worth it.
   *
   * @param mostBytes of each message
   * @return what is published under the id of the whole last, and before it, what that needs; none if there is no such division
   */
  public static List<Piece> cut(Bytes whole, long mostBytes) {
    Bytes id = SchemaId.of(whole);
    Bytes travels = packed(whole);
    if (travels.length() <= mostBytes) {
      return List.of(new Piece(id, travels));
    }
    List<Piece> level = runs(travels, mostBytes);
    if (level.isEmpty()) {
      return List.of();
    }
    List<Piece> pieces = new ArrayList<>(level);
    int names = (int) Math.min(mostBytes / NAME_BYTES, travels.length());
    for (int depth = 1; level.size() > names; depth++) {
      if (names < 2 || depth == MOST_DEPTH) {
        return List.of();
      }
      List<Piece> lists = new ArrayList<>();
      for (int from = 0; from < level.size(); from += names) {
        lists.add(list(level.subList(from, Math.min(level.size(), from + names))));
      }
      pieces.addAll(lists);
      level = lists;
    }
    pieces.add(new Piece(id, list(level).content));
    return pieces.size() > MOST_PIECES ? List.of() : pieces;
  }

  private static Bytes packed(Bytes whole) {
    if (whole.length() <= PLAIN_BYTES) {
      return whole;
    }
    ByteString deflated = ByteString.copyFrom(BodyPacker.deflated(whole));
    Bytes packed = Bytes.owning(Schema.newBuilder().setPacked(deflated).build().toByteArray());
    return packed.length() < whole.length() ? packed : whole;
  }

  private static List<Piece> runs(Bytes of, long mostBytes) {
    int runBytes = (int) Math.min(LONGEST_RUN_BYTES, mostBytes - RUN_EXTRA_BYTES);
    List<Piece> runs = new ArrayList<>();
    for (int from = 0; runBytes > 0 && from < of.length(); from += runBytes) {
      int size = Math.min(runBytes, of.length() - from);
      runs.add(Piece.of(Schema.newBuilder().setRun(ByteString.copyFrom(of.toArray(), from, size))));
    }
    return runs;
  }

  private static Piece list(List<Piece> pieces) {
    Schema.Builder names = Schema.newBuilder();
    pieces.forEach(piece -> names.addPieces(ByteString.copyFrom(piece.id.buffer())));
    return Piece.of(names);
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
      for (ByteString id : schema.getPiecesList()) {
        if (id.size() > LONGEST_ID_BYTES) {
          throw new MalformedMessageException(
              "schema in pieces: idBytes=" + id.size() + "; want at most " + LONGEST_ID_BYTES);
        }
      }
      return new SchemaPieces(
          schema.getPiecesList().stream()
              .map(id -> Bytes.owning(id.toByteArray()))
              .toList(),
          Bytes.owning(schema.getRun().toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("no schema: " + e.getMessage());
    }
  }

  /**
   * The bytes that the pieces of this list make, which are those of a whole schema or of a packed one.
   *
   * @param found what lies under the id of a piece
   * @return nothing while one of them is not there, which was the last that was asked for
   * @throws MalformedMessageException if they are too many
   */
  public Optional<Bytes> joined(Function<Bytes, Optional<SchemaPieces>> found)
      throws MalformedMessageException {
    Joint joint = new Joint(found);
    return joint.take(this, 1) ? Optional.of(joint.joined()) : Optional.empty();
  }

  /** Pieces on their way to be one. */
  private static final class Joint {
    private final Function<Bytes, Optional<SchemaPieces>> found;
    // copied only once all are there
    private final List<Bytes> runs = new ArrayList<>();
    private long bytes;
    private int pieces;

    Joint(Function<Bytes, Optional<SchemaPieces>> found) {
      this.found = found;
    }

    /** Takes a piece, or what is named by a list at such a depth; false if something is not there. */
    boolean take(SchemaPieces next, int depth) throws MalformedMessageException {
      if (!next.named.isEmpty() && depth > MOST_DEPTH) {
        throw new MalformedMessageException(
            "schema in pieces: want at most " + MOST_DEPTH + " lists within each other");
      }
      for (Bytes id : next.named) {
        if (++pieces > MOST_PIECES) {
          throw new MalformedMessageException(
              "schema in pieces: want at most " + MOST_PIECES + " pieces");
        }
        Optional<SchemaPieces> piece = found.apply(id);
        if (piece.isEmpty() || !take(piece.get(), depth + 1)) {
          return false;
        }
      }
      bytes += next.run.length();
      if (bytes > MOST_BYTES) {
        throw new MalformedMessageException(
            "schema in pieces: want at most " + MOST_BYTES + " bytes once joined");
      }
      runs.add(next.run);
      return true;
    }

    Bytes joined() {
      ByteBuffer joined = ByteBuffer.allocate((int) bytes);
      runs.forEach(run -> joined.put(run.buffer()));
      return Bytes.owning(joined.array());
    }
  }
}
