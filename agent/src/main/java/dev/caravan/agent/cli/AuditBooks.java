package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.BatchSample;
import dev.caravan.agent.encode.telemetry.ReadBatch;
import dev.caravan.agent.encode.telemetry.ReadEvent;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An audit for each route of each device, and for its events, wherever the stream comes from. One thread. */
final class AuditBooks implements TailStream.Listener {
  private final TreeMap<String, Audit> routes = new TreeMap<>();
  private final TreeMap<String, EventAudit> events = new TreeMap<>();

  private Audit audit(String device, String route) {
    return routes.computeIfAbsent(device + "/" + route, key -> new Audit());
  }

  @Override
  public void batch(String device, String route, ReadBatch batch, int samples) {
    audit(device, route).arrived(batch.envelope().sequence(), samples, batch.ledger());
  }

  @Override
  public void again(String device, String route, long sequence, boolean isOther) {
    audit(device, route).again(sequence, isOther);
  }

  private EventAudit eventAudit(String device, String route) {
    return events.computeIfAbsent(device + "/" + route, key -> new EventAudit());
  }

  @Override
  public void event(String device, ReadEvent event, List<BatchSample> samples) {
    eventAudit(device, event.route()).arrived(event);
  }

  @Override
  public void eventAgain(String device, String route, long sequence, boolean isOther) {
    eventAudit(device, route).again(sequence, isOther);
  }

  @Override
  public void sample(String device, String route, long sequence, BatchSample sample) {}

  @Override
  public void gap(String device, String route, long from, long to) {}

  @Override
  public void batchEnds() {}

  /** The audits so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, Audit> routes() {
    return Collections.unmodifiableSortedMap(routes);
  }

  /** The audits of events so far, by {@code DEVICE/ROUTE}. */
  SortedMap<String, EventAudit> events() {
    return Collections.unmodifiableSortedMap(events);
  }

  /** Prints a line for each route, and for its events, and gives the exit code of the command. */
  int report(TailStream.Counts counts, PrintWriter out) {
    boolean isGood = (!routes.isEmpty() || !events.isEmpty()) && counts.unreadable() == 0;
    for (Map.Entry<String, Audit> route : routes.entrySet()) {
      out.println(route.getKey() + ": " + route.getValue());
      isGood &= route.getValue().verdict() != SequenceAudit.Verdict.DISAGREEMENT;
    }
    for (Map.Entry<String, EventAudit> route : events.entrySet()) {
      out.println(route.getKey() + " events: " + route.getValue());
      isGood &= route.getValue().verdict() != SequenceAudit.Verdict.DISAGREEMENT;
    }
    if (routes.isEmpty() && events.isEmpty()) {
      out.println("nothing arrived");
    }
    if (counts.unreadable() > 0) {
      out.println("unreadable messages: " + counts.unreadable());
    }
    out.flush();
    return isGood ? Caravan.DONE : Caravan.FAILED;
  }
}
