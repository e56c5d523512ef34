package dev.caravan.agent.receive;

import dev.caravan.agent.wire.ReadEvent;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;

/** Audits the events of one route of one device: every event tells how many were evicted and rejected before it was made. */
final class EventAudit implements SequenceAudit.Kind<Long> {
  private EventAudit() {}

  /** An audit that has seen nothing. */
  static SequenceAudit<Long> begin(Room room) {
    return new SequenceAudit<>("event", "events", new EventAudit(), room);
  }

  /** What an event says. */
  static Long of(ReadEvent event) {
    return SequenceAudit.sum(event.evicted(), event.rejected());
  }

  @Override
  public OptionalLong named(Long losses) {
    return OptionalLong.of(losses);
  }

  @Override
  public String firstWrongSum(NavigableMap<Long, Long> arrived) {
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
