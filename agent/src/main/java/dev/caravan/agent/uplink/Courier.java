package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of the thread {@code courier-ROUTE}: takes entries from a queue, sends them, and removes them once the far
 * side has answered for them. Never drops an entry, and ends only when told to stop.
 *
 * <p>While there is a backlog, which is what is older than {@value #LATE_NS} ns, newer entries go first, and of the backlog
 * only what takes about {@value #TURN_NS} ns at a time. While the far side takes nothing, the oldest is tried alone.
 *
 * <p>While the link is down it waits (0.5 s doubling to 1.5 s, shortened at random by up to a half; 30 s doubling to 10 min
 * where the far side refuses to let this device in) and tries again. Delivery is at least once: after a lost link, what was
 * under way is sent again.
 *
 * <p>When told to stop it hands over what is there for at most {@value #HAND_OVER_NS} ns and closes the uplink; the rest
 * stays in the queue.
 */
public final class Courier implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private static final int AT_MOST_ENTRIES = 64;
  private static final long AT_MOST_BYTES = 1 << 20;
  private static final long FIRST_TURN_BYTES = 1 << 16;
  private static final long LEAST_TURN_BYTES = 1 << 10;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATE_NS = 10 * SECOND_NS;
  private static final long TURN_NS = SECOND_NS / 2;
  private static final long SLICE_NS = SECOND_NS / 4;
  private static final long FIRST_WAIT_NS = SECOND_NS / 2;
  private static final long LONGEST_WAIT_NS = 3 * SECOND_NS / 2;
  private static final long REFUSED_FIRST_NS = 30 * SECOND_NS;
  private static final long REFUSED_LONGEST_NS = 600 * SECOND_NS;
  private static final long HAND_OVER_NS = 1_500_000_000L;

  private final String route;
  private final EntryQueue queue;
  private final Uplink uplink;
  private final Timeline timeline;
  private final Ages ages;
  private final Stop stop;
  private final Backoff backoff;
  private final Backoff whenRefused;
  private final long pauseNs;
  private final long backlogRate;
  private final long mostTurnBytes;
  private final Part part;
  private final Counter sent;
  private final Counter reports;
  private final Counter connects;
  private final Counter failures;
  private final Counter rejectedReports;
  private final Counter rejectedBatches;
  private final Counter bugs;

  // while connected
  private long idleNs;
  private long turnBytes;
  private long backlogDueNs;
  private boolean kept;

  // since the last state that was told
  private boolean linkDown;
  private boolean rejecting;
  private long rejectedInRun;

  /**
   * A courier for one route, between its queue and its uplink; {@code stop} ends it.
   *
   * @param backlogRate how much of the backlog may leave, in bytes per second; 0 for as much as the link takes
   */
  public Courier(
      String route,
      EntryQueue queue,
      Uplink uplink,
      long backlogRate,
      Timeline timeline,
      Health health,
      Stop stop,
      RandomGenerator random) {
    this(
        route,
        queue,
        uplink,
        backlogRate,
        timeline,
        health,
        stop,
        new Backoff(FIRST_WAIT_NS, LONGEST_WAIT_NS, random),
        new Backoff(REFUSED_FIRST_NS, REFUSED_LONGEST_NS, random),
        SECOND_NS);
  }

  Courier(
      String route,
      EntryQueue queue,
      Uplink uplink,
      long backlogRate,
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
    this.backlogRate = backlogRate;
    this.mostTurnBytes = backlogRate == 0
        ? AT_MOST_BYTES
        : Math.max(LEAST_TURN_BYTES, Math.min(AT_MOST_BYTES, backlogRate));
    this.turnBytes = Math.min(FIRST_TURN_BYTES, mostTurnBytes);
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
    uplink.whileWaiting(() -> queue.idle(0));
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
    backlogDueNs = idleNs;
    kept = false;
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
    List<Entry> due = due(waitNs);
    boolean progress = false;
    if (!due.isEmpty()) {
      List<Boolean> late = due.stream().map(this::isLate).toList();
      long startNs = timeline.monotonicNs();
      Receipt receipt = uplink.send(due, late);
      pace(due, late, timeline.monotonicNs() - startNs);
      progress = settle(due, receipt);
      kept = receipt.fates().contains(Receipt.Fate.KEPT);
    }
    if (progress) {
      backoff.reset();
      whenRefused.reset();
    }
    long nowNs = timeline.monotonicNs();
    boolean sendsAgain = kept && !due.isEmpty();
    if (sendsAgain || due.isEmpty() || nowNs - idleNs >= SECOND_NS) {
      idleNs = nowNs;
      queue.idle(0);
      uplink.idle();
    }
    if (sendsAgain && !stop.isRequested()) {
      part.set(Part.State.DEGRADED, "batches are not taken now, sending them again");
      pause(pauseNs);
    } else if (progress && !kept) {
      part.set(Part.State.OK, "");
    }
    return progress;
  }

  /** What is to be sent in the next turn: all that is new, then of the backlog what a turn has room for. */
  private List<Entry> due(long waitNs) {
    List<Entry> head = queue.head(AT_MOST_ENTRIES, turnBytes, waitNs);
    if (kept || head.isEmpty() || !isLate(head.get(0))) {
      return head;
    }
    List<Entry> due =
        new ArrayList<>(queue.latest(entry -> !isLate(entry), AT_MOST_ENTRIES, AT_MOST_BYTES));
    long earlyNs = backlogDueNs - timeline.monotonicNs();
    if (earlyNs <= 0) {
      due.addAll(head);
    } else if (due.isEmpty()) {
      queue.idle(Math.min(Math.min(earlyNs, SLICE_NS), waitNs));
    }
    return due;
  }

  private boolean isLate(Entry entry) {
    return ages.ageNs(entry.timeNs()) > LATE_NS;
  }

  /** Takes the measure of the link, and keeps to the rate that is set for the backlog. */
  private void pace(List<Entry> sent, List<Boolean> late, long tookNs) {
    long backlogBytes = 0;
    for (int i = 0; i < sent.size(); i++) {
      backlogBytes += late.get(i) ? sent.get(i).body().length() : 0;
    }
    if (tookNs > TURN_NS) {
      turnBytes = Math.max(LEAST_TURN_BYTES, turnBytes / 2);
    } else if (tookNs < TURN_NS / 2) {
      turnBytes = Math.min(mostTurnBytes, turnBytes * 2);
    }
    if (backlogRate > 0) {
      long nowNs = timeline.monotonicNs();
      long costNs = (long) ((double) backlogBytes / backlogRate * SECOND_NS);
      backlogDueNs = Math.max(backlogDueNs, nowNs - tookNs) + costNs;
    }
  }

  private boolean settle(List<Entry> entries, Receipt receipt) {
    if (receipt.fates().size() != entries.size()) {
      throw new IllegalStateException(
          "receipt: entries=" + entries.size() + ", fates=" + receipt.fates().size());
    }
    List<Long> settled = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      switch (receipt.fates().get(i)) {
        case ACCEPTED -> {
          settled.add(entry.sequence());
          sent.increment();
          reports.add(entry.reports());
          rejectionsEnded();
        }
        case REJECTED -> {
          settled.add(entry.sequence());
          rejected(entry);
        }
        case KEPT -> {}
      }
    }
    if (!settled.isEmpty()) {
      queue.remove(settled);
    }
    return !settled.isEmpty();
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

  /** Waits, at most so long and not past a stop, and lets the queue do meanwhile what is due. */
  private void pause(long atMostNs) {
    long leftNs = atMostNs;
    while (leftNs > 0 && !stop.isRequested()) {
      long sliceNs = Math.min(leftNs, SLICE_NS);
      queue.idle(sliceNs);
      leftNs -= sliceNs;
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
