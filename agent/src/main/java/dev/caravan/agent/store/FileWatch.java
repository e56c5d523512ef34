package dev.caravan.agent.store;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether files of a queue were deleted while it uses them, or others took their places, which go. What is in memory of a
 * segment is written anew by the next sync, the rest is counted as damaged.
 *
 * <p>The courier's thread.
 */
final class FileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private static final int MOST_COMPARED = 64;

  private final Disk disk;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Removal removal;
  private final Writer writer;
  private final Cursor cursor;
  private final StreamBook streams;
  private final String route;
  private int next;

  FileWatch(
      Disk disk,
      ReentrantLock lock,
      Segments segments,
      Removal removal,
      Writer writer,
      Cursor cursor,
      StreamBook streams,
      String route) {
    this.disk = disk;
    this.lock = lock;
    this.segments = segments;
    this.removal = removal;
    this.writer = writer;
    this.cursor = cursor;
    this.streams = streams;
    this.route = route;
  }

  /** Whether something is to be written anew. */
  boolean look() throws IOException {
    List<Segment> before;
    lock.lock();
    try {
      before = segments.all();
    } finally {
      lock.unlock();
    }
    Set<String> names = Set.copyOf(disk.names(segments.dir));
    boolean any = cursor.isGone();
    if (any) {
      cursor.gone();
    }
    if (!names.contains(StreamBook.NAME)) {
      streams.write();
    }
    Set<Segment> replaced = replaced(before, names);
    lock.lock();
    try {
      segments.keepSpares(names);
      before.retainAll(segments.all());
      for (Segment each : before) {
        if (!names.contains(name(each.path)) || replaced.contains(each)) {
          any = true;
          gone(each);
        }
      }
    } finally {
      lock.unlock();
    }
    return any;
  }

  private static String name(java.nio.file.Path path) {
    return path.getFileName().toString();
  }

  /** Those in whose place another file lies, of the newest and {@value #MOST_COMPARED} of the others in turn. */
  private Set<Segment> replaced(List<Segment> all, Set<String> names) throws IOException {
    Set<Segment> replaced = new HashSet<>();
    int most = Math.min(all.size(), MOST_COMPARED + 1);
    for (int i = 0; i < most; i++) {
      Segment each = all.get(i == 0 ? all.size() - 1 : next++ % all.size());
      Object identity = names.contains(name(each.path)) ? disk.identity(each.path) : null;
      if (identity != null && each.identity == null) {
        each.identity = identity;
      } else if (identity != null && !identity.equals(each.identity) && !each.deleted) {
        replaced.add(each);
        disk.delete(each.path);
      }
    }
    next %= Math.max(1, all.size());
    return replaced;
  }

  private void gone(Segment segment) {
    if (segment.deleted) {
      return;
    }
    if (writer.active() == segment) {
      writer.sealActive();
    }
    segment.deleted = true;
    segment.suspect = true;
    segment.dirty = true;
    List<StoredEntry> kept = writer.remembered(segment.first, segment.last);
    LOG.warn(
        "{}: a file was deleted or replaced, what is in memory of it is written anew: entries={}, file={}",
        route,
        kept.size(),
        segment.path);
    long through = kept.isEmpty() ? segment.last : kept.get(0).entry().sequence() - 1;
    long reports = kept.isEmpty() ? writer.reportsThrough(segment) : kept.get(0).reportsBefore();
    if (segments.oldest() == segment) {
      removal.vanished(through, reports, name(segment.path));
    } else {
      long lost = segment.reportsBefore < 0 ? 0 : reports - segment.reportsBefore;
      removal.damaged(segment.first, through, lost, name(segment.path));
    }
  }
}
