package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.BatchSample;
import dev.caravan.agent.encode.telemetry.ReadBatch;
import dev.caravan.agent.encode.telemetry.ReadEvent;
import dev.caravan.agent.store.MemoryRun;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An audit for each route of each device, and for its events, wherever the stream comes from. One thread. */
final class AuditBooks implements TailStream.Listener {
  /** What is kept of a batch or an event. */
  private static final int BATCH_BYTES = 200;

  /** Of the memory. */
  private static final int SHARE = 3;

  private final Room room = Room.share(SHARE);
  private final TreeMap<String, SequenceAudit<Audit.Batch>> routes = new TreeMap<>();
  private final TreeMap<String, SequenceAudit<Long>> events = new TreeMap<>();

  // what there was no room for
  private long unaudited;

  // of what lies on disk
  private long faults;

  private SequenceAudit<Audit.Batch> audit(String device, String route, long sequence) {
    return routes.computeIfAbsent(
        device + "/" + route + MemoryRun.of(sequence), key -> Audit.begin());
  }

  @Override
  public void batch(String device, String route, ReadBatch batch, int samples) {
    if (room.take(BATCH_BYTES)) {
      long sequence = batch.envelope().sequence();
      audit(device, route, sequence).arrived(sequence, new Audit.Batch(samples, batch.ledger()));
    } else {
      unaudited++;
    }
  }

  @Override
  public void begins(String device, String route, boolean isOfEvents, long sequence) {
    if (isOfEvents) {
      eventAudit(device, route, sequence).begins(sequence);
    } else {
      audit(device, route, sequence).begins(sequence);
    }
  }

  @Override
  public void again(String device, String route, long sequence, boolean isOther) {
    audit(device, route, sequence).again(sequence, isOther);
  }

  private SequenceAudit<Long> eventAudit(String device, String route, long sequence) {
    return events.computeIfAbsent(
        device + "/" + route + MemoryRun.of(sequence), key -> EventAudit.begin());
  }

  @Override
  public void event(String device, ReadEvent event, ReadSamples samples) {
    if (room.take(BATCH_BYTES)) {
      eventAudit(device, event.route(), event.sequence())
          .arrived(event.sequence(), EventAudit.of(event));
    } else {
      unaudited++;
    }
  }

  @Override
  public void eventAgain(String device, String route, long sequence, boolean isOther) {
    eventAudit(device, route, sequence).again(sequence, isOther);
  }

  @Override
  public void sample(String device, String route, long sequence, BatchSample sample) {}

  @Override
  public void gap(String device, String route, long from, long to) {}

  @Override
  public void batchEnds() {}

  /** The audits so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, SequenceAudit<Audit.Batch>> routes() {
    return Collections.unmodifiableSortedMap(routes);
  }

  /** The audits of events so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, SequenceAudit<Long>> events() {
    return Collections.unmodifiableSortedMap(events);
  }

  /** Something that was on disk, and not removed, is damaged or missing. */
  void fault() {
    faults++;
  }

  /** Prints a line for each route, and for its events, and gives the exit code of the command. */
  int report(TailStream.Counts counts, PrintWriter out) {
    boolean isGood = (!routes.isEmpty() || !events.isEmpty())
        && counts.unreadable() + faults == 0
        && counts.gone() + unaudited == 0;
    for (Map.Entry<String, SequenceAudit<Audit.Batch>> route : routes.entrySet()) {
      out.println(route.getKey() + ": " + route.getValue());
      isGood &= route.getValue().verdict() != SequenceAudit.Verdict.DISAGREEMENT;
    }
    for (Map.Entry<String, SequenceAudit<Long>> route : events.entrySet()) {
      out.println(route.getKey() + " events: " + route.getValue());
      isGood &= route.getValue().verdict() != SequenceAudit.Verdict.DISAGREEMENT;
    }
    if (routes.isEmpty() && events.isEmpty()) {
      out.println("nothing arrived");
    }
    if (counts.unreadable() > 0) {
      out.println("unreadable messages: " + counts.unreadable());
    }
    if (faults > 0) {
      out.println("damaged or missing on disk: faults=" + faults);
    }
    if (counts.gone() + unaudited > 0) {
      out.println("given up for lack of memory: messages=" + (counts.gone() + unaudited)
          + "; no proof without them, want a larger -Xmx");
    }
    out.flush();
    return isGood ? Caravan.DONE : Caravan.FAILED;
  }
}
