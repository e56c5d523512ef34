package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the disk of a store that was given up, until it comes back or another takes its place.
 *
 * <p>The courier's thread, or before it begins and once it has ended.
 */
final class LeftDisk {
  private @Nullable Object device;

  /** Of the disk's sequences the highest that ever was out, and its entry, if it is known. */
  private long handedThrough;

  private @Nullable Entry newestHanded;
  private List<Entry> unsure = List.of();
  private long onDisk;
  private long onDiskReports;

  /** A queue is given up. */
  void leave(DiskQueue left, Leaving.Rest rest) {
    device = left.parts.device();
    handedThrough = Math.max(handedThrough, left.parts.locked(left.parts.removal::handedThrough));
    newestHanded = rest.newestHanded() == null ? newestHanded : rest.newestHanded();
    unsure = rest.unsure();
    onDisk = rest.onDisk();
    onDiskReports = rest.onDiskReports();
  }

  /** Whether a directory lies on another device than the one that was given up. */
  boolean isElsewhere(Path dir) {
    return device != null && !device.equals(DirectoryLock.deviceAbove(dir));
  }

  /**
   * A queue has come. What it lacks of what was in memory is appended as new if it never was out, and else counted as lost.
   *
   * @return what tells all that is appended to it now
   */
  Store.Retelling comes(DiskQueue come, Store.Reteller reteller) throws IOException {
    Optional<Entry> newest = come.newest();
    List<Entry> lacking = come.leaving.lacking(unsure);
    List<Entry> out = new ArrayList<>(lacking);
    out.removeIf(each -> each.sequence() > handedThrough);
    lacking.removeAll(out);
    come.startAfter(handedThrough);
    come.loses(out.size(), reports(out));
    if (newest.isEmpty()) {
      come.loses(onDisk, onDiskReports);
    }
    boolean isBehind = newest.map(Entry::sequence).orElse(0L) < handedThrough;
    Store.Retelling retelling =
        reteller.behind(isBehind ? Optional.ofNullable(newestHanded) : newest, come.lost());
    lacking.forEach(each -> come.append(each.reports(), each.schemaId(), retelling.retold(each)));
    unsure = List.of();
    onDisk = 0;
    return retelling;
  }

  /** The directory is another's: what never was out goes on with a queue in memory. */
  void goOnIn(DiskQueue memory) {
    List<Entry> rest = new ArrayList<>();
    for (Entry each : unsure) {
      if (each.sequence() > handedThrough) {
        memory.append(each.reports(), each.schemaId(), each.body());
      } else {
        rest.add(each);
      }
    }
    unsure = rest;
  }

  /** Neither has come: counts what was in memory as lost. */
  void isLost(DiskQueue memory) {
    memory.loses(unsure.size(), reports(unsure));
  }

  private static long reports(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::reports).sum();
  }
}
