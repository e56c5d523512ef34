package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.columns.LedgerRetelling;
import dev.caravan.agent.encode.columns.TelemetryEncoder;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Retelling;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.Optional;

/** Batches that become batches of the disk's queue. */
record RetoldBatches(LedgerRetelling ledgers) implements Retelling {
  static RetoldBatches behind(Optional<Entry> newest, Lost lost, TelemetryEncoder encoder) {
    return new RetoldBatches(encoder.retelling(newest.map(Entry::body), lost(lost)));
  }

  static TelemetryEncoder.LostOfStream lost(Lost lost) {
    return new TelemetryEncoder.LostOfStream(
        lost.entriesEvicted(),
        lost.reportsEvicted(),
        lost.entriesRejected(),
        lost.reportsRejected());
  }

  @Override
  public Bytes retold(Entry entry) {
    try {
      return ledgers.retold(entry.body(), entry.reports());
    } catch (MalformedMessageException e) {
      // not made by this program; nothing in it can be told anew
      return entry.body();
    }
  }
}
