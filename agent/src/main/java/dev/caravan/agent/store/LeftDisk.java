package dev.caravan.agent.store;

import dev.caravan.agent.wire.StreamId;
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

  // what was written there
  private @Nullable StreamId stream;

  /** Of the disk's sequences the highest that ever was out, and its entry, if it is known. */
  private long handedThrough;

  private @Nullable Entry newestHanded;
  private List<Entry> unsure = List.of();
  private long onDisk;
  private long onDiskReports;

  /** A queue is given up. */
  void leave(DiskQueue left, Leaving.Rest rest) {
    device = left.parts.device();
    stream = left.parts.streams.current().stream();
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
   * A queue has come. What it lacks of what was in memory is appended as new if it never was out, and else counted as lost. Of another
   * stream it is another queue, which lacks all, and whose numbers are its own.
   *
   * @return what tells all that is appended to it now
   */
  Retelling comes(DiskQueue come, Reteller reteller) throws IOException {
    boolean isSame = stream == null || stream.equals(come.parts.streams.current().stream());
    List<Entry> lacking = isSame ? come.leaving.lacking(unsure) : new ArrayList<>(unsure);
    List<Entry> out = new ArrayList<>(lacking);
    out.removeIf(each -> each.sequence() > handedThrough);
    lacking.removeAll(out);
    if (isSame) {
      come.startAfter(handedThrough);
      come.loses(handedThrough, out.size(), reports(out));
    } else {
      come.loses(0, onDisk + out.size(), onDiskReports + reports(out));
      handedThrough = 0;
      newestHanded = null;
    }
    Optional<Entry> newest = come.newest();
    boolean isBehind = newest.map(Entry::sequence).orElse(0L) < handedThrough;
    Retelling retelling =
        reteller.behind(isBehind ? Optional.ofNullable(newestHanded) : newest, come.lost());
    lacking.forEach(each -> come.append(each.reports(), each.schemaId(), retelling.retold(each)));
    unsure = List.of();
    onDisk = 0;
    onDiskReports = 0;
    stream = come.parts.streams.current().stream();
    return retelling;
  }

  /** Whether anything of it could go on with a queue in memory. */
  boolean hasUnsent() {
    return unsure.stream().anyMatch(each -> each.sequence() > handedThrough);
  }

  /** The directory is another's: what never was out goes on with a queue in memory. */
  void goOnIn(DiskQueue memory, Retelling retelling) {
    List<Entry> rest = new ArrayList<>();
    for (Entry each : unsure) {
      if (each.sequence() > handedThrough) {
        memory.append(each.reports(), each.schemaId(), retelling.retold(each));
      } else {
        rest.add(each);
      }
    }
    unsure = rest;
  }

  /** Neither has come: counts what was in memory as lost. */
  void isLost(DiskQueue memory) {
    memory.loses(0, unsure.size(), reports(unsure));
  }

  private static long reports(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::reports).sum();
  }
}
