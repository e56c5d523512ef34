package dev.caravan.agent.uplink.file;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.RecordedMessage;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One route's way into files: each message with its topic, as it would leave. An entry is accepted once it is durable. In each file
 * the status comes first, and a schema before the first entry that needs it, so that each can be read alone. The courier's thread owns
 * it.
 */
public final class FileUplink implements Uplink {
  private static final Logger LOG = LoggerFactory.getLogger(FileUplink.class);
  private static final int LARGEST_JOINED_BYTES = 32 << 10;
  private static final int STATUS_AROUND_BYTES = 256;
  private static final long STATUS_GAP_NS = 60_000_000_000L;

  private final FileSettings settings;
  private final Origin origin;
  private final StatusSource status;
  private final Timeline timeline;
  private final MessageFiles files;

  private long taken;

  // of the file that is open
  private final Set<Bytes> schemas = new HashSet<>();
  private long statusVersion;
  private long statusNs;
  private boolean isOffline;
  private boolean failed;

  // schemas that are not there, as it was said
  private final Set<Bytes> missing = new HashSet<>();

  /** An uplink that is not open. */
  public FileUplink(
      FileSettings settings, Origin origin, StatusSource status, Timeline timeline, Health health) {
    this.settings = settings;
    this.origin = origin;
    this.status = status;
    this.timeline = timeline;
    this.files = new MessageFiles(
        settings,
        origin.route(),
        timeline,
        health.counter(UplinkMetrics.FILES_REMOVED, origin.route()));
  }

  @Override
  public Outlet outlet(Channel channel) {
    return (entries, late) -> send(channel, entries, late);
  }

  @Override
  public void open() throws IOException {
    files.close();
    failed = false;
    // what was not synced is not there
    schemas.clear();
    try {
      begin(0);
      if (isOffline) {
        write(status.online());
        isOffline = false;
      }
      files.sync();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException e) {
    failed = true;
    return new IOException("write messages to " + settings.dir() + ": " + Words.of(e), e);
  }

  /** Sees to it that a file is open with room for so many bytes; a new one begins with the status. */
  private void begin(long bytes) throws IOException {
    if (files.makeRoom(bytes)) {
      schemas.clear();
      isOffline = false;
      write(status.online());
    }
  }

  private void write(Bytes statusBody) throws IOException {
    statusVersion = status.version();
    statusNs = timeline.monotonicNs();
    files.write(
        RecordedMessage.of(origin.topics().plain(origin.device(), Topics.Kind.STATUS), statusBody));
  }

  private Receipt send(Channel channel, List<Entry> entries, List<Boolean> late)
      throws IOException {
    List<Fate> fates = new ArrayList<>();
    try {
      while (fates.size() < entries.size()) {
        List<Entry> rest = entries.subList(fates.size(), entries.size());
        Optional<Joined> joined = joined(channel, rest, late.subList(fates.size(), entries.size()));
        List<Message> messages = joined
            .map(Joined::message)
            .map(List::of)
            .orElseGet(() -> channel.envelope().messages(rest.get(0), late.get(fates.size())));
        Fate fate = write(channel, rest.get(0), messages) ? Fate.ACCEPTED : Fate.KEPT;
        fates.addAll(Collections.nCopies(joined.map(Joined::count).orElse(1), fate));
      }
      files.sync();
    } catch (IOException e) {
      throw failed(e);
    }
    taken += fates.stream().filter(fate -> fate == Fate.ACCEPTED).count();
    return new Receipt(fates);
  }

  private static Optional<Joined> joined(Channel channel, List<Entry> entries, List<Boolean> late) {
    int count = late.contains(false) ? late.indexOf(false) : late.size();
    return count < 2
        ? Optional.empty()
        : channel.envelope().joined(entries.subList(0, count), LARGEST_JOINED_BYTES);
  }

  /** Whether the messages of an entry, and of what is joined to it, were written; not without its schema. */
  private boolean write(Channel channel, Entry entry, List<Message> messages) throws IOException {
    List<Bytes> records = new ArrayList<>();
    long bytes = 0;
    for (Message message : messages) {
      Bytes record = RecordedMessage.of(message.topic(), message.body());
      records.add(record);
      bytes += record.length();
    }
    Bytes id = entry.schemaId();
    Optional<Bytes> schema = id.length() == 0 ? Optional.of(Bytes.EMPTY) : find(channel, id);
    if (schema.isEmpty()) {
      return false;
    }
    begin(bytes + schema.get().length());
    if (id.length() > 0 && !schemas.contains(id)) {
      files.write(RecordedMessage.of(origin.topics().schema(origin.device(), id), schema.get()));
      schemas.add(id);
    }
    for (Bytes record : records) {
      files.write(record);
    }
    return true;
  }

  private Optional<Bytes> find(Channel channel, Bytes id) {
    try {
      Optional<Bytes> found = channel.schemas().find(id);
      if (found.isEmpty() && missing.add(id)) {
        LOG.warn("{}: a schema is not there, keeping what needs it: id={}", origin.route(), id);
      }
      return found;
    } catch (UncheckedIOException e) {
      LOG.debug("{}: a schema cannot be read, trying again: {}", origin.route(), Words.of(e));
      return Optional.empty();
    }
  }

  @Override
  public void idle() throws IOException {
    boolean isDue =
        status.version() != statusVersion && timeline.monotonicNs() - statusNs >= STATUS_GAP_NS;
    try {
      if (isDue) {
        begin(0);
        write(status.online());
        files.sync();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public void close() {
    try {
      Bytes offline = status.offline();
      if (!failed && files.hasRoom(offline.length() + STATUS_AROUND_BYTES)) {
        isOffline = true;
        write(offline);
        files.sync();
      }
    } catch (IOException e) {
      LOG.debug("{}: no farewell: {}", origin.route(), Words.of(e));
    }
    files.close();
  }
}
