package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.store.Lost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue in memory; what waits in it moves the time on. */
final class FakeQueue implements EntryQueue {
  private final FakeTimeline timeline;
  private final Stop stop;
  final List<Entry> entries = new ArrayList<>();
  final List<Long> removed = new ArrayList<>();
  Lost lost = Lost.NOTHING;
  final AtomicInteger idles = new AtomicInteger();
  /** What passes in place of the time that is waited for, if it is given. */
  @Nullable
  Runnable waits;

  private int out;

  FakeQueue(FakeTimeline timeline, Stop stop) {
    this.timeline = timeline;
    this.stop = stop;
  }

  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
    if (entries.isEmpty() && waits != null) {
      waits.run();
    }
    out = 0;
    long bytes = 0;
    while (out < Math.min(atMost, entries.size())) {
      bytes += entries.get(out).body().length();
      if (out > 0 && bytes > atMostBytes) {
        break;
      }
      out++;
    }
    return List.copyOf(entries.subList(0, out));
  }

  @Override
  public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    return entries.subList(out, entries.size()).stream()
        .filter(wanted)
        .limit(atMost)
        .toList();
  }

  @Override
  public void undelivered(long sequence, Lost more) {
    lost = lost.and(more);
  }

  @Override
  public void remove(Collection<Long> sequences) {
    removed.add(Collections.max(sequences));
    entries.removeIf(entry -> sequences.contains(entry.sequence()));
  }

  @Override
  public void idle(long waitNs) {
    idles.incrementAndGet();
    if (waits != null) {
      waits.run();
      return;
    }
    if (stop.await(Math.min(waitNs, 1_000_000))) {
      return;
    }
    timeline.advanceNs(waitNs);
  }
}
