package dev.caravan.agent.store;

/**
 * What of a queue is not yet removed.
 *
 * @param entries how many; damaged ones count until they are passed over
 * @param bytes about how much of the files they take, as the entries in them do on average
 * @param oldestNs when the oldest was stored, epoch nanoseconds UTC; for one that is not in memory any more, when its segment
 *     was begun; 0 if there is none
 */
public record Waiting(long entries, long bytes, long oldestNs) {
  /** Under the queue's lock; {@code next} is the sequence that comes next. */
  static Waiting of(long next, Removal removal, Segments segments, Writer writer) {
    long removed = removal.removedThrough();
    long entries = next - 1 - removed - removal.goneBeyond() - segments.thinnedAbove(removed);
    return new Waiting(
        entries,
        Math.round(segments.averageBytes(next) * entries),
        removed + 1 > next - 1 ? 0 : oldestNs(removed + 1, segments, writer));
  }

  /** With those of a queue behind it. */
  Waiting and(Waiting more) {
    return new Waiting(
        entries + more.entries, bytes + more.bytes, entries == 0 ? more.oldestNs : oldestNs);
  }

  private static long oldestNs(long first, Segments segments, Writer writer) {
    StoredEntry remembered = writer.oldestRemembered();
    if (remembered != null && remembered.entry().sequence() <= first) {
      return remembered.entry().timeNs();
    }
    Segment holding = segments.holding(first);
    return holding == null ? 0 : holding.timeNs;
  }
}
