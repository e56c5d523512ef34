package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of the thread {@code courier-ROUTE}: takes entries from the queues of its lanes, sends them, and removes them once
 * the far side has answered for them. Never drops an entry, and ends only when told to stop.
 *
 * <p>The lanes come in the order of their right of way: what is new goes before any backlog, and in both the earlier lane
 * before the later.
 *
 * <p>While the link is down it waits, as its {@link Patience} says, and tries again. Delivery is at least once: after a lost
 * link, what was under way is sent again.
 *
 * <p>When told to stop it hands over what is there for at most {@value #HAND_OVER_NS} ns and closes the uplink; the rest
 * stays in the queues.
 */
public final class Courier implements Runnable, RunLoop.Body {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SLICE_NS = SECOND_NS / 4;
  private static final long HAND_OVER_NS = 1_500_000_000L;
  private static final long STANDSTILL_NS = 60 * SECOND_NS;

  private final String route;
  private final List<Lane> lanes;
  private final Uplink uplink;
  private final Budget budget;
  private final Timeline timeline;
  private final Stop stop;
  private final Patience patience;
  private final Part part;
  private final Counter connects;
  private final Counter failures;
  private final Counter traffic;
  private final Bugs bugs;

  private long countedBytes;

  // while connected
  private boolean open;
  private long idleNs;
  // when something was taken last, or nothing was there to be sent
  private long movedNs;
  private long taken;
  // the lanes as they have their turns
  private List<Lane> turns = List.of();
  // who goes first where one entry at a time goes: who comes after the one that went
  private int slowFirst;

  private final Condition down = new Condition();
  private final Condition standstill = new Condition();

  /**
   * A courier for one route, between its lanes and its uplink; {@code stop} ends it.
   *
   * @param lanes at least one; who comes first has the right of way
   * @param budget what they may use
   */
  public Courier(
      String route,
      List<Lane> lanes,
      Uplink uplink,
      Budget budget,
      Timeline timeline,
      Health health,
      Stop stop,
      RandomGenerator random) {
    this(route, lanes, uplink, budget, timeline, health, stop, new Patience(random));
  }

  Courier(
      String route,
      List<Lane> lanes,
      Uplink uplink,
      Budget budget,
      Timeline timeline,
      Health health,
      Stop stop,
      Patience patience) {
    this.route = route;
    this.lanes = List.copyOf(lanes);
    lanes.forEach(lane -> lane.keepsPaceWith(lanes.get(0)));
    this.uplink = uplink;
    this.budget = budget;
    this.timeline = timeline;
    this.stop = stop;
    this.patience = patience;
    this.part = health.part("route", route);
    this.connects = health.counter(UplinkMetrics.CONNECTS, route);
    this.failures = health.counter(UplinkMetrics.FAILURES, route);
    this.traffic = health.counter(UplinkMetrics.BYTES, route);
    this.bugs = health.bugs(route);
  }

  @Override
  public void run() {
    uplink.whileWaiting(this::waits);
    uplink.meter(bytes -> budget.fits(Budget.Use.LIVE, 0, bytes));
    new RunLoop(bugs, stop::isRequested, this).run();
    if (open) {
      handOver();
    }
    uplink.close();
    count();
    budget.close();
    lanes.forEach(Lane::ended);
    part.set(Part.State.ENDED, "");
  }

  @Override
  public boolean round() {
    try {
      if (!open) {
        uplink.open();
        opened();
      }
      carry(SECOND_NS);
    } catch (IOException e) {
      failed(e);
      pause(patience.nextNs(e));
    }
    return true;
  }

  @Override
  public boolean survived(Throwable fault) {
    faulty(fault);
    pause(patience.nextNs(new IOException(fault)));
    return true;
  }

  private void count() {
    long bytes = uplink.trafficBytes() - countedBytes;
    countedBytes += bytes;
    traffic.add(bytes);
    budget.spent(bytes);
  }

  private void opened() {
    open = true;
    connects.increment();
    count();
    idleNs = timeline.monotonicNs();
    movedNs = idleNs;
    standstill.over();
    lanes.forEach(Lane::opened);
    turns = new ArrayList<>(lanes);
    turns.sort(Comparator.comparing(Lane::isSuspect));
    long failed = down.over();
    LOG.info("{}: connected{}", route, failed == 0 ? "" : ", failures before=" + failed);
  }

  private void failed(IOException e) {
    open = false;
    uplink.close();
    count();
    if (stop.isRequested()) {
      return;
    }
    failures.increment();
    String why = Words.of(e);
    if (down.isNews(why)) {
      LOG.warn("{}: link down, trying again: {}", route, why);
    }
    part.set(Part.State.DEGRADED, why);
  }

  private void faulty(Throwable e) {
    open = false;
    part.set(Part.State.DEGRADED, "a fault of the program, " + Words.of(e));
    uplink.close();
  }

  /**
   * One turn of each lane, and sees to the link when that is due. The last lane waits for all of them.
   *
   * @return whether an entry was settled
   */
  private boolean carry(long waitNs) throws IOException {
    boolean progress = false;
    boolean kept = false;
    boolean empty = true;
    boolean late = false;
    List<Lane> inTurn = inTurn();
    Lane last = inTurn.get(inTurn.size() - 1);
    for (Lane lane : inTurn) {
      long waitsNs = lane == last && empty ? waitNs : 0;
      long restsNs = lane.restsNs();
      if (restsNs > 0) {
        kept = true;
        lane.idle(Math.min(Math.min(restsNs, SLICE_NS), waitsNs));
        continue;
      }
      Lane.Turn turn = lane.carry(waitsNs, !late);
      count();
      if (lane.madeProgress()) {
        progress = true;
        went(lane);
      }
      kept |= turn == Lane.Turn.KEPT;
      empty &= turn == Lane.Turn.EMPTY;
      late |= lane.sentLate();
      if (turn != Lane.Turn.EMPTY) {
        slowFirst = turns.indexOf(lane) + 1;
      }
    }
    if (progress) {
      patience.reset();
    }
    long nowNs = timeline.monotonicNs();
    if (progress || empty) {
      moved();
    }
    if (kept || empty || nowNs - idleNs >= SECOND_NS) {
      idleNs = nowNs;
      idleQueues();
      uplink.idle();
    }
    if (progress || empty || isHeld()) {
      tell();
    }
    return progress;
  }

  /** In their order; where one entry at a time goes, each in turn, or who has the right of way would take all. */
  private List<Lane> inTurn() {
    if (!turns.get(0).isSlow()) {
      return turns;
    }
    List<Lane> rotated = new ArrayList<>(turns);
    Collections.rotate(rotated, -slowFirst);
    return rotated;
  }

  private boolean isHeld() {
    return lanes.stream().anyMatch(lane -> !lane.heldWhy().isEmpty());
  }

  /** Something is taken, there is nothing to be sent, or a lane says why not. */
  private void tell() {
    Optional<String> why =
        lanes.stream().map(Lane::heldWhy).filter(held -> !held.isEmpty()).findFirst();
    part.set(
        why.isPresent() ? Part.State.DEGRADED : Part.State.OK,
        why.or(budget::waiting).orElse(""));
  }

  private void went(Lane lane) {
    for (Lane other : turns) {
      if (other != lane) {
        other.otherWent();
      }
    }
  }

  /** What is done while the uplink waits for the far side. */
  private void waits() {
    idleQueues();
    if (uplink.taken() != taken) {
      taken = uplink.taken();
      moved();
      tell();
    }
    long standsNs = timeline.monotonicNs() - movedNs;
    if (open && !standstill.isThere() && standsNs >= STANDSTILL_NS) {
      String why = "connected, but nothing was taken for " + standsNs / SECOND_NS + " s";
      if (standstill.isNews("standstill")) {
        LOG.warn("{}: {}", route, why);
      }
      part.set(Part.State.DEGRADED, why);
    }
  }

  private void idleQueues() {
    lanes.forEach(lane -> lane.idle(0));
  }

  /** Waits, at most so long and not past a stop, and lets the queues do meanwhile what is due. */
  private void pause(long atMostNs) {
    long leftNs = atMostNs;
    while (leftNs > 0 && !stop.isRequested()) {
      long sliceNs = Math.min(leftNs, SLICE_NS);
      for (Lane lane : lanes) {
        lane.idle(lane == lanes.get(0) ? sliceNs : 0);
      }
      leftNs -= sliceNs;
    }
  }

  private void moved() {
    movedNs = timeline.monotonicNs();
    if (standstill.over() > 0) {
      LOG.info("{}: entries are taken again", route);
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
      LOG.info("{}: the rest stays in the queue: {}", route, Words.of(e));
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bugs.survived(e);
      faulty(e);
    }
  }
}
