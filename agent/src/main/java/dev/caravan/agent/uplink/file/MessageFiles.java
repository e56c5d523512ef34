package dev.caravan.agent.uplink.file;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.wire.RecordedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of messages, {@code NUMBER-DATE.cvstream}: the number says their order, whatever the clock does. What is written is there after
 * a power cut once it was {@linkplain #sync synced}, and after a failure a file ends with its last whole message. The oldest go as the
 * settings say; never the one that is written. The courier's thread.
 */
final class MessageFiles {
  private static final Logger LOG = LoggerFactory.getLogger(MessageFiles.class);
  private static final Pattern NAME =
      Pattern.compile("(\\d{8})-\\d{4}-\\d{2}-\\d{2}\\" + RecordedMessage.SUFFIX);
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;

  /** One that is written. */
  private record Open(
      Path path,
      FileChannel channel,
      LocalDate day,
      @Nullable Object key) {}

  private final FileSettings settings;
  private final String route;
  private final Timeline timeline;
  private final Counter removed;

  private @Nullable Open open;

  // of the one that is open, or was the latest: how much of it is whole messages
  private long wholeBytes;
  private @Nullable Open latest;

  MessageFiles(FileSettings settings, String route, Timeline timeline, Counter removed) {
    this.settings = settings;
    this.route = route;
    this.timeline = timeline;
    this.removed = removed;
  }

  /**
   * Sees to it that a file is open that may take so many bytes more.
   *
   * @return whether it is a new one
   * @throws IOException if there is none, and none can be made
   */
  boolean makeRoom(long bytes) throws IOException {
    Open now = open;
    LocalDate day =
        LocalDate.ofInstant(Instant.ofEpochSecond(timeline.nowNs() / SECOND_NS), ZoneOffset.UTC);
    if (now != null) {
      if (now.day.equals(day) && now.channel.position() + bytes <= settings.fileBytes()) {
        return false;
      }
      // what is in it stays, whatever becomes of the next
      sync();
      close();
      latest = null;
    }
    if (goesOn(day, bytes)) {
      return false;
    }
    begin(day);
    return true;
  }

  /** Whether the file that was the latest is open again. */
  private boolean goesOn(LocalDate day, long bytes) {
    Open before = latest;
    latest = null;
    if (before == null || !before.day.equals(day) || wholeBytes + bytes > settings.fileBytes()) {
      return false;
    }
    try {
      if (!Objects.equals(key(before.path), before.key)) {
        return false;
      }
      FileChannel channel = FileChannel.open(before.path, StandardOpenOption.WRITE);
      open = new Open(before.path, channel, day, before.key);
      if (channel.size() < wholeBytes) {
        close();
        latest = null;
        return false;
      }
      channel.truncate(wholeBytes);
      channel.position(wholeBytes);
      return true;
    } catch (IOException e) {
      LOG.debug("{}: {} cannot be gone on with: {}", route, before.path, Words.of(e));
      return false;
    }
  }

  private void begin(LocalDate day) throws IOException {
    if (!Files.isDirectory(settings.dir())) {
      Files.createDirectory(settings.dir());
    }
    List<Path> there = files();
    removeOldest(there);
    long number = there.isEmpty() ? 1 : number(there.get(there.size() - 1)) + 1;
    Path path = settings
        .dir()
        .resolve(String.format(Locale.ROOT, "%08d-%s", number, day) + RecordedMessage.SUFFIX);
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      ByteBuffer magic = RecordedMessage.MAGIC.buffer();
      while (magic.hasRemaining()) {
        channel.write(magic);
      }
      channel.force(true);
      syncNames();
      wholeBytes = channel.position();
      open = new Open(path, channel, day, key(path));
    } catch (IOException e) {
      // or each attempt would leave one
      try (channel) {
        Files.deleteIfExists(path);
      }
      throw e;
    }
  }

  private void syncNames() throws IOException {
    try (FileChannel names = FileChannel.open(settings.dir(), StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Those that are there, the oldest first. */
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(settings.dir())) {
      return new ArrayList<>(
          all.filter(each -> NAME.matcher(String.valueOf(each.getFileName())).matches())
              .sorted()
              .toList());
    }
  }

  private static long number(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  /** Makes room for one more. */
  private void removeOldest(List<Path> there) throws IOException {
    long bytes = 0;
    for (Path each : there) {
      bytes += Files.size(each);
    }
    for (Path oldest : there) {
      long ageNs = timeline.nowNs() - Files.getLastModifiedTime(oldest).toMillis() * NS_PER_MS;
      boolean isTooOld = settings.keepNs() > 0 && ageNs > settings.keepNs();
      if (!isTooOld && bytes + settings.fileBytes() <= settings.maxBytes()) {
        return;
      }
      long its = Files.size(oldest);
      Files.delete(oldest);
      bytes -= its;
      removed.increment();
      LOG.info(
          "{}: removed the oldest file, {}: {}, bytes={}",
          route,
          isTooOld ? "as keep says" : "as max_bytes says",
          oldest,
          its);
    }
  }

  /** Writes a message to the file that is open; it is kept once it is synced. */
  void write(Bytes record) throws IOException {
    FileChannel channel = opened().channel;
    ByteBuffer bytes = record.buffer();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Makes all that was written durable.
   *
   * @throws IOException if that fails, or the file was taken away; what was written since the last time is not there
   */
  void sync() throws IOException {
    Open now = opened();
    now.channel.force(false);
    if (!Objects.equals(key(now.path), now.key)) {
      throw new IOException("write " + now.path + ": the file was replaced");
    }
    wholeBytes = now.channel.position();
  }

  private Open opened() throws IOException {
    Open now = open;
    if (now == null) {
      throw new IOException("write " + settings.dir() + ": no file is open");
    }
    return now;
  }

  /** Whether a file is open that may take so many bytes more. */
  boolean hasRoom(long bytes) {
    return open != null && wholeBytes + bytes <= settings.fileBytes();
  }

  /** Closes the file, if one is open, behind its last synced message. It is gone on with if it is still there, and has room. */
  void close() {
    Open now = open;
    open = null;
    if (now == null) {
      return;
    }
    latest = now;
    try (FileChannel channel = now.channel) {
      channel.truncate(wholeBytes);
    } catch (IOException e) {
      LOG.debug("{}: {} ends with a message that is not whole: {}", route, now.path, Words.of(e));
    }
  }
}
