package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue's way to the far side. A courier has one or more, in the order of their right of way, and its thread calls all
 * methods.
 *
 * <p>While there is a backlog, which is what is older than {@value #LATE_NS} ns, newer entries go first, and of the backlog
 * only what takes about {@value #TURN_NS} ns at a time. While the far side takes nothing, one entry a second is tried, in
 * turns the oldest and the next after what was refused; one that does not go while others do is left alone for a while ({@link Stumbles}).
 * What nobody listens to stays for a while ({@link Silence}).
 */
public final class Lane {
  /**
   * How a lane is used.
   *
   * @param backlogRate how much of the backlog may leave, in bytes per second; 0 for as much as the link takes
   * @param keepUnheardNs how long an entry that nobody listens to is kept and sent again; 0 takes it as delivered
   * @param budget what all lanes of the link may use
   * @param live what of the budget new entries use
   * @param backlog what of the budget the backlog uses
   */
  public record Terms(
      long backlogRate, long keepUnheardNs, Budget budget, Budget.Use live, Budget.Use backlog) {
    /** As much as the link takes. */
    public static final Terms UNMETERED =
        new Terms(0, 600 * SECOND_NS, Budget.UNLIMITED, Budget.Use.LIVE, Budget.Use.BACKLOG);
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

  private static final Set<Fate> OVER_ONE = Set.of(Fate.FAILED, Fate.UNANSWERED, Fate.REJECTED);
  private static final Set<Fate> STUMBLING = Set.of(Fate.REFUSED, Fate.FAILED, Fate.UNANSWERED);
  private static final int AT_MOST_ENTRIES = 64;
  private static final int MOST_REFUSED = 8;
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
  private final Counter unheard;
  private final Counter unheardReports;
  private final Stumbles stumbles;
  private final Silence silence;
  private final Endings endings;
  // that of all lanes of the link
  private Pace pace;

  private long turnBytes;

  // while connected
  // what the least takes at least
  private long roundTripNs;
  private long backlogDueNs;
  private boolean kept;
  private long againNs;
  private boolean triesOldest;

  private int refusedInRow = MOST_REFUSED;
  private long refusedSequence;

  // of the latest turn
  private boolean progress;
  private boolean sentLate;

  // since the last state that was told
  private final Condition rejecting = new Condition();
  private final Condition held = new Condition();

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
    this.sent = health.counter(UplinkMetrics.SENT, name);
    this.reports = health.counter(UplinkMetrics.REPORTS, name);
    this.rejectedReports = health.counter(SharedMetrics.UPLINK_REJECTED, name);
    this.rejectedBatches = health.counter(SharedMetrics.UPLINK_REJECTED_BATCHES, name);
    this.unheard = health.counter(SharedMetrics.UPLINK_UNHEARD, name);
    this.unheardReports = health.counter(SharedMetrics.UPLINK_UNHEARD_REPORTS, name);
    this.stumbles = new Stumbles(timeline, pauseNs);
    this.endings = new Endings(pauseNs);
    this.pace = new Pace(timeline, pauseNs);
    this.silence = new Silence(name, terms.keepUnheardNs, pauseNs, timeline);
  }

  /** It shares the pace of another lane of its link. */
  void keepsPaceWith(Lane other) {
    pace = other.pace;
  }

  /** Whether one entry at a time goes, of all lanes. */
  boolean isSlow() {
    return pace.isSlow();
  }

  /** There is a new link. */
  void opened() {
    queue.linked();
    backlogDueNs = timeline.monotonicNs();
    roundTripNs = Long.MAX_VALUE;
    // what the link may have ended over is not what is tried first each time
    kept = endings.isSuspect();
    againNs = backlogDueNs + endings.restNs();
  }

  /** Whether the far side may have ended the link over this lane, of which nothing went since: the others go first. */
  boolean isSuspect() {
    return endings.isSuspect();
  }

  /** Another lane's entries went. */
  void otherWent() {
    endings.otherWent();
  }

  /** For how long it is to be left alone, because the far side has not taken what it had, in nanoseconds. */
  long restsNs() {
    long keptNs = kept ? againNs - timeline.monotonicNs() : 0;
    return Math.max(keptNs, pace.restsNs());
  }

  /** Why what is there is not sent now, or is sent again; empty if all goes. */
  String heldWhy() {
    String why = stumbles.whyNoneGoes();
    if (pace.isSlow()) {
      return "the far side takes less than there is, sending slowly";
    }
    if (!why.isEmpty()) {
      return "one batch after the other does not go, none is removed: " + why;
    }
    if (kept) {
      return "batches are not taken now, sending them again";
    }
    return silence.isKeeping() ? "nobody listens, keeping what is sent" : queue.heldWhy();
  }

  /** Lets the queue do what is due. */
  void idle(long waitNs) {
    queue.idle(waitNs);
  }

  /** Whether the far side took an entry in the latest turn, or will never take it. */
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
    if (pace.isSlow() && due.size() > 1) {
      due = due.subList(0, 1);
    }
    if (due.isEmpty()) {
      return Turn.EMPTY;
    }
    List<Boolean> late = due.stream().map(this::isLate).toList();
    sentLate = late.contains(true);
    long startNs = timeline.monotonicNs();
    Receipt receipt = sent(due, late);
    long tookNs = timeline.monotonicNs() - startNs;
    kept = settle(due, receipt);
    pace(due.subList(0, receipt.fates().size()), late, tookNs);
    againNs = timeline.monotonicNs() + pauseNs;
    pace.sent();
    return kept ? Turn.KEPT : Turn.SETTLED;
  }

  private Receipt sent(List<Entry> due, List<Boolean> late) throws IOException {
    boolean alone = false;
    try {
      Receipt receipt = outlet.send(due, late);
      alone = !Collections.disjoint(receipt.fates(), OVER_ONE);
      return receipt;
    } finally {
      if (outlet.hasEndedLink()) {
        endings.ended(alone);
      }
    }
  }

  /** What is to be sent in the next turn. */
  private List<Entry> due(long waitNs, boolean mayBeLate) {
    List<Entry> head = queue.head(AT_MOST_ENTRIES, turnBytes + stumbles.bytes(), waitNs);
    if (head.isEmpty()) {
      return head;
    }
    outlet.begins(head.get(0).sequence());
    stumbles.begins(head.get(0).sequence());
    if (kept) {
      return stumbles.isEmpty() ? affordable(head, List.of(), use(head)) : tried(head);
    }
    return silence.isKeeping() ? whileSilent(head, waitNs) : inOrder(head, waitNs, mayBeLate);
  }

  private Budget.Use use(List<Entry> entries) {
    return isLate(entries.get(0)) ? terms.backlog : terms.live;
  }

  /** All that is new, then of the backlog what a turn has room for. */
  private List<Entry> inOrder(List<Entry> head, long waitNs, boolean mayBeLate) {
    List<Entry> able = head.stream().filter(entry -> !stumbles.rests(entry)).toList();
    boolean isBacklog = able.isEmpty() || isLate(able.get(0));
    List<Entry> due = new ArrayList<>();
    long earlyNs = 0;
    if (isBacklog) {
      List<Entry> latest = queue.latest(
          entry -> !isLate(entry) && !stumbles.rests(entry), AT_MOST_ENTRIES, AT_MOST_BYTES);
      due.addAll(affordable(latest, due, terms.live));
      earlyNs = Math.max(0, backlogDueNs - timeline.monotonicNs());
    }
    if (!isBacklog || (mayBeLate && earlyNs == 0)) {
      due.addAll(affordable(able, due, isBacklog ? terms.backlog : terms.live));
    }
    if (due.isEmpty()) {
      // it waits for its rate, its turn or the budget
      pause(earlyNs > 0 || !mayBeLate ? earlyNs : SLICE_NS, waitNs);
    }
    return due;
  }

  private void pause(long wantedNs, long atMostNs) {
    queue.idle(Math.min(Math.min(wantedNs, SLICE_NS), atMostNs));
  }

  /** One entry, to find out whether any is taken: in turns the oldest, and the next after those that were not. */
  private List<Entry> tried(List<Entry> head) {
    triesOldest = !triesOldest;
    Entry one =
        head.stream().filter(entry -> !stumbles.rests(entry)).findFirst().orElse(head.get(0));
    if (!triesOldest) {
      List<Entry> next =
          queue.latest(entry -> entry.sequence() > stumbles.through(), 1, AT_MOST_BYTES);
      one = head.stream()
          .filter(entry -> !stumbles.isOne(entry))
          .findFirst()
          .orElse(next.isEmpty() ? one : next.get(0));
    }
    return affordable(List.of(one), List.of(), use(List.of(one)));
  }

  /** All that is new and was not sent yet; else the oldest, if its time has come. */
  private List<Entry> whileSilent(List<Entry> head, long waitNs) {
    Predicate<Entry> fresh =
        entry -> entry.sequence() > silence.through() && !isLate(entry) && !stumbles.rests(entry);
    List<Entry> due =
        new ArrayList<>(affordable(head.stream().filter(fresh).toList(), List.of(), terms.live));
    due.addAll(affordable(queue.latest(fresh, AT_MOST_ENTRIES, AT_MOST_BYTES), due, terms.live));
    Entry oldest = head.get(0);
    if (due.isEmpty() && silence.isDue(oldest) && !stumbles.rests(oldest)) {
      due.addAll(affordable(List.of(oldest), List.of(), use(head)));
    }
    if (due.isEmpty()) {
      pause(SLICE_NS, waitNs);
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
    long bytes = 0;
    long backlogBytes = 0;
    for (int i = 0; i < sentNow.size(); i++) {
      int length = sentNow.get(i).body().length();
      bytes += length;
      backlogBytes += late.get(i) ? length : 0;
    }
    if (progress && bytes <= LEAST_TURN_BYTES) {
      roundTripNs = Math.min(roundTripNs, tookNs);
    }
    long bytesTookNs = roundTripNs == Long.MAX_VALUE ? tookNs : tookNs - roundTripNs;
    if (bytesTookNs > TURN_NS) {
      turnBytes = Math.max(LEAST_TURN_BYTES, turnBytes / 2);
    } else if (bytesTookNs < TURN_NS / 2) {
      turnBytes = Math.min(mostTurnBytes, turnBytes * 2);
    }
    if (terms.backlogRate > 0) {
      long nowNs = timeline.monotonicNs();
      long costNs = (long) ((double) backlogBytes / terms.backlogRate * SECOND_NS);
      backlogDueNs = Math.max(backlogDueNs, nowNs - tookNs) + costNs;
    }
  }

  /** Removes what is done with; whether some of it is to be sent again soon. */
  private boolean settle(List<Entry> entries, Receipt receipt) {
    if (receipt.fates().isEmpty() || receipt.fates().size() > entries.size()) {
      throw new IllegalStateException(
          "receipt: entries=" + entries.size() + ", fates=" + receipt.fates().size());
    }
    List<Long> settled = new ArrayList<>();
    boolean stays = false;
    triesOldest |= !kept;
    for (int i = 0; i < receipt.fates().size(); i++) {
      Entry entry = entries.get(i);
      Fate fate = receipt.fates().get(i);
      if (fate == Fate.REFUSED) {
        refused(entry);
      }
      boolean isHopeless = STUMBLING.contains(fate) && stumbles.failed(entry, receipt.why(), fate);
      if (fate == Fate.REJECTED || isHopeless) {
        settled.add(entry.sequence());
        queue.undelivered(entry.sequence(), new Lost(0, 0, 1, entry.reports()));
        rejected(entry, isHopeless ? "; others go, it does not: " + receipt.why() : "");
      } else if (fate == Fate.UNHEARD && silence.unheard(entry)) {
        settled.add(entry.sequence());
        queue.undelivered(entry.sequence(), new Lost(1, entry.reports(), 0, 0));
        unheard.increment();
        unheardReports.add(entry.reports());
      } else if (fate == Fate.ACCEPTED) {
        settled.add(entry.sequence());
        sent.increment();
        reports.add(entry.reports());
        rejectionsEnded();
        silence.heard();
      }
      stays |= fate != Fate.UNHEARD && !settled.contains(entry.sequence());
    }
    for (int i = 0; i < receipt.fates().size(); i++) {
      Fate fate = receipt.fates().get(i);
      if (fate == Fate.ACCEPTED || fate == Fate.UNHEARD) {
        stumbles.passed(entries.get(i));
        endings.went();
        refusedInRow = 0;
        pace.went();
      } else if (fate == Fate.REJECTED) {
        stumbles.gone(entries.get(i));
      }
    }
    tell();
    progress = !settled.isEmpty() || receipt.fates().contains(Fate.UNHEARD);
    if (!settled.isEmpty()) {
      queue.remove(settled);
    }
    boolean isOneOfMany = !receipt.why().isEmpty() && stumbles.doOthersGo();
    return stays && !isOneOfMany;
  }

  /** What is refused again and again while all else goes, one entry or all of a lane, says nothing of how fast that may. */
  private void refused(Entry entry) {
    boolean isAnother = entry.sequence() != refusedSequence || !stumbles.isOnly(entry);
    refusedSequence = entry.sequence();
    if (isAnother && refusedInRow < MOST_REFUSED) {
      refusedInRow++;
      pace.refused();
    }
  }

  /** Says once for each reason that one entry after the other fails, or that fewer go than there are, and once that it is over. */
  private void tell() {
    String why = pace.isSlow() ? stumbles.why() : stumbles.whyNoneGoes();
    if (pace.isSlow() || !why.isEmpty()) {
      if (held.isNews((pace.isSlow() ? "slow: " : "none: ") + why)) {
        LOG.warn("{}: {}{}", name, heldWhy(), pace.isSlow() ? ": " + why : "");
      }
    } else if (stumbles.isEmpty() && held.over() > 0) {
      LOG.info("{}: the far side takes all again", name);
    }
  }

  private void rejected(Entry entry, String why) {
    stumbles.gone(entry);
    rejectedBatches.increment();
    rejectedReports.add(entry.reports());
    if (rejecting.isNews(why)) {
      LOG.warn(
          "{}: rejected for good, lost: sequence={}, reports={}{}",
          name,
          entry.sequence(),
          entry.reports(),
          why);
    }
  }

  private void rejectionsEnded() {
    long rejected = rejecting.over();
    if (rejected > 0) {
      LOG.warn("{}: rejected for good, lost, until now: batches={}", name, rejected);
    }
  }

  /** Nothing is sent any more. */
  void ended() {
    rejectionsEnded();
    silence.ended();
  }
}
