package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For whom it is worth to wait: a unit that says "response pending" is waited for, and nobody else is asked meanwhile. One
 * that did not answer then is not waited for again for a second, two, four, up to {@value #LONGEST_S} s: with this
 * parameter, and, once {@value #UNIT_TRIES} waits for it in a row were in vain, with any that it has not kept waiting and
 * answered before. Whoever is not waited for is asked nevertheless, and heard if he answers at once.
 *
 * <p>The source's thread calls all methods.
 *
 * @see "ISO 14229-1, table A.1, response code 78; ISO 14229-2, 7.2, P2*"
 */
public final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final String MATTER = "response pending";
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int LONGEST_S = 300;
  private static final int UNIT_TRIES = 3;

  /** Units and parameters that are told apart; nobody beyond them is waited for. */
  private static final int MOST = 1024;

  /** Stands for all parameters of a unit. */
  private static final Bytes ALL = Bytes.EMPTY;

  private record Word(int ecu, Bytes request) {}

  /**
   * How waits have gone.
   *
   * @param vain how many in a row were in vain
   * @param untilNs no further one before this monotonic time, which means nothing with {@code vain} 0
   */
  private record Past(int vain, long untilNs) {
    static final Past NONE = new Past(0, 0);

    Past inVain(int tries, long nowNs) {
      int doublings = Math.min(vain + 1 - tries, 10);
      long waitNs = doublings < 0 ? 0 : Math.min(LONGEST_S, 1L << doublings) * SECOND_NS;
      return new Past(vain + 1, nowNs + waitNs);
    }

    boolean isOver(long nowNs) {
      return vain == 0 || nowNs - untilNs >= 0;
    }
  }

  private final String source;
  private final Timeline timeline;
  private final Part part;
  private final Counter unkept;

  // since the vehicle was found
  private final Map<Word, Past> pasts = new HashMap<>();

  /** Patience with the units behind one source. */
  public Patience(String source, Timeline timeline, Health health) {
    this.source = source;
    this.timeline = timeline;
    this.part = health.part("source", source);
    this.unkept = health.counter(DiagnosticMetrics.UNKEPT, source);
  }

  /** A vehicle is (again) at the other end. */
  public void begin() {
    pasts.clear();
    tell();
  }

  /** Whether to wait for an answer that a unit has promised. */
  public boolean isWorthIt(int ecu, Bytes request) {
    long nowNs = timeline.monotonicNs();
    Past own = pasts.get(new Word(ecu, request));
    if (own == null && pasts.size() >= MOST) {
      return false;
    }
    boolean isKept = own != null && own.vain == 0;
    Past unit = pasts.getOrDefault(new Word(ecu, ALL), Past.NONE);
    return isKept || ((own == null || own.isOver(nowNs)) && unit.isOver(nowNs));
  }

  /** A unit was waited for, or was not worth it, and did not answer. */
  public void unkept(int ecu, Bytes request, boolean isWaitedFor) {
    unkept.increment();
    if (!isWaitedFor || pasts.size() >= MOST) {
      return;
    }
    long nowNs = timeline.monotonicNs();
    boolean isNew = !isVain(ecu);
    pasts.merge(
        new Word(ecu, request), Past.NONE.inVain(1, nowNs), (past, first) -> past.inVain(1, nowNs));
    pasts.merge(
        new Word(ecu, ALL),
        Past.NONE.inVain(UNIT_TRIES, nowNs),
        (past, first) -> past.inVain(UNIT_TRIES, nowNs));
    if (isNew) {
      LOG.info(
          "{}: unit {} says 'response pending' to {} and does not answer: waited for less and less",
          source,
          Integer.toHexString(ecu),
          request);
      tell();
    }
  }

  /**
   * A unit has answered.
   *
   * @param isPromised whether it had said that it would
   */
  public void answered(int ecu, Bytes request, boolean isPromised) {
    if (!isPromised && pasts.isEmpty()) {
      return;
    }
    Word word = new Word(ecu, request);
    Past before = pasts.remove(word);
    if (isPromised && pasts.size() < MOST) {
      pasts.put(word, Past.NONE);
      pasts.remove(new Word(ecu, ALL));
    }
    if (before != null && before.vain > 0 && !isVain(ecu)) {
      LOG.info("{}: unit {} answers what it had pending", source, Integer.toHexString(ecu));
      pasts.remove(new Word(ecu, ALL));
      tell();
    }
  }

  private boolean isVain(int ecu) {
    return pasts.entrySet().stream()
        .anyMatch(one -> one.getKey().ecu == ecu
            && !one.getKey().request.equals(ALL)
            && one.getValue().vain > 0);
  }

  private void tell() {
    String units = pasts.entrySet().stream()
        .filter(one -> one.getValue().vain > 0)
        .map(one -> one.getKey().ecu)
        .distinct()
        .sorted()
        .map(Integer::toHexString)
        .collect(Collectors.joining(" "));
    part.remark(
        MATTER,
        Part.State.OK,
        units.isEmpty() ? "" : "'response pending' without an answer: unit " + units);
  }
}
