package dev.caravan.agent.receive;

import dev.caravan.agent.cli.Caravan;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.MemoryRun;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.ReadEvent;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** An audit for each route of each device, and for its events, wherever the stream comes from, as far as there is room. One thread. */
public final class AuditBooks implements Receiver.Listener {
  /** What the audits of a stream take, and their lines, before anything came. */
  private static final int STREAM_BYTES = 500;

  /** Of the memory. */
  private static final int SHARE = 3;

  private record Book(SequenceAudit<Audit.Batch> batches, SequenceAudit<Long> events) {
    static Book begin(Room room) {
      return new Book(Audit.begin(room), EventAudit.begin(room));
    }
  }

  // by DEVICE/ROUTE, and the run in memory
  private final Streams<String, Book> books =
      new Streams<>(Room.share(SHARE), STREAM_BYTES, Book::begin, (stream, book) -> gone(book));

  // of what lies on disk
  private long faults;

  // of the streams that had to go
  private long streamsGone;
  private long unprovedGone;

  private Book book(String device, String route, long sequence) {
    String stream = device + "/" + route + MemoryRun.of(sequence);
    return books.of(device, stream, device.length() + stream.length());
  }

  private void gone(Book book) {
    streamsGone++;
    unprovedGone += book.batches.seen() + book.events.seen();
  }

  @Override
  public void batch(String device, String route, ReadBatch batch, int samples) {
    long sequence = batch.envelope().sequence();
    book(device, route, sequence)
        .batches
        .arrived(sequence, new Audit.Batch(samples, batch.ledger()));
  }

  @Override
  public void begins(String device, String route, boolean isOfEvents, long sequence) {
    Book book = book(device, route, sequence);
    if (isOfEvents) {
      book.events.begins(sequence);
    } else {
      book.batches.begins(sequence);
    }
  }

  @Override
  public void again(String device, String route, long sequence, boolean isOther) {
    book(device, route, sequence).batches.again(sequence, isOther);
  }

  @Override
  public void event(String device, ReadEvent event, ReadSamples samples) {
    book(device, event.route(), event.sequence())
        .events
        .arrived(event.sequence(), EventAudit.of(event));
  }

  @Override
  public void eventAgain(String device, String route, long sequence, boolean isOther) {
    book(device, route, sequence).events.again(sequence, isOther);
  }

  @Override
  public void sample(String device, String route, long sequence, BatchSample sample) {}

  @Override
  public void gap(String device, String route, long from, long to) {}

  @Override
  public void batchEnds() {}

  /** The audits so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, SequenceAudit<Audit.Batch>> routes() {
    SortedMap<String, SequenceAudit<Audit.Batch>> routes = new TreeMap<>();
    books.forEach((stream, book) -> {
      if (book.batches.isBegun()) {
        routes.put(stream, book.batches);
      }
    });
    return routes;
  }

  /** The audits of events so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, SequenceAudit<Long>> events() {
    SortedMap<String, SequenceAudit<Long>> events = new TreeMap<>();
    books.forEach((stream, book) -> {
      if (book.events.isBegun()) {
        events.put(stream, book.events);
      }
    });
    return events;
  }

  /** Something that was on disk, and not removed, is damaged or missing. */
  public void fault() {
    faults++;
  }

  /** Prints a line for each route, and for its events, and gives the exit code of the command. */
  public int report(Receiver.Counts counts, PrintWriter out) {
    SortedMap<String, SequenceAudit<Audit.Batch>> routes = routes();
    SortedMap<String, SequenceAudit<Long>> events = events();
    routes.forEach((route, audit) -> out.println(route + ": " + audit));
    events.forEach((route, audit) -> out.println(route + " events: " + audit));
    if (routes.isEmpty() && events.isEmpty()) {
      out.println("nothing arrived");
    }
    if (counts.unreadable() > 0) {
      out.println("unreadable messages: " + counts.unreadable());
    }
    if (faults > 0) {
      out.println("damaged or missing on disk: faults=" + faults);
    }
    List<SequenceAudit<?>> all = new ArrayList<>(routes.values());
    all.addAll(events.values());
    long unproved =
        unprovedGone + all.stream().mapToLong(SequenceAudit::unproved).sum();
    boolean isAllThere = counts.gone() + counts.forgotten() + streamsGone + unproved == 0;
    if (!isAllThere) {
      out.println("given up for lack of memory: messages=" + (counts.gone() + unproved)
          + ", streams=" + streamsGone + ", proofs against duplicates=" + counts.forgotten()
          + "; not everything is proved, want a larger -Xmx");
    }
    out.flush();
    return !all.isEmpty()
            && counts.unreadable() + faults == 0
            && isAllThere
            && all.stream()
                .noneMatch(audit -> audit.verdict() == SequenceAudit.Verdict.DISAGREEMENT)
        ? Caravan.DONE
        : Caravan.FAILED;
  }
}
