package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.store.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of the thread {@code courier-ROUTE}: takes entries from the head of a queue, sends them, and removes them once
 * the far side has answered for them. Never drops an entry, and ends only when told to stop.
 *
 * <p>While the link is down it waits (0.5 s doubling to 1.5 s, shortened at random by up to a half; 30 s doubling to 10 min
 * where the far side refuses to let this device in) and tries again. An entry that is kept stays at the head; those behind it that
 * were settled are remembered, so that they are not sent again, and removed when it is settled too. Delivery is at least
 * once: after a lost link, what was under way is sent again.
 *
 * <p>When told to stop it hands over what is there for at most {@value #HAND_OVER_NS} ns and closes the uplink; the rest
 * stays in the queue.
 */
public final class Courier implements Runnable {
  /** Where entries come from: what the courier needs of a disk queue. It calls all methods on its own thread. */
  public interface Queue {
    /**
     * The oldest entries, without removing them; waits for the first at most so long.
     *
     * @return at most so many, and at most so many bytes unless the first alone is larger; empty if none came
     */
    List<Entry> head(int atMost, long atMostBytes, long waitNs) throws IOException;

    /** Removes all entries up to and including a sequence. */
    void removeThrough(long sequence) throws IOException;

    /** Makes durable what is due; called at least once a second. */
    void sync() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private static final int AT_MOST_ENTRIES = 64;
  private static final long AT_MOST_BYTES = 1 << 20;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATE_NS = 10 * SECOND_NS;
  private static final long FIRST_WAIT_NS = SECOND_NS / 2;
  private static final long LONGEST_WAIT_NS = 3 * SECOND_NS / 2;
  private static final long REFUSED_FIRST_NS = 30 * SECOND_NS;
  private static final long REFUSED_LONGEST_NS = 600 * SECOND_NS;
  private static final long HAND_OVER_NS = 1_500_000_000L;

  private final String route;
  private final Queue queue;
  private final Uplink uplink;
  private final Timeline timeline;
  private final Ages ages;
  private final Stop stop;
  private final Backoff backoff;
  private final Backoff whenRefused;
  private final long pauseNs;
  private final Part part;
  private final Counter sent;
  private final Counter reports;
  private final Counter connects;
  private final Counter failures;
  private final Counter rejectedReports;
  private final Counter rejectedBatches;
  private final Counter bugs;

  // settled, but behind an entry that is not
  private final TreeSet<Long> settled = new TreeSet<>();

  // while connected
  private long idleNs;

  // since the last state that was told
  private boolean linkDown;
  private boolean rejecting;
  private boolean queueFailing;
  private long rejectedInRun;

  /** A courier for one route, between its queue and its uplink; {@code stop} ends it. */
  public Courier(
      String route,
      Queue queue,
      Uplink uplink,
      Timeline timeline,
      Health health,
      Stop stop,
      RandomGenerator random) {
    this(
        route,
        queue,
        uplink,
        timeline,
        health,
        stop,
        new Backoff(FIRST_WAIT_NS, LONGEST_WAIT_NS, random),
        new Backoff(REFUSED_FIRST_NS, REFUSED_LONGEST_NS, random),
        SECOND_NS);
  }

  Courier(
      String route,
      Queue queue,
      Uplink uplink,
      Timeline timeline,
      Health health,
      Stop stop,
      Backoff backoff,
      Backoff whenRefused,
      long pauseNs) {
    this.route = route;
    this.queue = queue;
    this.uplink = uplink;
    this.timeline = timeline;
    this.ages = new Ages(timeline);
    this.stop = stop;
    this.backoff = backoff;
    this.whenRefused = whenRefused;
    this.pauseNs = pauseNs;
    this.part = health.part("route", route);
    this.sent = health.counter("uplink.sent", route);
    this.reports = health.counter("uplink.reports", route);
    this.connects = health.counter("uplink.connects", route);
    this.failures = health.counter("uplink.failures", route);
    this.rejectedReports = health.counter("uplink.rejected", route);
    this.rejectedBatches = health.counter("uplink.rejected_batches", route);
    this.bugs = health.counter("bugs", route);
  }

  @Override
  public void run() {
    boolean open = false;
    uplink.whileWaiting(this::syncQueue);
    while (!stop.isRequested()) {
      try {
        if (!open) {
          uplink.open();
          open = true;
          opened();
        }
        carry(SECOND_NS);
      } catch (RefusedException e) {
        open = false;
        failed(e);
        pause(whenRefused.nextNs());
      } catch (IOException e) {
        open = false;
        failed(e);
        pause(backoff.nextNs());
      } catch (RuntimeException e) {
        open = false;
        bug(e);
        pause(backoff.nextNs());
      }
    }
    if (open) {
      handOver();
    }
    uplink.close();
    rejectionsEnded();
    part.set(Part.State.ENDED, "");
  }

  private void opened() {
    connects.increment();
    linkDown = false;
    idleNs = timeline.monotonicNs();
    part.set(Part.State.OK, "");
    LOG.info("{}: connected", route);
  }

  private void failed(IOException e) {
    uplink.close();
    if (stop.isRequested()) {
      return;
    }
    failures.increment();
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    if (!linkDown) {
      LOG.warn("{}: link down, trying again: {}", route, why);
    }
    linkDown = true;
    part.set(Part.State.DEGRADED, why);
  }

  private void bug(RuntimeException e) {
    if (bugs.value() == 0) {
      LOG.error("{}: a fault of the program, going on", route, e);
    }
    bugs.increment();
    part.set(Part.State.DEGRADED, e.toString());
    uplink.close();
  }

  /**
   * One turn: takes what is there, sends it, and sees to the link when that is due.
   *
   * @return whether an entry was settled
   */
  private boolean carry(long waitNs) throws IOException {
    List<Entry> head = head(waitNs);
    List<Entry> due = new ArrayList<>(head);
    due.removeIf(entry -> settled.contains(entry.sequence()));
    boolean progress = false;
    boolean kept = false;
    if (!due.isEmpty()) {
      Receipt receipt = uplink.send(due, lateness(due));
      progress = settle(due, receipt);
      kept = receipt.fates().contains(Receipt.Fate.KEPT);
    }
    if (progress) {
      backoff.reset();
      whenRefused.reset();
    }
    removeSettled(head);
    long nowNs = timeline.monotonicNs();
    if (kept || due.isEmpty() || nowNs - idleNs >= SECOND_NS) {
      idleNs = nowNs;
      syncQueue();
      uplink.idle();
    }
    if (kept && !stop.isRequested()) {
      part.set(Part.State.DEGRADED, "batches are not taken now, sending them again");
      pause(pauseNs);
    } else if (progress && !kept) {
      part.set(Part.State.OK, "");
    }
    return progress;
  }

  private List<Entry> head(long waitNs) {
    try {
      List<Entry> head = queue.head(AT_MOST_ENTRIES, AT_MOST_BYTES, waitNs);
      if (queueFailing) {
        LOG.info("{}: the queue works again", route);
        part.set(Part.State.OK, "");
      }
      queueFailing = false;
      if (!head.isEmpty()) {
        // the queue may have given up entries of itself
        settled.headSet(head.get(0).sequence()).clear();
      }
      return head;
    } catch (IOException e) {
      queueFailed(e);
      pause(pauseNs);
      return List.of();
    }
  }

  /** Removes the unbroken run of settled entries at the head. */
  private void removeSettled(List<Entry> head) {
    long last = 0;
    for (Entry entry : head) {
      if (!settled.contains(entry.sequence())) {
        break;
      }
      last = entry.sequence();
    }
    if (last == 0) {
      return;
    }
    try {
      queue.removeThrough(last);
      settled.headSet(last, true).clear();
    } catch (IOException e) {
      // they stay remembered, and are removed next time
      queueFailed(e);
      pause(pauseNs);
    }
  }

  private List<Boolean> lateness(List<Entry> entries) {
    List<Boolean> late = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      late.add(ages.ageNs(entry.timeNs()) > LATE_NS);
    }
    return late;
  }

  private boolean settle(List<Entry> entries, Receipt receipt) {
    if (receipt.fates().size() != entries.size()) {
      throw new IllegalStateException(
          "receipt: entries=" + entries.size() + ", fates=" + receipt.fates().size());
    }
    boolean any = false;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      switch (receipt.fates().get(i)) {
        case ACCEPTED -> {
          settled.add(entry.sequence());
          sent.increment();
          reports.add(entry.reports());
          rejectionsEnded();
          any = true;
        }
        case REJECTED -> {
          settled.add(entry.sequence());
          rejected(entry);
          any = true;
        }
        case KEPT -> {}
      }
    }
    return any;
  }

  private void rejected(Entry entry) {
    rejectedBatches.increment();
    rejectedReports.add(entry.reports());
    rejectedInRun++;
    if (!rejecting) {
      LOG.warn(
          "{}: rejected for good, lost: sequence={}, reports={}",
          route,
          entry.sequence(),
          entry.reports());
    }
    rejecting = true;
  }

  private void rejectionsEnded() {
    if (rejecting) {
      LOG.warn("{}: rejected for good, lost, until now: batches={}", route, rejectedInRun);
    }
    rejecting = false;
    rejectedInRun = 0;
  }

  private void queueFailed(IOException e) {
    if (!queueFailing) {
      LOG.error("{}: the queue cannot be used, trying again", route, e);
    }
    queueFailing = true;
    part.set(Part.State.DEGRADED, "the queue cannot be used: " + e.getMessage());
  }

  private void syncQueue() {
    try {
      queue.sync();
    } catch (IOException e) {
      queueFailed(e);
    }
  }

  /** Waits, at most so long and not past a stop, and syncs the queue once a second meanwhile. */
  private void pause(long atMostNs) {
    long leftNs = atMostNs;
    while (leftNs > 0) {
      long sliceNs = Math.min(leftNs, SECOND_NS);
      if (stop.await(sliceNs)) {
        return;
      }
      leftNs -= sliceNs;
      syncQueue();
    }
  }

  private void handOver() {
    long untilNs = timeline.monotonicNs() + HAND_OVER_NS;
    try {
      while (timeline.monotonicNs() < untilNs) {
        if (!carry(0)) {
          return;
        }
      }
    } catch (IOException e) {
      LOG.info("{}: the rest stays in the queue: {}", route, e.getMessage());
    } catch (RuntimeException e) {
      bug(e);
    }
  }
}
