package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.WireBytes;
import java.util.Collection;
import java.util.Optional;

/** Writes the samples of one route as metrics, as they come. Times are whole milliseconds, rounded down. */
final class MetricsForm implements Gathering.Form {
  private static final long US_PER_MS = 1_000L;

  private final MetricBook book = new MetricBook();
  private final MetricWriter writer = new MetricWriter();
  private final WireBytes metrics = new WireBytes();

  /** {@code known}: signals that will come, as far as is known. */
  MetricsForm(Collection<Signal> known) {
    known.forEach(book::of);
  }

  @Override
  public int add(SampleGroup group, long timeUs) {
    long timeMs = Math.floorDiv(timeUs, US_PER_MS);
    for (int i = 0; i < group.size(); i++) {
      Sample sample = group.sample(i);
      writer.add(metrics, book.of(sample.signal()), sample, timeMs);
    }
    return group.size();
  }

  @Override
  public long size() {
    return metrics.length();
  }

  @Override
  public void cut(long size) {
    metrics.cut((int) size);
  }

  @Override
  public Optional<Bytes> body(Gathering.Told told, boolean isLedgerDue, ClockReading clock) {
    return Optional.of(StoredMetrics.stored(metrics, book.schema().id(), told));
  }

  @Override
  public Payload.Schema schema() {
    return book.schema();
  }

  @Override
  public Gathering.Told told(Bytes stored) throws MalformedMessageException {
    return StoredMetrics.read(stored).told();
  }

  @Override
  public Bytes retold(Bytes stored, long boot, LedgerCounts ledger)
      throws MalformedMessageException {
    return StoredMetrics.read(stored).retold(boot, ledger);
  }
}
