package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Retelling;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.v1.Event;
import java.util.Optional;

/** Lets each event say that so many others were lost before it. */
record EventRetelling(long evicted, long rejected) implements Retelling {
  static EventRetelling behind(Optional<Bytes> newestBody, Losses lost) {
    long evicted = lost.bodiesEvicted();
    long rejected = lost.bodiesRejected();
    if (newestBody.isPresent()) {
      try {
        ReadEvent newest = EventReader.event(newestBody.get());
        evicted = Math.max(evicted, newest.evicted());
        rejected = Math.max(rejected, newest.rejected());
      } catch (MalformedMessageException e) {
        // as if there were none
      }
    }
    return new EventRetelling(evicted, rejected);
  }

  @Override
  public Bytes retold(Bytes body, int reports) throws MalformedMessageException {
    Event event = MessageParts.parse(body, Event.parser(), "event");
    return Bytes.owning(event.toBuilder()
        .setEventsEvicted(evicted)
        .setEventsRejected(rejected)
        .build()
        .toByteArray());
  }
}
