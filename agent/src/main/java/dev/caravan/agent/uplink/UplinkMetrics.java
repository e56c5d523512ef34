package dev.caravan.agent.uplink;

import dev.caravan.agent.health.Metric;

/** Numbers of a route's far side that the ledger does not tell. */
public final class UplinkMetrics {
  public static final Metric.Count SENT = new Metric.Count(
      "uplink.sent",
      Metric.Label.ROUTE,
      "batches",
      "batches that the far side has taken",
      "nothing");

  public static final Metric.Count REPORTS = new Metric.Count(
      "uplink.reports",
      Metric.Label.ROUTE,
      "reports",
      "reports in batches that the far side has taken",
      "nothing");

  public static final Metric.Count WRITTEN = new Metric.Count(
      "uplink.written",
      Metric.Label.ROUTE,
      "batches",
      "of `uplink.sent`, those that left with QoS 0: written, and nobody answers for them",
      "where none may be lost: `qos: 1`");

  public static final Metric.Count DURABLE = new Metric.Count(
      "uplink.durable",
      Metric.Label.ROUTE,
      "batches",
      "with `receipt: store`: batches that a receipt says are durable, which are removed from the queue then",
      "far below `uplink.sent`: whoever writes to the datastore is behind, or its receipts do not come");

  public static final Metric.Count DURABLE_REPORTS = new Metric.Count(
      "uplink.durable_reports",
      Metric.Label.ROUTE,
      "reports",
      "reports in batches that a receipt says are durable",
      "nothing");

  public static final Metric.Count AGAIN = new Metric.Count(
      "uplink.again",
      Metric.Label.ROUTE,
      "batches",
      "with `receipt: store`: batches that were sent again because no receipt named them in time",
      "rising: the broker loses messages, or receipts are late; nothing is lost");

  public static final Metric.Count RECEIPTS_IGNORED = new Metric.Count(
      "uplink.receipts_ignored",
      Metric.Label.ROUTE,
      "receipts",
      "receipts for another device, not signed as they must be, unreadable, or dropped unchecked in a flood",
      "rising: a consumer signs with another key, or somebody forges them");

  public static final Metric.Count CONNECTS = new Metric.Count(
      "uplink.connects",
      Metric.Label.ROUTE,
      "connections",
      "connections that were made",
      "rising steadily: the link flaps, or two agents use one client id");

  public static final Metric.Count FAILURES = new Metric.Count(
      "uplink.failures",
      Metric.Label.ROUTE,
      "connections",
      "connections that were lost or could not be made",
      "see the state of the route for the last reason");

  public static final Metric.Count BYTES = new Metric.Count(
      "uplink.bytes",
      Metric.Label.ROUTE,
      "bytes",
      "bytes sent and received, those of TLS, TCP and IP included, as far as they can be " + "told",
      "with a `budget`: it is what counts");

  public static final Metric.Count FILES_REMOVED = new Metric.Count(
      "uplink.files_removed",
      Metric.Label.ROUTE,
      "files",
      "files of an uplink to files that `max_bytes` or `keep` removed, the oldest first",
      "fetch them more often, or raise the bound");

  public static final Metric.Count DROPPED_DOWN = new Metric.Count(
      "uplink.dropped_down",
      Metric.Label.ROUTE,
      "messages",
      "messages to the device that were dropped unread, as too many came at once or on a topic that was not asked for",
      "somebody floods the topic of commands: look at the rights at the broker");

  public static final Metric.Count REQUESTS = new Metric.Count(
      "uplink.requests",
      Metric.Label.ROUTE,
      "schemas",
      "schemas that were published again because somebody asked for them",
      "rising steadily: a consumer does not keep them, or does not see retained messages");

  public static final Metric.Count REQUESTS_IGNORED = new Metric.Count(
      "uplink.requests_ignored",
      Metric.Label.ROUTE,
      "schemas",
      "schemas that were asked for and not published: not of this route, asked for again while it waits for its minute to be over, no budget for them; and "
          + "requests that cannot be read",
      "rising fast: look at who may publish to the topic of requests");

  public static final Metric.Level USED_IN_HOUR = new Metric.Level(
      "uplink.used_in_hour",
      Metric.Label.ROUTE,
      "bytes",
      "bytes used in this hour, UTC; where the uplink has a `budget`",
      "near the limit: a longer `batch.max_age`, fewer signals, a larger `budget`");

  public static final Metric.Level USED_IN_DAY = new Metric.Level(
      "uplink.used_in_day",
      Metric.Label.ROUTE,
      "bytes",
      "bytes used in this day, UTC; where the uplink has a `budget`",
      "near the limit: a longer `batch.max_age`, fewer signals, a larger `budget`");

  public static final Metric.Level USED_IN_MONTH = new Metric.Level(
      "uplink.used_in_month",
      Metric.Label.ROUTE,
      "bytes",
      "bytes used in this month, UTC; where the uplink has a `budget`",
      "near the limit: a longer `batch.max_age`, fewer signals, a larger `budget`");

  private UplinkMetrics() {}
}
