package dev.caravan.agent.receive;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An audit for each stream of each device, wherever it comes from, as far as there is room. One thread. */
public final class AuditBooks implements Receiver.Listener {
  /** What the audits of a stream take, and their lines, before anything came. */
  private static final int STREAM_BYTES = 500;

  private static final Comparator<StreamKey> ORDER = Comparator.comparing(StreamKey::kind)
      .thenComparing(StreamKey::device)
      .thenComparing(StreamKey::route)
      .thenComparing(StreamKey::run)
      .thenComparing(StreamKey::stream);

  private record Book(SequenceAudit<Audit.Batch> batches, SequenceAudit<Long> events) {
    static Book begin(Room room) {
      return new Book(Audit.begin(room), EventAudit.begin(room));
    }

    SequenceAudit<?> of(StreamKind kind) {
      return kind == StreamKind.EVENT ? events : batches;
    }
  }

  private final Consumer<String> tells;
  private final Streams<StreamKey, Book> books;

  // of what lies on disk
  private long faults;

  // of the streams that had to go
  private long streamsGone;
  private long unprovedGone;

  /** {@code tells} gets what a person should know, in words. */
  public AuditBooks(Room room, Consumer<String> tells) {
    this.tells = tells;
    this.books = new Streams<>(room, STREAM_BYTES, Book::begin, this::gone);
  }

  private Book book(StreamKey stream) {
    return books.of(stream.device(), stream, stream.nameChars());
  }

  private void gone(StreamKey stream, Book book) {
    SequenceAudit<?> audit = book.of(stream.kind());
    streamsGone += audit.isBegun() ? 1 : 0;
    unprovedGone += audit.seen();
  }

  @Override
  public void batch(StreamKey stream, ReadBatch batch, int samples) {
    book(stream)
        .batches
        .arrived(batch.envelope().sequence(), new Audit.Batch(samples, batch.ledger()));
  }

  @Override
  public void json(StreamKey stream, JsonMessage message, int samples) {
    if (stream.kind() == StreamKind.EVENT) {
      book(stream).events.arrived(message.sequence(), message.lost().orElse(0));
    } else {
      book(stream)
          .batches
          .arrived(message.sequence(), new Audit.Batch(samples, message.ledger(), message.lost()));
    }
  }

  @Override
  public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
    book(stream).events.arrived(event.sequence(), EventAudit.of(event));
  }

  @Override
  public void begins(StreamKey stream, long sequence) {
    book(stream).of(stream.kind()).begins(sequence);
  }

  @Override
  public void again(StreamKey stream, long sequence, boolean isOther) {
    book(stream).of(stream.kind()).again(sequence, isOther);
  }

  /** Its streams are expected from now on. */
  @Override
  public void status(DeviceName device, StatusDescription status) {
    for (StatusDescription.StreamDescription each : status.streams()) {
      book(new StreamKey(new StreamOwner(device, each.route(), each.kind()), each.stream(), ""));
    }
  }

  @Override
  public void tells(String words) {
    tells.accept(words);
  }

  /** The audits so far of streams of which something came, batches first. */
  SortedMap<StreamKey, SequenceAudit<?>> audits() {
    SortedMap<StreamKey, SequenceAudit<?>> audits = new TreeMap<>(ORDER);
    books.forEach((stream, book) -> {
      if (book.of(stream.kind()).isBegun()) {
        audits.put(stream, book.of(stream.kind()));
      }
    });
    return audits;
  }

  /** Something that was on disk, and not removed, is damaged or missing. */
  public void fault() {
    faults++;
  }

  /**
   * Prints a line for each stream, and one for all that a route had one after the other.
   *
   * @param counts what the receiver says at the end
   * @return whether all is proved, and nothing disagrees
   */
  public boolean report(Receiver.Counts counts, PrintWriter out) {
    SortedMap<StreamKey, SequenceAudit<?>> audits = audits();
    SortedMap<StreamKey, SortedMap<StreamKey, SequenceAudit<?>>> places = new TreeMap<>(ORDER);
    audits.forEach((stream, audit) ->
        places.computeIfAbsent(place(stream), any -> new TreeMap<>(ORDER)).put(stream, audit));
    places.forEach((place, streams) -> {
      boolean isOnly = streams.size() == 1;
      streams.forEach(
          (stream, audit) -> out.println((isOnly ? place : named(stream)) + ": " + audit));
      if (!isOnly) {
        out.println(place + ": streams " + streams.size() + ", "
            + SequenceAudit.summary(List.copyOf(streams.values())));
      }
    });
    if (audits.isEmpty()) {
      out.println("nothing arrived");
    }
    silent()
        .forEach(stream -> out.println(named(stream) + ": listed by the device, nothing arrived"));
    if (counts.unreadable() > 0) {
      out.println("unreadable messages: " + counts.unreadable());
    }
    if (faults > 0) {
      out.println("damaged or missing on disk: faults=" + faults);
    }
    long unproved = unprovedGone
        + audits.values().stream().mapToLong(SequenceAudit::unproved).sum();
    boolean isAllThere = counts.gone() + counts.forgotten() + streamsGone + unproved == 0;
    if (!isAllThere) {
      out.println("given up for lack of memory: messages=" + (counts.gone() + unproved)
          + ", streams=" + streamsGone + ", proofs against duplicates=" + counts.forgotten()
          + "; not everything is proved, want a larger -Xmx");
    }
    out.flush();
    return !audits.isEmpty()
        && counts.unreadable() + faults == 0
        && isAllThere
        && audits.values().stream()
            .noneMatch(audit -> audit.verdict() == SequenceAudit.Verdict.DISAGREEMENT);
  }

  /** A run in memory of before there were names is a place of its own. */
  private static StreamKey place(StreamKey stream) {
    return new StreamKey(stream.owner(), StreamId.NONE, stream.run());
  }

  private static String named(StreamKey stream) {
    return stream + ", stream " + (stream.stream().isNone() ? "without a name" : stream.stream());
  }

  /** Those that a device lists, of which nothing came. */
  private List<StreamKey> silent() {
    List<StreamKey> silent = new ArrayList<>();
    books.forEach((stream, book) -> {
      if (!book.of(stream.kind()).isBegun()) {
        silent.add(stream);
      }
    });
    silent.sort(ORDER);
    return silent;
  }
}
