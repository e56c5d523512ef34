package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.v1.BatchContent;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

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

  /** The samples, one after the other without an object for each. */
  public SampleWalk walk() {
    return new SampleWalk(content, blocks, values);
  }

  /** The samples in the order of {@link #walk}. */
  public Iterator<BatchSample> samples() {
    SampleWalk walk = walk();
    return new Iterator<>() {
      private int left = sampleCount();

      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public BatchSample next() {
        if (!walk.next()) {
          throw new NoSuchElementException("no more samples in the batch");
        }
        left--;
        return walk.sample();
      }
    };
  }
}
