package dev.caravan.agent.health;

/** Numbers that are counted in one room and read in another too, most of them for the ledger that travels in every batch. */
public final class SharedMetrics {
  public static final Metric.Count BUGS = new Metric.Count(
      "bugs",
      Metric.Label.PART,
      "faults",
      "faults of the program that were survived: for each one frame, message, command or "
          + "visitor at most was given up, or what was to be sent was tried again; the log has "
          + "each kind once",
      "send the log with its stack trace");

  public static final Metric.Count SOURCE_FRAMES = new Metric.Count(
      "source.frames", Metric.Label.SOURCE, "frames", "frames read", "nothing: it is the traffic");

  public static final Metric.Count SOURCE_MALFORMED = new Metric.Count(
      "source.malformed",
      Metric.Label.SOURCE,
      "units",
      "units on the wire that were cut, garbled, too long or had a wrong checksum, and were"
          + " dropped; none was believed",
      "a few after plugging in are normal. Rising: wrong settings of the port, a bad cable,"
          + " a second program that reads the same port");

  public static final Metric.Count SOURCE_OVERRUN = new Metric.Count(
      "source.overrun",
      Metric.Label.SOURCE,
      "reports",
      "reports of the adapter that it had to drop frames: statuses with a full buffer or "
          + "overrun bit, and overruns in error lines. How many frames were lost is not known",
      "raise `baud` where it matters, filter in the adapter (`accept`), or use a faster "
          + "adapter");

  public static final Metric.Count INBOX_DROPPED = new Metric.Count(
      "inbox.dropped",
      Metric.Label.SOURCE,
      "frames",
      "frames dropped because the pipeline was behind",
      "give the board more CPU, or the routes fewer signals");

  public static final Metric.Count FRAMES_GIVEN_UP = new Metric.Count(
      "frames.given_up",
      Metric.Label.SOURCE,
      "frames",
      "units that a fault of the program cost; the ledger counts them among the dropped",
      "send the log with its stack trace");

  public static final Metric.Count DECODE_SAMPLES = new Metric.Count(
      "decode.samples", Metric.Label.PART, "samples", "samples decoded", "nothing");

  public static final Metric.Count DECODE_UNKNOWN = new Metric.Count(
      "decode.unknown",
      Metric.Label.PART,
      "frames",
      "frames that no decoder knew",
      "add the DBC that is missing, or nothing");

  public static final Metric.Count SHAPE_WITHHELD = new Metric.Count(
      "shape.withheld",
      Metric.Label.ROUTE,
      "samples",
      "samples that the route's `shape` rules did not let pass, or its `privacy` rules left out, or "
          + "that a later one replaced in JSON of last values; intended, not a loss",
      "nothing; if a signal is missed, look at the first rule that covers it: `caravan "
          + "check`");

  public static final Metric.Count ENCODE_SAMPLES = new Metric.Count(
      "encode.samples",
      Metric.Label.ROUTE,
      "samples",
      "samples put into closed batches; with `shape.withheld` it makes up `decode.samples`,"
          + " but for those of the open batch",
      "nothing");

  public static final Metric.Count ENCODE_EVENTS = new Metric.Count(
      "encode.events",
      Metric.Label.ROUTE,
      "events",
      "events made, each an entry of the queue `ROUTE.events`",
      "nothing; very many: a trigger without an `until`, or a shorter `quiet` than meant");

  public static final Metric.Count STORE_EVICTED = new Metric.Count(
      "store.evicted",
      Metric.Label.ROUTE,
      "reports",
      "reports in entries that were removed unsent: room or age was used up",
      "a longer `max_age`, more `max_bytes`, or a better link");

  public static final Metric.Count STORE_EVICTED_BATCHES = new Metric.Count(
      "store.evicted_batches",
      Metric.Label.ROUTE,
      "entries",
      "entries that were removed unsent: room or age was used up",
      "a longer `max_age`, more `max_bytes`, or a better link");

  public static final Metric.Count STORE_CORRUPT = new Metric.Count(
      "store.corrupt",
      Metric.Label.ROUTE,
      "entries",
      "entries that are damaged, or of which a power cut left only the place in the "
          + "sequence; never handed out",
      "check the disk: `caravan spool verify DIR`");

  public static final Metric.Count STORE_CORRUPT_REPORTS = new Metric.Count(
      "store.corrupt_reports",
      Metric.Label.ROUTE,
      "reports",
      "reports in damaged entries, as far as their neighbours tell",
      "check the disk: `caravan spool verify DIR`");

  public static final Metric.Count STORE_FORMER_EVICTED = new Metric.Count(
      "store.former_evicted",
      Metric.Label.ROUTE,
      "reports",
      "reports in entries of streams that had ended before, of another machine, say, or of a run in memory, which were evicted, damaged or "
          + "unheard; counted there too, and in no ledger",
      "as for those");

  public static final Metric.Count STORE_FORMER_EVICTED_BATCHES = new Metric.Count(
      "store.former_evicted_batches",
      Metric.Label.ROUTE,
      "entries",
      "entries of streams that had ended before which were evicted, damaged or unheard",
      "as for those");

  public static final Metric.Count STORE_FORMER_REJECTED = new Metric.Count(
      "store.former_rejected",
      Metric.Label.ROUTE,
      "reports",
      "reports in entries of streams that had ended before which the far side has refused for good; "
          + "counted as rejected too, and in no ledger",
      "as for those");

  public static final Metric.Count STORE_FORMER_REJECTED_BATCHES = new Metric.Count(
      "store.former_rejected_batches",
      Metric.Label.ROUTE,
      "entries",
      "entries of streams that had ended before which the far side has refused for good",
      "as for those");

  public static final Metric.Count UPLINK_REJECTED = new Metric.Count(
      "uplink.rejected",
      Metric.Label.ROUTE,
      "reports",
      "reports that the far side has refused for good: lost",
      "see the log for the reason; too large: a smaller `batch`, or a higher limit at the "
          + "broker");

  public static final Metric.Count UPLINK_REJECTED_BATCHES = new Metric.Count(
      "uplink.rejected_batches",
      Metric.Label.ROUTE,
      "batches",
      "batches that the far side has refused for good: lost",
      "see the log for the reason; too large: a smaller `batch`, or a higher limit at the "
          + "broker");

  public static final Metric.Count UPLINK_UNHEARD = new Metric.Count(
      "uplink.unheard",
      Metric.Label.ROUTE,
      "batches",
      "batches that the broker took although nobody listened, given up after "
          + "`keep_unheard`; the ledger names them as evicted",
      "let a consumer subscribe, best on a session that outlives its connection; where a "
          + "rule of the broker takes them: `keep_unheard: 0s`, and nothing");

  public static final Metric.Count UPLINK_UNHEARD_REPORTS = new Metric.Count(
      "uplink.unheard_reports",
      Metric.Label.ROUTE,
      "reports",
      "reports in batches that the broker took although nobody listened, given up after "
          + "`keep_unheard`",
      "let a consumer subscribe, best on a session that outlives its connection; where a "
          + "rule of the broker takes them: `keep_unheard: 0s`, and nothing");

  private SharedMetrics() {}
}
