package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.SampleWalk;
import dev.caravan.agent.wire.SchemaDescription;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * All samples of the parts of a batch, or of the snapshots of an event. A few bytes can hold a million samples, so what is
 * kept is the messages, and each walk reads them again, one after the other. One thread.
 */
public final class ReadSamples implements Iterable<BatchSample> {
  /** So many belong together at most: what is divided was one batch or event before. */
  private static final int MOST = 1 << 20;

  /** A message that was read before, with how many samples it has. */
  record Part(Bytes message, SchemaDescription schema, int samples) {
    /** Reads it once. */
    static Part of(Bytes message, SchemaDescription schema) throws MalformedMessageException {
      return new Part(message, schema, BatchReader.batch(message, schema).sampleCount());
    }

    ReadBatch read() {
      try {
        return BatchReader.batch(message, schema);
      } catch (MalformedMessageException e) {
        throw new IllegalStateException("it could be read before", e);
      }
    }
  }

  private final int count;
  private final List<Supplier<ReadBatch>> batches;

  private ReadSamples(int count, List<Supplier<ReadBatch>> batches) {
    this.count = count;
    this.batches = batches;
  }

  /** Those of a batch that was not divided, which is read already. */
  static ReadSamples of(ReadBatch batch) {
    return new ReadSamples(batch.sampleCount(), List.of(() -> batch));
  }

  /**
   * Those of some messages in their order.
   *
   * @throws MalformedMessageException if they are more than one batch can have
   */
  static ReadSamples of(List<Part> parts) throws MalformedMessageException {
    long sum = parts.stream().mapToLong(Part::samples).sum();
    if (sum > MOST) {
      throw new MalformedMessageException(
          "samples=" + sum + " in parts=" + parts.size() + "; want at most " + MOST);
    }
    return new ReadSamples(
        (int) sum, parts.stream().<Supplier<ReadBatch>>map(part -> part::read).toList());
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** Walks that follow each other, which make no object of a sample. */
  public Iterable<SampleWalk> walks() {
    return () -> batches.stream().map(batch -> batch.get().walk()).iterator();
  }

  @Override
  public Iterator<BatchSample> iterator() {
    Iterator<Supplier<ReadBatch>> rest = batches.iterator();
    return new Iterator<>() {
      private Iterator<BatchSample> now = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!now.hasNext() && rest.hasNext()) {
          now = rest.next().get().samples();
        }
        return now.hasNext();
      }

      @Override
      public BatchSample next() {
        if (!hasNext()) {
          throw new NoSuchElementException("no more samples");
        }
        return now.next();
      }
    };
  }
}
