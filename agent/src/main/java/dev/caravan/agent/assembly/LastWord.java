package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.Waiting;
import dev.caravan.agent.uplink.UplinkMetrics;
import java.util.concurrent.TimeUnit;

/** What is said of a queue when the agent stops: what was handed over in this run, what was lost, and what stays. */
record LastWord(String name, boolean isOfEvents, Store queue) {
  /** One line. */
  String words(Health health, Timeline timeline) {
    long sent = health.counter(UplinkMetrics.SENT, name).value();
    StringBuilder words = new StringBuilder(name)
        .append(": handed over in this run: ")
        .append(isOfEvents ? "events=" : "batches=")
        .append(sent);
    if (!isOfEvents) {
      words
          .append(", samples=")
          .append(health.counter(UplinkMetrics.REPORTS, name).value());
    }
    long rejected = health.counter(SharedMetrics.UPLINK_REJECTED, name).value();
    long evicted = health.counter(SharedMetrics.STORE_EVICTED, name).value();
    if (rejected + evicted > 0) {
      words
          .append("; lost: ")
          .append(isOfEvents ? "events" : "samples")
          .append(" rejected for good=")
          .append(rejected)
          .append(", evicted unsent=")
          .append(evicted);
    }
    Waiting stays = queue.waiting();
    if (stays.entries() == 0) {
      return words.append("; nothing stays in the queue").toString();
    }
    return words
        .append("; in the queue stay: entries=")
        .append(stays.entries())
        .append(", bytes=")
        .append(stays.bytes())
        .append(", the oldest is ")
        .append(age(new Ages(timeline).ageNs(stays.oldestNs())))
        .append(" old")
        .toString();
  }

  /** In the largest unit of which there are two. */
  static String age(long ageNs) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(ageNs);
    if (seconds < TimeUnit.MINUTES.toSeconds(2)) {
      return seconds + " s";
    }
    if (seconds < TimeUnit.HOURS.toSeconds(2)) {
      return TimeUnit.SECONDS.toMinutes(seconds) + " min";
    }
    return seconds < TimeUnit.DAYS.toSeconds(2)
        ? TimeUnit.SECONDS.toHours(seconds) + " h"
        : TimeUnit.SECONDS.toDays(seconds) + " d";
  }
}
