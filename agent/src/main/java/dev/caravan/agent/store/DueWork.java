package dev.caravan.agent.store;

import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a queue has to do now and then: makes entries durable, drops what became too old, keeps the files in order.
 *
 * <p>The courier's thread.
 */
final class DueWork {
  private final StoreSettings settings;
  private final Timeline timeline;
  private final QueueParts parts;
  private final ReentrantLock lock;

  /** Keeps those apart who do the courier's work; taken before the lock. */
  private final ReentrantLock courier;

  // guarded by the lock
  private long unsyncedSinceNs;
  private boolean closed;

  DueWork(StoreSettings settings, Timeline timeline, QueueParts parts, ReentrantLock courier) {
    this.settings = settings;
    this.timeline = timeline;
    this.parts = parts;
    this.lock = parts.lock;
    this.courier = courier;
    this.unsyncedSinceNs = timeline.monotonicNs();
  }

  /** An entry is about to be appended; the lock is held. */
  void appends() {
    if (parts.writer.durableThrough() == parts.next - 1) {
      unsyncedSinceNs = timeline.monotonicNs();
    }
  }

  /** Nothing is to be done any more; the lock is held. */
  void ended() {
    closed = true;
  }

  boolean isEnded() {
    return closed;
  }

  boolean isDurable() {
    return parts.locked(() -> parts.writer.durableThrough() >= parts.next - 1);
  }

  boolean hasDurable() {
    return parts.locked(() -> parts.writer.durableThrough() > parts.removal.passedThrough());
  }

  void syncNow() throws IOException {
    long beganNs = timeline.monotonicNs();
    parts.syncer.sync();
    parts.upkeep.writeCursor();
    lock.lock();
    try {
      if (parts.writer.durableThrough() < parts.next - 1) {
        // what is left was appended meanwhile
        unsyncedSinceNs = beganNs;
      }
    } finally {
      lock.unlock();
    }
  }

  boolean trySync() {
    try {
      syncNow();
      return true;
    } catch (IOException e) {
      // said by the state
      return false;
    }
  }

  /** In how many nanoseconds the next sync is due. */
  long dueInNs() {
    if (parts.writer.durableThrough() >= parts.next - 1) {
      return Long.MAX_VALUE;
    }
    if (settings.syncIntervalNs() == StoreSettings.NO_SYNC) {
      // but segments that are full are made durable, as only then the oldest may go
      Segment oldest = parts.segments.holding(parts.writer.durableThrough() + 1);
      return oldest != null && oldest.dirty && oldest.sealed ? 0 : Long.MAX_VALUE;
    }
    return unsyncedSinceNs + settings.syncIntervalNs() - timeline.monotonicNs();
  }

  /** Syncs if it is due, drops what became too old, keeps the files in order; false if the disk fails to sync. */
  boolean now() {
    courier.lock();
    try {
      boolean due;
      lock.lock();
      try {
        if (closed) {
          return true;
        }
        parts.losses.settle();
        due = dueInNs() <= 0;
      } finally {
        lock.unlock();
      }
      boolean well = !due || trySync();
      dropAged();
      parts.upkeep.tidy();
      return well;
    } finally {
      courier.unlock();
    }
  }

  private void dropAged() {
    if (parts.age.isLimited() && hasDurable()) {
      parts.reader.dropAged();
    }
  }

  /** As long as that lets the disk take more of what is held. */
  void makeRoom() {
    long before = Long.MAX_VALUE;
    long held = parts.locked(parts.writer::held);
    while (held > 0 && held < before) {
      before = held;
      parts.upkeep.tidy();
      trySync();
      held = parts.locked(parts.writer::held);
    }
  }
}
