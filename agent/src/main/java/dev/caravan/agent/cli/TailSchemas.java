package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.BatchReader;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.SchemaDescription;
import dev.caravan.agent.encode.telemetry.SchemaPieces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The schemas that came, whole or in pieces. One thread; of what may be a piece it remembers the newest {@value #MOST}. */
final class TailSchemas {
  private static final int MOST = 1024;

  private final Map<Bytes, SchemaDescription> known = new HashMap<>();
  private final Map<Bytes, List<Bytes>> inPieces = new HashMap<>();
  private final Map<Bytes, Bytes> contents = new LinkedHashMap<>() {
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
    List<Bytes> pieces = SchemaPieces.named(message);
    List<Bytes> news = new ArrayList<>();
    if (pieces.isEmpty()) {
      SchemaDescription schema = BatchReader.schema(message);
      known.put(schema.id(), schema);
      contents.put(schema.id(), message);
      news.add(schema.id());
    } else if (name.matches("([0-9a-f]{2}){1,64}")) {
      inPieces.put(Bytes.ofHex(name), pieces);
    } else {
      throw new MalformedMessageException("schema in pieces under a topic without an id: " + name);
    }
    news.addAll(join());
    return news;
  }

  private List<Bytes> join() throws MalformedMessageException {
    List<Bytes> complete = inPieces.entrySet().stream()
        .filter(each -> contents.keySet().containsAll(each.getValue()))
        .map(Map.Entry::getKey)
        .toList();
    for (Bytes id : complete) {
      List<Bytes> pieces = inPieces.remove(id);
      SchemaDescription schema = BatchReader.schema(
          SchemaPieces.join(pieces.stream().map(contents::get).toList()));
      if (!schema.id().equals(id)) {
        throw new MalformedMessageException("pieces make another schema: id=" + id);
      }
      known.put(id, schema);
    }
    return complete;
  }
}
