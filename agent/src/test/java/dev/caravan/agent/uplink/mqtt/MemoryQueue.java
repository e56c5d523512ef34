package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Courier;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** A queue in memory. */
final class MemoryQueue implements Courier.Queue {
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
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) throws IOException {
    try {
      Entry first = entries.pollFirst(Math.min(waitNs, 20_000_000), TimeUnit.NANOSECONDS);
      if (first != null) {
        entries.addFirst(first);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return entries.stream().limit(atMost).toList();
  }

  @Override
  public void removeThrough(long sequence) {
    entries.removeIf(entry -> entry.sequence() <= sequence);
  }

  @Override
  public void sync() {}

  boolean isEmpty() {
    return entries.isEmpty();
  }
}
