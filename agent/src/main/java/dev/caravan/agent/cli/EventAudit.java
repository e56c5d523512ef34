package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.ReadEvent;
import java.util.Map;

/**
 * The audit of the events of one route of one device: every event tells how many were evicted and rejected before it was
 * made.
 */
final class EventAudit extends SequenceAudit<Long> {
  EventAudit() {
    super("event", "events");
  }

  /** An event that was not seen before. */
  void arrived(ReadEvent event) {
    arrived.put(event.sequence(), event.evicted() + event.rejected());
  }

  @Override
  long named(Long losses) {
    return losses;
  }

  @Override
  String firstWrongSum() {
    Map.Entry<Long, Long> before = null;
    for (Map.Entry<Long, Long> event : arrived.entrySet()) {
      long named = event.getValue();
      if (before != null && named < before.getValue()) {
        return "event " + event.getKey() + " names losses " + named + ", but " + before.getKey()
            + " before it " + before.getValue();
      }
      if (event.getKey() > 0 && named >= event.getKey()) {
        return "event " + event.getKey() + " names losses " + named
            + ", more than there were events before it";
      }
      before = event;
    }
    return "";
  }
}
