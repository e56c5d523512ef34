package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.signal.Kind;
import dev.caravan.v1.BatchContent;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;

/** A batch as read: what it says of itself, and its samples. One thread. */
public final class ReadBatch {
  private final MessageParts.Parts parts;
  private final SchemaDescription schema;
  private final BatchContent content;
  private final long scale;
  private final List<SignalValues> values;
  private final List<Bytes> blocks;

  ReadBatch(
      MessageParts.Parts parts, SchemaDescription schema, long scale, List<SignalValues> values) {
    this.parts = parts;
    this.schema = schema;
    this.content = parts.content();
    this.scale = scale;
    this.values = values;
    this.blocks = content.getBlocksList().stream()
        .map(block -> Bytes.owning(block.toByteArray()))
        .toList();
  }

  /** Sequence number, whether it is late, and the schema's id. */
  public BatchEnvelope envelope() {
    return parts.envelope();
  }

  /** What its numbers mean. */
  public SchemaDescription schema() {
    return schema;
  }

  /** Whether it is told in the compact way. */
  public boolean isCompact() {
    return parts.isCompact();
  }

  /** Names the start of the agent that made it; empty where the stream and {@link #bootCount} do. */
  public Bytes bootId() {
    return Bytes.owning(content.getBootId().toByteArray());
  }

  /** Starts of the agent with this route, from 1. */
  public long bootCount() {
    return content.getBootCount();
  }

  /** Where everything went that is not in a batch, up to this one; nothing where it is not told. */
  public Optional<LedgerCounts> ledger() {
    return parts.ledger();
  }

  /** Where the time of day came from when the batch was closed. */
  public TimeOrigin timeOrigin() {
    return WireNumbers.timeOrigin(content.getTimeOrigin());
  }

  /** How far the time of day may be off, microseconds; 0 where nothing is known. */
  public long timeErrorUs() {
    return content.getTimeError() * clockScale();
  }

  /** A time, microseconds since 1970 UTC, to which {@link #monotonicUs} belongs. */
  public long baseTimeUs() {
    return content.getBaseTime() * scale;
  }

  /** What the monotonic clock showed, or would have shown, at {@link #baseTimeUs}. */
  public long monotonicUs() {
    return content.getMonotonic() * clockScale();
  }

  private long clockScale() {
    return parts.isCompact() ? ColumnCodes.clockUnitUs(scale) : 1;
  }

  /** How many samples there are. */
  public int sampleCount() {
    return values.stream().mapToInt(SignalValues::size).sum();
  }

  /**
   * The samples in rising order of time, those of one time in the order of the schema. A signal whose times ran backwards
   * keeps its order of arrival.
   */
  public Iterator<BatchSample> samples() {
    PriorityQueue<Cursor> heads = new PriorityQueue<>(Math.max(1, values.size()));
    for (SignalValues signal : values) {
      heads.add(new Cursor(signal));
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !heads.isEmpty();
      }

      @Override
      public BatchSample next() {
        Cursor head = heads.poll();
        if (head == null) {
          throw new NoSuchElementException("no more samples in the batch");
        }
        BatchSample sample = sample(head.signal, head.at);
        head.at++;
        if (head.at < head.signal.size()) {
          heads.add(head);
        }
        return sample;
      }
    };
  }

  private BatchSample sample(SignalValues from, int at) {
    long raw = from.raw(at);
    Kind kind = from.signal().kind();
    return new BatchSample(
        from.signal(),
        from.timeUs(at),
        WireNumbers.quality(from.qualityNumber(at)),
        kind.isNumber() ? raw : 0,
        kind == Kind.TEXT ? content.getTexts((int) raw) : "",
        kind == Kind.BYTES ? blocks.get((int) raw) : Bytes.EMPTY);
  }

  private static final class Cursor implements Comparable<Cursor> {
    private final SignalValues signal;
    private int at;

    Cursor(SignalValues signal) {
      this.signal = signal;
    }

    @Override
    public int compareTo(Cursor other) {
      int byTime = Long.compare(signal.timeUs(at), other.signal.timeUs(other.at));
      return byTime != 0 ? byTime : Integer.compare(signal.order(), other.signal.order());
    }
  }
}
