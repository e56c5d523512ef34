package dev.caravan.agent.uplink;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Gauge;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a route may send and receive on a metered link in each hour, day and month, UTC. One thread.
 *
 * <p>Who is named first in {@link Limits#shaved} stops when {@value #FIRST_PERCENT} % of one of the limits are used, who is named
 * second at {@value #SECOND_PERCENT} %, all others when it is used up. What stops waits in its queue.
 *
 * <p>A period begins with the time of day, or, while that was evidently never set (it is before 2024), when the one before has
 * lasted as long as it may. What was used is known after a restart, and after a power cut too: a little more than that is on
 * disk before it is used.
 */
public final class Budget {
  /** What the link is used for. */
  public enum Use {
    /** Batches that were not sent when they were made. */
    BACKLOG,
    /** Batches of now. */
    LIVE,
    /** Events. */
    EVENTS
  }

  /**
   * What may be used.
   *
   * @param hourBytes in each hour; {@link Long#MAX_VALUE} for as much as there is, as in the next two
   * @param dayBytes in each day
   * @param monthBytes in each month
   * @param shaved who stops first, and who second
   */
  public record Limits(long hourBytes, long dayBytes, long monthBytes, List<Use> shaved) {
    /** For a link that is not metered. */
    public static final Limits NONE =
        new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, List.of());

    /** Copies the list. */
    public Limits {
      shaved = List.copyOf(shaved);
    }

    private int percent(Use use) {
      int place = shaved.indexOf(use);
      return place == 0 ? FIRST_PERCENT : place == 1 ? SECOND_PERCENT : 100;
    }
  }

  /** For a link that is not metered. */
  public static final Budget UNLIMITED =
      new Budget("", Limits.NONE, Path.of(""), new SystemTimeline(), new Health());

  private static final Logger LOG = LoggerFactory.getLogger(Budget.class);

  private static final int FIRST_PERCENT = 80;
  private static final int SECOND_PERCENT = 95;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long HOUR_NS = 3600 * SECOND_NS;
  private static final long DAY_NS = 24 * HOUR_NS;

  /** The time of day is believed from 2024-01-01 on. */
  private static final long SET_FROM_NS = 1_704_067_200L * SECOND_NS;

  private static final long LEAST_AHEAD_BYTES = 4L << 10;
  private static final long MOST_AHEAD_BYTES = 1L << 20;

  /** One of the limits, and the period of it that is now. */
  private final class Period {
    final String name;
    final long longestNs;
    final long limitBytes;
    final Gauge gauge;
    final Set<Use> waiting = EnumSet.noneOf(Use.class);
    long number;
    long usedBytes;
    long begunNs;

    Period(
        String name,
        Metric.Level metric,
        long longestNs,
        long limitBytes,
        BudgetFile.Used found,
        Health health) {
      this.name = name;
      this.longestNs = longestNs;
      this.limitBytes = limitBytes;
      this.number = found.number();
      this.usedBytes = found.bytes();
      this.begunNs = timeline.monotonicNs();
      this.gauge = health.gauge(metric, route);
      gauge.set((double) usedBytes);
    }

    /** Begins anew if it is time. */
    void look() {
      long nowNs = timeline.nowNs();
      long monotonicNs = timeline.monotonicNs();
      boolean isSet = nowNs >= SET_FROM_NS;
      long now = isSet ? numberAt(nowNs) : number;
      boolean isOver =
          isSet ? now > number && number != BudgetFile.UNKNOWN : monotonicNs - begunNs >= longestNs;
      number = now;
      if (isOver) {
        begunNs = monotonicNs;
        waiting.clear();
        spend(-usedBytes);
      }
    }

    private long numberAt(long nowNs) {
      if (longestNs <= DAY_NS) {
        return Math.floorDiv(nowNs, longestNs);
      }
      var day = Instant.ofEpochSecond(nowNs / SECOND_NS).atOffset(ZoneOffset.UTC);
      return day.getYear() * 12L + day.getMonthValue() - 1;
    }

    void spend(long bytes) {
      usedBytes += bytes;
      gauge.set((double) usedBytes);
    }

    long shareBytes(Use use) {
      return (long) (limitBytes / 100.0 * limits.percent(use));
    }

    boolean fits(Use use, long besideBytes, long bytes) {
      long share = shareBytes(use);
      boolean fits = usedBytes + besideBytes + bytes <= share
          || (besideBytes == 0 && usedBytes <= share / 4 && bytes > share / 4 * 3);
      if (!fits) {
        waiting.add(use);
      }
      return fits;
    }
  }

  private final String route;
  private final Limits limits;
  private final BudgetFile file;
  private final Timeline timeline;
  private final List<Period> periods = new ArrayList<>();
  private final long aheadBytes;

  // more than on disk
  private long unwrittenBytes;
  private final Condition failing = new Condition();

  /**
   * Goes on with what a file says was used.
   *
   * @param path of the file, which is made if it is not there
   */
  public Budget(String route, Limits limits, Path path, Timeline timeline, Health health) {
    this.route = route;
    this.limits = limits;
    this.file = new BudgetFile(path);
    this.timeline = timeline;
    long least = Math.min(limits.hourBytes, Math.min(limits.dayBytes, limits.monthBytes));
    this.aheadBytes = Math.max(LEAST_AHEAD_BYTES, Math.min(MOST_AHEAD_BYTES, least / 100));
    // the first use writes
    this.unwrittenBytes = aheadBytes;
    if (least < Long.MAX_VALUE) {
      List<BudgetFile.Used> found = file.read(3);
      periods.add(new Period(
          "hour", UplinkMetrics.USED_IN_HOUR, HOUR_NS, limits.hourBytes, found.get(0), health));
      periods.add(new Period(
          "day", UplinkMetrics.USED_IN_DAY, DAY_NS, limits.dayBytes, found.get(1), health));
      periods.add(new Period(
          "month",
          UplinkMetrics.USED_IN_MONTH,
          31 * DAY_NS,
          limits.monthBytes,
          found.get(2),
          health));
    }
  }

  /** Counts what was sent and received. */
  void spent(long bytes) {
    if (bytes == 0 || periods.isEmpty()) {
      return;
    }
    unwrittenBytes += bytes;
    for (Period period : periods) {
      period.look();
      period.spend(bytes);
    }
    if (unwrittenBytes >= aheadBytes) {
      write(aheadBytes);
      unwrittenBytes = 0;
    }
  }

  private void write(long moreBytes) {
    try {
      file.write(periods.stream()
          .map(period -> new BudgetFile.Used(period.number, period.usedBytes + moreBytes))
          .toList());
      long failures = failing.over();
      if (failures > 0) {
        LOG.info("{}: what was used of the budget is on disk again, failures={}", route, failures);
      }
    } catch (IOException e) {
      String why = Words.of(e);
      if (failing.isNews(why)) {
        LOG.warn("{}: what was used of the budget is not on disk: {}", route, why);
      }
    }
  }

  /**
   * Whether so many bytes may leave now, beside others that will. What is larger than most of a share may when a period begins,
   * or it never could.
   */
  boolean fits(Use use, long besideBytes, long bytes) {
    boolean fits = true;
    for (Period period : periods) {
      period.look();
      fits &= period.fits(use, besideBytes, bytes);
    }
    return fits;
  }

  /** Who waits, and for what: in words, or none. */
  Optional<String> waiting() {
    for (Use use : List.of(Use.EVENTS, Use.LIVE, Use.BACKLOG)) {
      for (Period period : periods) {
        period.look();
        if (period.waiting.contains(use)) {
          String who = switch (use) {
            case EVENTS -> "events wait";
            case LIVE -> "batches wait";
            case BACKLOG -> "the backlog waits";
          };
          return Optional.of("budget: " + limits.percent(use) + " % of the " + period.limitBytes
              + " B of this " + period.name + " are used, " + who);
        }
      }
    }
    return Optional.empty();
  }

  /** Notes on disk exactly what was used. */
  void close() {
    if (!periods.isEmpty()) {
      write(0);
    }
  }
}
