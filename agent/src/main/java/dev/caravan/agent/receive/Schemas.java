package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaDescription;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.agent.wire.SchemaPieces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The schemas that came, whole or in pieces, by their ids alone, so that equal vehicles have one copy; in a bounded room: for
 * a new one those go that came longest ago. One thread.
 */
final class Schemas {
  /** What is made of a signal, and of the name of a piece. */
  private static final int SIGNAL_BYTES = 300;

  private static final int NAME_BYTES = 64;

  /**
   * So many bytes are read because of one message: each that is joined counts as some, for it is copied, unpacked and parsed, and so
   * does each look for a piece. What would need more is forgotten.
   */
  private static final long MOST_WORK = 64 << 20;

  private static final Pattern HEX = Pattern.compile("([0-9a-f]{2}){1,64}");

  private static final int LOOKUP_WORK = 64;
  private static final int READ_WORK = 4;

  /** A list of pieces, and the first of them that is not there. */
  private record Partial(SchemaPieces list, Bytes wants) {}

  private final Shelf<Bytes, SchemaDescription> known;
  private final Shelf<Bytes, SchemaPieces> pieces;
  private final Shelf<Bytes, Partial> inPieces;
  // by the piece that they want, the ids of those in pieces
  private final Map<Bytes, Set<Bytes>> wanted = new HashMap<>();
  // of the message that came
  private long work;
  private Optional<Bytes> latestWanted = Optional.empty();

  /** None yet. */
  Schemas(Room room) {
    this.known = new Shelf<>(room.twentieths(3), (id, schema) -> {});
    this.pieces = new Shelf<>(room.twentieths(2), (id, piece) -> {});
    this.inPieces = new Shelf<>(room.twentieths(1), this::wantsNoMore);
  }

  /** The schema of an id, if it came; what names none needs none. */
  Optional<SchemaDescription> find(Bytes id) {
    return id.length() == 0 ? Optional.of(SchemaDescription.NONE) : known.find(id);
  }

  /** What is missing of a schema that did not come: the piece that it waits for, or it itself. */
  Bytes missing(Bytes id) {
    return inPieces.find(id).map(Partial::wants).orElse(id);
  }

  /** The piece that is missing of what the latest message was a part of, if one is. */
  Optional<Bytes> latestWanted() {
    return latestWanted;
  }

  private void wantsNoMore(Bytes id, Partial list) {
    Set<Bytes> others = wanted.get(list.wants);
    if (others != null) {
      others.remove(id);
      if (others.isEmpty()) {
        wanted.remove(list.wants);
      }
    }
  }

  /**
   * One message.
   *
   * @param name the last level of its topic: the id in hex
   * @return the ids of the schemas that are known by it
   * @throws MalformedMessageException if it is no schema, or its pieces make none
   */
  List<Bytes> arrived(String name, Bytes message) throws MalformedMessageException {
    latestWanted = Optional.empty();
    Bytes known = named(name);
    if (this.known.find(known).isPresent()) {
      this.known.renew(known);
      return List.of(known);
    }
    SchemaPieces read = SchemaPieces.of(message);
    if (read.named().isEmpty() && read.run().length() == 0) {
      return List.of(schemaCame(message).id());
    }
    work = 0;
    Bytes own = SchemaId.of(message);
    if (read.run().length() > 0 || name.equals(own.toString())) {
      pieces.put(own, read, bytes(read));
      return pieceCame(own);
    }
    Bytes id = named(name);
    if (id.length() == 0) {
      throw new MalformedMessageException("schema in pieces under a topic without an id: " + name);
    }
    inPieces.remove(id).ifPresent(before -> wantsNoMore(id, before));
    return join(id, read) ? List.of(id) : List.of();
  }

  /** The id that a topic names; empty if it is none. */
  private static Bytes named(String level) {
    return HEX.matcher(level).matches() ? Bytes.ofHex(level) : Bytes.EMPTY;
  }

  private static long bytes(SchemaPieces piece) {
    return piece.run().length() + (long) piece.named().size() * NAME_BYTES;
  }

  private SchemaDescription schemaCame(Bytes message) throws MalformedMessageException {
    Bytes whole = BatchReader.wholeSchema(message);
    work += (long) READ_WORK * whole.length();
    SchemaDescription schema = BatchReader.schema(whole);
    int signals = schema.groups().stream().mapToInt(List::size).sum();
    known.put(schema.id(), schema, whole.length() + (long) signals * SIGNAL_BYTES);
    return schema;
  }

  /** Goes on with those that wanted it. */
  private List<Bytes> pieceCame(Bytes piece) throws MalformedMessageException {
    List<Bytes> complete = new ArrayList<>();
    MalformedMessageException failure = null;
    for (Bytes id : Optional.ofNullable(wanted.remove(piece)).orElse(Set.of())) {
      Optional<Partial> waiting = inPieces.remove(id);
      try {
        if (waiting.isPresent() && join(id, waiting.get().list)) {
          complete.add(id);
        }
      } catch (MalformedMessageException e) {
        work += SchemaPieces.MOST_BYTES; // as much as may have been unpacked until it was seen
        failure = e;
      }
    }
    if (failure != null && complete.isEmpty()) {
      throw failure;
    }
    return complete;
  }

  /** Whether all pieces of a schema are there, which is known from now on; else it waits for the first that is not. */
  private boolean join(Bytes id, SchemaPieces list) throws MalformedMessageException {
    Bytes[] asked = new Bytes[1];
    Optional<Bytes> joined = list.joined(piece -> {
      work += LOOKUP_WORK;
      asked[0] = piece;
      return work > MOST_WORK ? Optional.empty() : pieces.find(piece);
    });
    if (work > MOST_WORK) {
      return false;
    }
    if (joined.isEmpty()) {
      Bytes wants = asked[0];
      latestWanted = Optional.of(wants);
      wanted.computeIfAbsent(wants, any -> new LinkedHashSet<>()).add(id);
      inPieces.put(id, new Partial(list, wants), bytes(list));
      return false;
    }
    if (!schemaCame(joined.get()).id().equals(id)) {
      throw new MalformedMessageException("pieces make another schema: id=" + id);
    }
    return true;
  }
}
