package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A queue in memory. */
final class MemoryQueue implements EntryQueue {
  private final BlockingDeque<Entry> entries = new LinkedBlockingDeque<>();

  void append(long sequence) {
    entries.add(new Entry(
        sequence,
        System.currentTimeMillis() * 1_000_000,
        3,
        Bytes.ofHex("5c4e"),
        Bytes.owning(new byte[50])));
  }

  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
    try {
      Entry first = entries.pollFirst(Math.min(waitNs, 20_000_000), TimeUnit.NANOSECONDS);
      if (first != null) {
        entries.addFirst(first);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return entries.stream().limit(atMost).toList();
  }

  @Override
  public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    return List.of();
  }

  @Override
  public void remove(Collection<Long> sequences) {
    entries.removeIf(entry -> sequences.contains(entry.sequence()));
  }

  @Override
  public void idle(long waitNs) {
    LockSupport.parkNanos(waitNs);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }
}
