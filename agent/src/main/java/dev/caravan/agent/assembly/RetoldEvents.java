package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.columns.EventEncoder;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Retelling;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadEvent;
import java.util.Optional;

/** Events that become events of the disk's queue, of which so many were lost. */
record RetoldEvents(long evicted, long rejected) implements Retelling {
  static RetoldEvents behind(Optional<Entry> newest, Lost lost) {
    long evicted = lost.entriesEvicted();
    long rejected = lost.entriesRejected();
    if (newest.isPresent()) {
      try {
        ReadEvent event = EventReader.event(newest.get().body());
        evicted = Math.max(evicted, event.evicted());
        rejected = Math.max(rejected, event.rejected());
      } catch (MalformedMessageException e) {
        // as if there were none
      }
    }
    return new RetoldEvents(evicted, rejected);
  }

  @Override
  public Bytes retold(Entry entry) {
    try {
      return EventEncoder.retold(entry.body(), evicted, rejected);
    } catch (MalformedMessageException e) {
      // not made by this program; nothing in it can be told anew
      return entry.body();
    }
  }
}
