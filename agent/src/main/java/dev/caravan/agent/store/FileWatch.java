package dev.caravan.agent.store;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether files of a queue were deleted while it uses them. What is in memory of a segment is written anew by the next sync, the
 * rest is counted as damaged.
 *
 * <p>The courier's thread.
 */
final class FileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

  private final Disk disk;
  private final ReentrantLock lock;
  private final Segments segments;
  private final Removal removal;
  private final Writer writer;
  private final Cursor cursor;
  private final String route;

  FileWatch(
      Disk disk,
      ReentrantLock lock,
      Segments segments,
      Removal removal,
      Writer writer,
      Cursor cursor,
      String route) {
    this.disk = disk;
    this.lock = lock;
    this.segments = segments;
    this.removal = removal;
    this.writer = writer;
    this.cursor = cursor;
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
    boolean any = cursor.isThere() && !names.contains(name(Cursor.path(segments.dir)));
    if (any) {
      cursor.deleted();
    }
    lock.lock();
    try {
      segments.keepSpares(names);
      before.retainAll(segments.all());
      for (Segment each : before) {
        if (!names.contains(name(each.path))) {
          any = true;
          deleted(each);
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

  private void deleted(Segment segment) {
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
        "{}: a file was deleted, what is in memory of it is written anew: entries={}, file={}",
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
