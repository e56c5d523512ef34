package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.BatchReader;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.SchemaDescription;
import dev.caravan.agent.encode.telemetry.SchemaPieces;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The schemas that came, whole or in pieces. One thread; of the pieces it remembers the newest {@value #MOST}. */
final class TailSchemas {
  private static final int MOST = 1024;

  private final Map<Bytes, SchemaDescription> known = new HashMap<>();
  private final Map<Bytes, List<Bytes>> inPieces = new HashMap<>();
  private final Map<Bytes, Bytes> runs = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Bytes, Bytes> eldest) {
      return size() > MOST;
    }
  };

  /** The schema of an id, if it came. */
  Optional<SchemaDescription> find(Bytes id) {
    return Optional.ofNullable(known.get(id));
  }

  /**
   * One message.
   *
   * @param name the last level of its topic: the id in hex
   * @return the ids of the schemas that are known by it
   * @throws MalformedMessageException if it is no schema, or its pieces make none
   */
  List<Bytes> arrived(String name, Bytes message) throws MalformedMessageException {
    SchemaPieces read = SchemaPieces.of(message);
    if (read.run().length() > 0) {
      runs.put(SchemaPieces.idOf(message), read.run());
      return join();
    }
    if (read.named().isEmpty()) {
      SchemaDescription schema = BatchReader.schema(message);
      known.put(schema.id(), schema);
      return List.of(schema.id());
    }
    if (!name.matches("([0-9a-f]{2}){1,64}")) {
      throw new MalformedMessageException("schema in pieces under a topic without an id: " + name);
    }
    inPieces.put(Bytes.ofHex(name), read.named());
    return join();
  }

  /** The ids of the schemas whose pieces are all there, which are known from now on. */
  private List<Bytes> join() throws MalformedMessageException {
    List<Bytes> complete = inPieces.entrySet().stream()
        .filter(each -> runs.keySet().containsAll(each.getValue()))
        .map(Map.Entry::getKey)
        .toList();
    for (Bytes id : complete) {
      Bytes whole = Bytes.EMPTY;
      for (Bytes piece : inPieces.getOrDefault(id, List.of())) {
        whole = whole.then(runs.getOrDefault(piece, Bytes.EMPTY));
      }
      inPieces.remove(id);
      SchemaDescription schema = BatchReader.schema(whole);
      if (!schema.id().equals(id)) {
        throw new MalformedMessageException("pieces make another schema: id=" + id);
      }
      known.put(id, schema);
    }
    return complete;
  }
}
