package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.health.Metric;

/** Numbers of messages that come in packets; {@code sessions} is all others but {@code stray}, {@code malformed} and {@code unknown}, and what is under way. */
public final class J1939Metrics {
  public static final Metric.Count SESSIONS = new Metric.Count(
      "j1939.sessions",
      Metric.Label.SOURCE,
      "messages",
      "messages of a J1939 or NMEA 2000 bus that began to come in packets (BAM, RTS, the "
          + "first frame of a fast packet); `j1939.messages`, `j1939.aborted`, `j1939.timeouts` "
          + "and the ones under way make them up",
      "nothing");

  public static final Metric.Count MESSAGES = new Metric.Count(
      "j1939.messages",
      Metric.Label.SOURCE,
      "messages",
      "messages in packets that were joined whole and handed on",
      "nothing");

  public static final Metric.Count ABORTED = new Metric.Count(
      "j1939.aborted",
      Metric.Label.SOURCE,
      "messages",
      "messages in packets that ended without a message: by one of the two, by a new "
          + "announcement of the same pair, because a packet was missing, out of order or another"
          + " one under the same number, and its receiver did not ask for it again, or because "
          + "four fast packets of its group and sender began after it",
      "now and then is normal where control units give up. Rising with `source.overrun` or "
          + "`inbox.dropped`: frames are lost before they come here");

  public static final Metric.Count TIMEOUTS = new Metric.Count(
      "j1939.timeouts",
      Metric.Label.SOURCE,
      "messages",
      "messages in packets that were silent for longer than the standard lets wait (750 ms "
          + "between packets, 1250 ms for a clear to send and after it, 1050 ms after a hold), or"
          + " cut by a clock that was set back",
      "as for `j1939.aborted`");

  public static final Metric.Count STRAY = new Metric.Count(
      "j1939.stray",
      Metric.Label.SOURCE,
      "packets",
      "packets of no session: its announcement was not heard, or it was ended before",
      "a few after the start are normal; else as for `j1939.aborted`");

  public static final Metric.Count MALFORMED = new Metric.Count(
      "j1939.malformed",
      Metric.Label.SOURCE,
      "messages",
      "announcements and fast packets of a size that cannot be, and trouble code lists that"
          + " are too short",
      "a control unit that does not keep to the standard; nothing can be done here");

  public static final Metric.Count UNKNOWN = new Metric.Count(
      "j1939.unknown",
      Metric.Label.SOURCE,
      "messages",
      "joined messages that no decoder of the bus knew",
      "add the DBC file that has them, or nothing");

  private J1939Metrics() {}
}
