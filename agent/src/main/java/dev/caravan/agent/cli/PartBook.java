package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.BatchEnvelope;
import dev.caravan.agent.encode.telemetry.ReadBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts divided batches together again. One thread; remembers the newest {@value #MOST} of which parts are missing. */
final class PartBook {
  private static final int MOST = 256;

  private record Key(String stream, long sequence, int parts) {}

  private final Map<Key, SortedMap<Integer, ReadBatch>> open = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, SortedMap<Integer, ReadBatch>> eldest) {
      return size() > MOST;
    }
  };

  /**
   * A batch, or a part of one, of a stream.
   *
   * @return all parts in their order if it is now complete, else none
   */
  List<ReadBatch> arrived(String stream, ReadBatch batch) {
    BatchEnvelope envelope = batch.envelope();
    if (envelope.parts() == 0) {
      return List.of(batch);
    }
    Key key = new Key(stream, envelope.sequence(), envelope.parts());
    SortedMap<Integer, ReadBatch> parts = open.computeIfAbsent(key, any -> new TreeMap<>());
    parts.put(envelope.part(), batch);
    if (parts.size() < envelope.parts()) {
      return List.of();
    }
    open.remove(key);
    return List.copyOf(parts.values());
  }
}
