package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries at the end of the newest segment. What the disk does not take is held in memory, in its order, and tried
 * again; what it took lately is remembered, so that it need not be read back to be sent.
 *
 * <p>Guarded by the queue's lock; never waits for a sync.
 */
final class Writer {
  private static final long RETRY_NS = 1_000_000_000L;
  private static final long ENTRY_COST_BYTES = 128;

  static final String FULL = "max_bytes reached";

  private final StoreSettings settings;
  private final Timeline timeline;
  private final Segments segments;
  private final Removal removal;
  private final DiskState state;
  private final SchemaShelf schemas;

  // appended and not yet written, oldest first
  private final ArrayDeque<Entry> held = new ArrayDeque<>();
  private long heldBytes;
  private long retryAtNs;
  private boolean failing;

  // written, not removed and still in memory, oldest first; no written entry that is newer is
  // missing
  private final ArrayDeque<StoredEntry> recent = new ArrayDeque<>();
  private long recentBytes;

  private @Nullable Segment active;
  private ByteBuffer record = ByteBuffer.allocateDirect(1 << 16);
  private long reports;
  private long writtenThrough;
  private long durableThrough;
  private long durableReports;

  // in entries that were dropped, since one was written
  private long reportsDropped;

  Writer(
      StoreSettings settings,
      Timeline timeline,
      Segments segments,
      Removal removal,
      DiskState state,
      SchemaShelf schemas,
      Recovery found) {
    this.settings = settings;
    this.timeline = timeline;
    this.segments = segments;
    this.removal = removal;
    this.state = state;
    this.schemas = schemas;
    this.active = found.active;
    this.reports = found.reports;
    this.writtenThrough = found.next - 1;
    this.durableThrough = removal.removedThrough();
    this.durableReports = removal.reportsRemoved();
  }

  /** Highest sequence that is in a segment, durable or not. */
  long writtenThrough() {
    return writtenThrough;
  }

  /** Highest sequence up to which all that was written is durable. */
  long durableThrough() {
    return durableThrough;
  }

  /** Reports in all written entries up to it. */
  long durableReports() {
    return durableReports;
  }

  /** All is durable up to an entry; {@code reportsThrough} of {@link #reportsThrough}. */
  void durable(long through, long reportsThrough) {
    durableThrough = Math.max(durableThrough, through);
    durableReports = Math.max(durableReports, reportsThrough);
    trim();
  }

  @Nullable
  Segment active() {
    return active;
  }

  /** The schemas that entries need which are not in a segment. */
  Set<Bytes> schemasOfHeld() {
    return held.stream().map(Entry::schemaId).collect(Collectors.toSet());
  }

  /** How many entries are not in a segment. */
  int held() {
    return held.size();
  }

  /** Takes the next entry. */
  void append(Entry entry) {
    held.add(entry);
    heldBytes += cost(entry);
    drain(false);
    trim();
  }

  /** Writes what is held, if the disk takes it; {@code now} tries even if it just failed. */
  void drain(boolean now) {
    if (held.isEmpty() || (failing && !now && timeline.monotonicNs() - retryAtNs < 0)) {
      return;
    }
    try {
      while (!held.isEmpty()) {
        Entry entry = held.element();
        schemas.writeLacking(entry.schemaId());
        long recordBytes = RecordFormat.recordBytes(entry);
        boolean fits = recordBytes <= settings.maxBytes() / 4;
        if (fits && !write(entry, recordBytes)) {
          if (!isRefusing()) {
            // the next sync makes room
            break;
          }
          drop(entry, "max_bytes reached, refusing what comes in");
        }
        if (!fits) {
          drop(
              entry,
              "an entry of " + recordBytes + "B does not fit; want at most a quarter of max_bytes");
        }
        held.remove();
        heldBytes -= cost(entry);
        writtenThrough = entry.sequence();
      }
      failing = false;
      state.did(DiskState.Task.WRITE);
    } catch (IOException e) {
      failing = true;
      retryAtNs = timeline.monotonicNs() + RETRY_NS;
      state.failed(DiskState.Task.WRITE, e);
      sealActive();
    }
  }

  /** Writes an entry; false if there is no room, and none can be made before something is durable. */
  private boolean write(Entry entry, long recordBytes) throws IOException {
    Segment into = active;
    if (into != null && into.endBytes + recordBytes > into.capacityBytes) {
      into.sealed = true;
      if (!into.dirty) {
        into.closeFile();
      }
      into = null;
    }
    boolean clockKnown = timeline.errorNs() != Long.MAX_VALUE;
    StoredEntry stored = new StoredEntry(entry, reports, clockKnown);
    if (record.capacity() < recordBytes) {
      record = ByteBuffer.allocateDirect((int) recordBytes);
    }
    RecordFormat.encode(stored, record);
    if (into == null) {
      active = null;
      if (!makeRoom(recordBytes)) {
        return false;
      }
      into = segments.begin(entry.sequence(), reports, recordBytes);
      active = into;
    }
    into.append(record, entry.sequence());
    if (into.schemas != null) {
      into.schemas.add(entry.schemaId());
    }
    reports += entry.reports();
    reportsDropped = 0;
    recent.add(stored);
    recentBytes += cost(entry);
    return true;
  }

  /** No more goes into the newest segment; an empty one is deleted. */
  void sealActive() {
    Segment sealed = active;
    active = null;
    if (sealed != null) {
      sealed.sealed = true;
      if (sealed.last < sealed.first) {
        segments.discard(sealed);
      }
    }
  }

  /** Whether there is no room, and none that only waits to be tidied up. */
  private boolean isRefusing() {
    Segment oldest = segments.oldest();
    Segment after = oldest == null ? null : segments.after(oldest);
    return settings.whenFull() == WhenFull.REFUSE
        && (after == null || after.first - 1 > removal.removedThrough());
  }

  private boolean makeRoom(long recordBytes) throws IOException {
    long capacityBytes =
        Math.max(settings.segmentBytes(), SegmentFormat.HEADER_BYTES + recordBytes);
    boolean usesSpare = segments.hasSpare() && capacityBytes == settings.segmentBytes();
    while (!usesSpare && !segments.roomForOneMore(capacityBytes)) {
      Segment oldest = settings.whenFull() == WhenFull.DROP_OLDEST ? evictOldest() : null;
      if (oldest == null) {
        return false;
      }
      segments.discardRemoved(oldest);
    }
    return true;
  }

  /**
   * Takes the oldest segment out of the queue, evicting what is left in it; nothing if no later entry is durable, as one
   * must be to tell the sequence after a power cut.
   */
  @Nullable
  Segment evictOldest() {
    Segment oldest = segments.oldest();
    Segment after = oldest == null ? null : segments.after(oldest);
    if (oldest == null || after == null || !segments.hasDurableAfter(oldest, durableThrough)) {
      return null;
    }
    removal.evictThrough(
        after.first - 1,
        after.reportsBefore,
        removal.removedThrough() < oldest.first ? oldest.thinned : SegmentFormat.Thinned.NEVER,
        FULL);
    segments.remove(oldest);
    return oldest;
  }

  /** The entries from a sequence on that are in memory, durable and to be given out; nothing if the first is not in memory. */
  @Nullable
  List<StoredEntry> recent(long from, int atMost, long atMostBytes) {
    StoredEntry first = recent.peek();
    if (first == null || first.entry().sequence() > from) {
      return null;
    }
    List<StoredEntry> found = new ArrayList<>();
    long bytes = 0;
    for (StoredEntry each : recent) {
      long sequence = each.entry().sequence();
      boolean isThere = sequence >= from && !removal.isGone(sequence) && !removal.isAside(sequence);
      bytes += isThere ? each.entry().body().length() : 0;
      boolean full = found.size() == atMost || (!found.isEmpty() && bytes > atMostBytes);
      if (sequence > durableThrough || full) {
        break;
      }
      if (isThere) {
        found.add(each);
      }
    }
    return found;
  }

  /** The newest entries in memory for which something holds, oldest first, of those that are durable and not gone. */
  List<StoredEntry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
    ArrayDeque<StoredEntry> found = new ArrayDeque<>();
    Iterator<StoredEntry> backwards = recent.descendingIterator();
    while (backwards.hasNext()) {
      StoredEntry each = backwards.next();
      if (!wanted.test(each.entry())) {
        break;
      }
      found.push(each);
    }
    List<StoredEntry> chosen = new ArrayList<>();
    long bytes = 0;
    for (StoredEntry each : found) {
      long sequence = each.entry().sequence();
      if (sequence > durableThrough || removal.isGone(sequence) || removal.isAside(sequence)) {
        continue;
      }
      bytes += each.entry().body().length();
      if (chosen.size() == atMost || (!chosen.isEmpty() && bytes > atMostBytes)) {
        break;
      }
      chosen.add(each);
    }
    return chosen;
  }

  /** Forgets those of a run of entries for which something holds; they are gone. */
  void forget(long first, long last, Predicate<StoredEntry> which) {
    recent.removeIf(each -> {
      long sequence = each.entry().sequence();
      boolean goes = sequence >= first && sequence <= last && which.test(each);
      recentBytes -= goes ? cost(each.entry()) : 0;
      return goes;
    });
  }

  /** The entries of a run that are in memory; none that was written and is newer is missing. */
  List<StoredEntry> remembered(long first, long last) {
    return recent.stream()
        .filter(each -> each.entry().sequence() >= first && each.entry().sequence() <= last)
        .toList();
  }

  /** The oldest entry in memory. */
  @Nullable
  StoredEntry oldestRemembered() {
    return recent.peek();
  }

  /** Forgets what was removed, and what is not worth its memory; drops the oldest held if that is not enough. */
  void trim() {
    long limitBytes = settings.memoryMaxBytes();
    while (!recent.isEmpty()) {
      long sequence = recent.element().entry().sequence();
      boolean cheap = sequence <= durableThrough && recentBytes > limitBytes / 8;
      if (sequence > removal.removedThrough() && !cheap && recentBytes + heldBytes <= limitBytes) {
        break;
      }
      recentBytes -= cost(recent.remove().entry());
    }
    while (heldBytes > limitBytes && held.size() > 1) {
      Entry dropped = held.remove();
      heldBytes -= cost(dropped);
      drop(dropped, "memory_max reached while the disk takes nothing");
    }
  }

  /** Gives what is held, to be kept elsewhere. */
  List<Entry> takeHeld() {
    List<Entry> taken = List.copyOf(held);
    held.clear();
    heldBytes = 0;
    return taken;
  }

  /** Reports in all written entries up to the end of a segment. */
  long reportsThrough(Segment segment) {
    Segment after = segments.after(segment);
    return after == null ? reports : after.reportsBefore;
  }

  /** Reports in all entries that were written. */
  long reports() {
    return reports;
  }

  private void drop(Entry entry, String why) {
    removal.dropped(entry, why);
    reportsDropped += entry.reports();
  }

  /** Reports in entries that were dropped, none of which has a written one behind it. */
  long reportsDropped() {
    return reportsDropped;
  }

  /** Counts what is held as lost; the queue ends. */
  void drop() {
    for (Entry each : held) {
      drop(each, "the queue was closed while the disk took nothing");
    }
    held.clear();
    heldBytes = 0;
  }

  private static long cost(Entry entry) {
    return ENTRY_COST_BYTES + entry.body().length();
  }
}
