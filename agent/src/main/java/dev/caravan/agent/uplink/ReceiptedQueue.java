package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.store.LendingQueue;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.wire.StoreReceipt;
import dev.caravan.agent.wire.StreamId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue that keeps what was taken until a receipt says that it is durable. Receipts of any number of senders are united, by ranges and by
 * parts, and settle only what this queue gave out and the far side took; they may come before its answer, and while an entry is on
 * its way again.
 *
 * <p>What no receipt names within {@value #WAIT_NS} ns, and all of it after a new connection, is sent again, the oldest first: while
 * receipts come, at most {@value #AT_ONCE} entries a second, else one in {@value #WAIT_NS} ns, so that it is no storm. At most {@value #MOST}
 * entries await receipts; the rest stays in the queue meanwhile.
 *
 * <p>The courier's thread.
 */
public final class ReceiptedQueue implements EntryQueue {
  static final int MOST = 4096;
  static final int AT_ONCE = 32;
  static final long WAIT_NS = 30_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(ReceiptedQueue.class);
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long COMING_NS = 10 * SECOND_NS;
  private static final long SLICE_NS = SECOND_NS / 4;
  private static final int MOST_DIVISIONS = 2;

  /** One that receipts may name: it is out, awaits its receipt, or is to be given out again. */
  private static final class Awaiting {
    final long queued;
    final int reports;
    final Place place;
    // by how many parts it was divided into
    final Map<Integer, BitSet> parts = new LinkedHashMap<>();
    boolean isTaken;
    long takenNs;
    boolean isDurable;

    Awaiting(Entry entry, Place place) {
      this.queued = entry.sequence();
      this.reports = entry.reports();
      this.place = place;
    }

    /** Whether all parts of a division are there now. */
    boolean has(StoreReceipt.Part part) {
      if (!parts.containsKey(part.parts()) && parts.size() == MOST_DIVISIONS) {
        parts.remove(parts.keySet().iterator().next());
      }
      BitSet there = parts.computeIfAbsent(part.parts(), parts -> new BitSet());
      there.set(part.part());
      return there.cardinality() == part.parts();
    }
  }

  private final String name;
  private final LendingQueue queue;
  private final Receipts receipts;
  private final Timeline timeline;
  private final Counter durable;
  private final Counter durableReports;
  private final Counter again;

  // by their sequences in the queue: what was given out,
  private final Map<Long, Awaiting> out = new HashMap<>();
  private final Set<Long> undelivered = new HashSet<>();
  // what was taken, in that order,
  private final Map<Long, Awaiting> awaiting = new LinkedHashMap<>();
  // and what was taken and is to be given out again, the newest of it
  private final Map<Long, Awaiting> back = new LinkedHashMap<>();
  private final Map<StreamId, NavigableMap<Long, Awaiting>> byStream = new HashMap<>();

  private long linkedNs;
  private long receivedNs;
  private long againNs;
  private final Condition unconfirmed = new Condition();

  /** {@code name} is that of its counters and in the log. */
  public ReceiptedQueue(
      String name, LendingQueue queue, Receipts receipts, Timeline timeline, Health health) {
    this.name = name;
    this.queue = queue;
    this.receipts = receipts;
    this.timeline = timeline;
    this.durable = health.counter(UplinkMetrics.DURABLE, name);
    this.durableReports = health.counter(UplinkMetrics.DURABLE_REPORTS, name);
    this.again = health.counter(UplinkMetrics.AGAIN, name);
    this.linkedNs = timeline.monotonicNs();
    this.receivedNs = linkedNs - COMING_NS;
    this.againNs = linkedNs;
    receipts.givenTo(this::take);
  }

  @Override
  public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
    look();
    if (isFull()) {
      queue.idle(Math.min(waitNs, SLICE_NS));
      return List.of();
    }
    out.values().forEach(this::comesBack);
    out.clear();
    return given(queue.head(Math.min(atMost, MOST - awaiting.size()), atMostBytes, waitNs));
  }

  @Override
  public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    int room = MOST - awaiting.size() - out.size();
    return room <= 0 ? List.of() : given(queue.latest(wanted, Math.min(atMost, room), atMostBytes));
  }

  /** What a receipt named since it was taken does not go again. */
  private List<Entry> given(List<Entry> entries) {
    List<Entry> given = new ArrayList<>();
    List<Awaiting> stored = new ArrayList<>();
    for (Entry entry : entries) {
      Awaiting one = known(entry);
      if (one.isDurable) {
        stored.add(one);
      } else {
        given.add(entry);
        out.put(entry.sequence(), one);
      }
    }
    removeDurable(stored);
    return given;
  }

  /** What is known of an entry; nothing if it only has the number of one that lay on another disk. */
  private Awaiting known(Entry entry) {
    Place place = queue.place(entry.sequence());
    Awaiting waits = awaiting.remove(entry.sequence());
    Awaiting came = back.remove(entry.sequence());
    Awaiting before = waits == null ? came : waits;
    if (before != null) {
      if (before.place.equals(place)) {
        return before;
      }
      forget(before);
    }
    Awaiting one = new Awaiting(entry, place);
    byStream.computeIfAbsent(place.stream(), stream -> new TreeMap<>()).put(place.sequence(), one);
    return one;
  }

  private void comesBack(Awaiting one) {
    if (!one.isTaken) {
      forget(one);
      return;
    }
    back.put(one.queued, one);
    if (back.size() > MOST) {
      Awaiting eldest = back.values().iterator().next();
      back.remove(eldest.queued);
      forget(eldest);
    }
  }

  private boolean isFull() {
    return awaiting.size() >= MOST;
  }

  @Override
  public void undelivered(long sequence, Lost lost) {
    undelivered.add(sequence);
    queue.undelivered(sequence, lost);
  }

  @Override
  public void remove(Collection<Long> sequences) {
    List<Long> gone = new ArrayList<>();
    List<Long> taken = new ArrayList<>();
    List<Awaiting> stored = new ArrayList<>();
    for (long each : sequences) {
      Awaiting one = out.remove(each);
      // what has no stream no receipt can name
      if (undelivered.remove(each) || one == null || one.place.stream().isNone()) {
        gone.add(each);
        if (one != null) {
          forget(one);
        }
      } else if (one.isDurable) {
        stored.add(one);
      } else {
        one.isTaken = true;
        one.takenNs = timeline.monotonicNs();
        awaiting.put(each, one);
        taken.add(each);
      }
    }
    if (!gone.isEmpty()) {
      queue.remove(gone);
    }
    removeDurable(stored);
    queue.setAside(taken);
  }

  @Override
  public void idle(long waitNs) {
    look();
    queue.idle(waitNs);
  }

  @Override
  public void linked() {
    linkedNs = timeline.monotonicNs();
    queue.linked();
  }

  @Override
  public String heldWhy() {
    Awaiting oldest = oldest();
    return oldest == null || !isOverdue(oldest) || isComing()
        ? ""
        : "no receipt says that what was taken is durable: awaiting=" + awaiting.size();
  }

  private void look() {
    receipts.look();
    sendAgain();
    tell();
  }

  private void take(StoreReceipt receipt) {
    NavigableMap<Long, Awaiting> stream = byStream.get(receipt.stream());
    if (stream == null) {
      return;
    }
    List<Awaiting> named = new ArrayList<>();
    for (StoreReceipt.Range range : receipt.ranges()) {
      named.addAll(stream.subMap(range.from(), true, range.to(), true).values());
    }
    for (StoreReceipt.Part part : receipt.parts()) {
      Awaiting one = stream.get(part.sequence());
      if (one != null && part.parts() <= MOST && one.has(part)) {
        named.add(one);
      }
    }
    List<Awaiting> stored = new ArrayList<>();
    for (Awaiting each : named) {
      each.isDurable = true;
      if (awaiting.remove(each.queued, each)) {
        stored.add(each);
      }
    }
    removeDurable(stored);
  }

  private void removeDurable(List<Awaiting> stored) {
    if (stored.isEmpty()) {
      return;
    }
    receivedNs = timeline.monotonicNs();
    // somebody answered: the rest need not wait for as long as it did
    againNs = Math.min(againNs, receivedNs + SECOND_NS);
    List<Long> removed = new ArrayList<>();
    for (Awaiting each : stored) {
      forget(each);
      // not what has its number on another disk
      if (queue.place(each.queued).equals(each.place)) {
        removed.add(each.queued);
        durable.increment();
        durableReports.add(each.reports);
      }
    }
    queue.remove(removed);
  }

  private void forget(Awaiting one) {
    NavigableMap<Long, Awaiting> stream = byStream.get(one.place.stream());
    if (stream != null && stream.remove(one.place.sequence(), one) && stream.isEmpty()) {
      byStream.remove(one.place.stream());
    }
  }

  private @Nullable Awaiting oldest() {
    return awaiting.isEmpty() ? null : awaiting.values().iterator().next();
  }

  private boolean isOverdue(Awaiting one) {
    return one.takenNs - linkedNs < 0 || timeline.monotonicNs() - one.takenNs >= WAIT_NS;
  }

  /** Whether somebody makes things durable now. */
  private boolean isComing() {
    return timeline.monotonicNs() - receivedNs < COMING_NS;
  }

  private void sendAgain() {
    long nowNs = timeline.monotonicNs();
    if (nowNs - againNs < 0) {
      return;
    }
    List<Awaiting> due = new ArrayList<>();
    for (Awaiting each : awaiting.values()) {
      if (due.size() == (isComing() ? AT_ONCE : 1) || !isOverdue(each)) {
        break;
      }
      due.add(each);
    }
    if (due.isEmpty()) {
      return;
    }
    againNs = nowNs + (isComing() ? SECOND_NS : WAIT_NS);
    for (Awaiting each : due) {
      awaiting.remove(each.queued);
      comesBack(each);
    }
    again.add(due.size());
    queue.giveAgain(due.stream().map(each -> each.queued).toList());
  }

  private void tell() {
    String why = heldWhy();
    if (why.isEmpty()) {
      if (isComing() && unconfirmed.over() > 0) {
        LOG.info("{}: receipts come again", name);
      }
    } else if (unconfirmed.isNews("unconfirmed")) {
      LOG.warn("{}: {}, sending one again now and then", name, why);
    }
  }
}
