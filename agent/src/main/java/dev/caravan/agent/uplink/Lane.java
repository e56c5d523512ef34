package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue's way to the far side. A courier has one or more, in the order of their right of way, and its thread calls all
 * methods.
 *
 * <p>While there is a backlog, which is what is older than {@value #LATE_NS} ns, newer entries go first, and of the backlog
 * only what takes about {@value #TURN_NS} ns at a time. While the far side takes nothing, the oldest is tried alone, a second
 * after it was tried before.
 */
public final class Lane {
  /**
   * How a lane is used.
   *
   * @param backlogRate how much of the backlog may leave, in bytes per second; 0 for as much as the link takes
   * @param budget what all lanes of the link may use
   * @param live what of the budget new entries use
   * @param backlog what of the budget the backlog uses
   */
  public record Terms(long backlogRate, Budget budget, Budget.Use live, Budget.Use backlog) {
    /** As much as the link takes. */
    public static final Terms UNMETERED =
        new Terms(0, Budget.UNLIMITED, Budget.Use.LIVE, Budget.Use.BACKLOG);
  }

  /** What became of a turn. */
  enum Turn {
    /** There was nothing to send. */
    EMPTY,
    /** All that was sent is settled. */
    SETTLED,
    /** Some of it is to be sent again. */
    KEPT
  }

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private static final int AT_MOST_ENTRIES = 64;
  private static final long AT_MOST_BYTES = 1 << 20;
  private static final long FIRST_TURN_BYTES = 1 << 16;
  private static final long LEAST_TURN_BYTES = 1 << 10;
  private static final long AROUND_BYTES = 300;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATE_NS = 10 * SECOND_NS;
  private static final long TURN_NS = SECOND_NS / 2;
  private static final long SLICE_NS = SECOND_NS / 4;

  private final String name;
  private final EntryQueue queue;
  private final Outlet outlet;
  private final Timeline timeline;
  private final Ages ages;
  private final long pauseNs;
  private final Terms terms;
  private final long mostTurnBytes;
  private final Counter sent;
  private final Counter reports;
  private final Counter rejectedReports;
  private final Counter rejectedBatches;

  private long turnBytes;

  // while connected
  private long backlogDueNs;
  private boolean kept;
  private long againNs;

  // of the latest turn
  private boolean progress;
  private boolean sentLate;

  // since the last state that was told
  private boolean rejecting;
  private long rejectedInRun;

  /** A lane between a queue and an outlet; {@code name} is that of its counters and in the log. */
  public Lane(
      String name, EntryQueue queue, Outlet outlet, Terms terms, Timeline timeline, Health health) {
    this(name, queue, outlet, terms, timeline, health, SECOND_NS);
  }

  Lane(
      String name,
      EntryQueue queue,
      Outlet outlet,
      Terms terms,
      Timeline timeline,
      Health health,
      long pauseNs) {
    this.name = name;
    this.queue = queue;
    this.outlet = outlet;
    this.timeline = timeline;
    this.ages = new Ages(timeline);
    this.pauseNs = pauseNs;
    this.terms = terms;
    this.mostTurnBytes = terms.backlogRate == 0
        ? AT_MOST_BYTES
        : Math.max(LEAST_TURN_BYTES, Math.min(AT_MOST_BYTES, terms.backlogRate));
    this.turnBytes = Math.min(FIRST_TURN_BYTES, mostTurnBytes);
    this.sent = health.counter("uplink.sent", name);
    this.reports = health.counter("uplink.reports", name);
    this.rejectedReports = health.counter("uplink.rejected", name);
    this.rejectedBatches = health.counter("uplink.rejected_batches", name);
  }

  /** There is a new link. */
  void opened() {
    backlogDueNs = timeline.monotonicNs();
    kept = false;
  }

  /** For how long it is to be left alone, because the far side has not taken what it had, in nanoseconds. */
  long restsNs() {
    return kept ? Math.max(0, againNs - timeline.monotonicNs()) : 0;
  }

  /** Lets the queue do what is due. */
  void idle(long waitNs) {
    queue.idle(waitNs);
  }

  /** Whether the latest turn settled an entry. */
  boolean madeProgress() {
    return progress;
  }

  /** Whether the latest turn sent some of the backlog. */
  boolean sentLate() {
    return sentLate;
  }

  /**
   * One turn: takes what is there, waiting for it at most so long, and sends it.
   *
   * @param mayBeLate whether the backlog has a turn
   */
  Turn carry(long waitNs, boolean mayBeLate) throws IOException {
    progress = false;
    sentLate = false;
    List<Entry> due = due(waitNs, mayBeLate);
    if (due.isEmpty()) {
      return Turn.EMPTY;
    }
    List<Boolean> late = due.stream().map(this::isLate).toList();
    sentLate = late.contains(true);
    long startNs = timeline.monotonicNs();
    Receipt receipt = outlet.send(due, late);
    pace(due, late, timeline.monotonicNs() - startNs);
    settle(due, receipt);
    kept = receipt.fates().contains(Receipt.Fate.KEPT);
    againNs = timeline.monotonicNs() + pauseNs;
    return kept ? Turn.KEPT : Turn.SETTLED;
  }

  /** What is to be sent in the next turn: all that is new, then of the backlog what a turn has room for. */
  private List<Entry> due(long waitNs, boolean mayBeLate) {
    List<Entry> head = queue.head(AT_MOST_ENTRIES, turnBytes, waitNs);
    if (head.isEmpty()) {
      return head;
    }
    outlet.begins(head.get(0).sequence());
    boolean isBacklog = isLate(head.get(0));
    List<Entry> due = new ArrayList<>();
    long earlyNs = 0;
    if (isBacklog && !kept) {
      due.addAll(affordable(
          queue.latest(entry -> !isLate(entry), AT_MOST_ENTRIES, AT_MOST_BYTES), due, terms.live));
      earlyNs = Math.max(0, backlogDueNs - timeline.monotonicNs());
    }
    if (!isBacklog || kept || (mayBeLate && earlyNs == 0)) {
      due.addAll(affordable(head, due, isBacklog ? terms.backlog : terms.live));
    }
    if (due.isEmpty()) {
      // it waits for its rate, its turn or the budget
      long untilNs = earlyNs > 0 || !mayBeLate ? earlyNs : SLICE_NS;
      queue.idle(Math.min(Math.min(untilNs, SLICE_NS), waitNs));
    }
    return due;
  }

  /** So many of the first as the budget has room for beside what is to be sent already. */
  private List<Entry> affordable(List<Entry> entries, List<Entry> beside, Budget.Use use) {
    long besideBytes = beside.stream().mapToLong(Lane::costBytes).sum();
    int count = 0;
    for (Entry entry : entries) {
      if (!terms.budget.fits(use, besideBytes, costBytes(entry))) {
        break;
      }
      besideBytes += costBytes(entry);
      count++;
    }
    return entries.subList(0, count);
  }

  /** What it will cost, about, with all that is around it. */
  private static long costBytes(Entry entry) {
    return entry.body().length() + AROUND_BYTES;
  }

  private boolean isLate(Entry entry) {
    return ages.ageNs(entry.timeNs()) > LATE_NS;
  }

  /** Takes the measure of the link, and keeps to the rate that is set for the backlog. */
  private void pace(List<Entry> sentNow, List<Boolean> late, long tookNs) {
    long backlogBytes = 0;
    for (int i = 0; i < sentNow.size(); i++) {
      backlogBytes += late.get(i) ? sentNow.get(i).body().length() : 0;
    }
    if (tookNs > TURN_NS) {
      turnBytes = Math.max(LEAST_TURN_BYTES, turnBytes / 2);
    } else if (tookNs < TURN_NS / 2) {
      turnBytes = Math.min(mostTurnBytes, turnBytes * 2);
    }
    if (terms.backlogRate > 0) {
      long nowNs = timeline.monotonicNs();
      long costNs = (long) ((double) backlogBytes / terms.backlogRate * SECOND_NS);
      backlogDueNs = Math.max(backlogDueNs, nowNs - tookNs) + costNs;
    }
  }

  private void settle(List<Entry> entries, Receipt receipt) {
    if (receipt.fates().size() != entries.size()) {
      throw new IllegalStateException(
          "receipt: entries=" + entries.size() + ", fates=" + receipt.fates().size());
    }
    List<Long> settled = new ArrayList<>();
    long refused = 0;
    long refusedReports = 0;
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
          refused++;
          refusedReports += entry.reports();
          rejected(entry);
        }
        case KEPT -> {}
      }
    }
    progress = !settled.isEmpty();
    if (progress) {
      queue.rejected(refused, refusedReports);
      queue.remove(settled);
    }
  }

  private void rejected(Entry entry) {
    rejectedBatches.increment();
    rejectedReports.add(entry.reports());
    rejectedInRun++;
    if (!rejecting) {
      LOG.warn(
          "{}: rejected for good, lost: sequence={}, reports={}",
          name,
          entry.sequence(),
          entry.reports());
    }
    rejecting = true;
  }

  private void rejectionsEnded() {
    if (rejecting) {
      LOG.warn("{}: rejected for good, lost, until now: batches={}", name, rejectedInRun);
    }
    rejecting = false;
    rejectedInRun = 0;
  }

  /** Nothing is sent any more. */
  void ended() {
    rejectionsEnded();
  }
}
