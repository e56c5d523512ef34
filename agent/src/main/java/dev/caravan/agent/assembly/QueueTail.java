package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Retelling;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.function.Consumer;

/** The pipeline's end of a queue: what its encoder gives out goes into the store, each after the schema that it needs. The pipeline's thread. */
final class QueueTail implements Consumer<Payload> {
  private final Encoder encoder;
  private final Store store;

  QueueTail(Encoder encoder, Store store) {
    this.encoder = encoder;
    this.store = store;
    store.retellBy(
        (newest, lost) -> new Retold(encoder.retelling(newest.map(Entry::body), losses(lost))));
  }

  /** Entries that become entries of the disk's queue. */
  private record Retold(dev.caravan.agent.encode.Retelling told) implements Retelling {
    @Override
    public Bytes retold(Entry entry) {
      try {
        return told.retold(entry.body(), entry.reports());
      } catch (MalformedMessageException e) {
        // not made by this program; nothing in it can be told anew
        return entry.body();
      }
    }
  }

  static Losses losses(Lost lost) {
    return new Losses(
        lost.entriesEvicted(),
        lost.reportsEvicted(),
        lost.entriesRejected(),
        lost.reportsRejected());
  }

  @Override
  public void accept(Payload payload) {
    Payload.Schema schema = payload.schema();
    if (!schema.equals(Payload.Schema.NONE)) {
      store.keep(schema.id(), schema.content());
    }
    store.append(payload.reports(), schema.id(), payload.body());
  }

  /** If the disk of the queue has come, what comes now goes to it, and the encoder goes on from what is there. */
  void goOver() {
    if (store.isToGoOver()) {
      Encoder.GoingOver encoders = encoder.goingOver();
      store.goOver().ifPresent(retelling -> {
        if (retelling instanceof Retold retold) {
          encoders.behind(retold.told(), losses(store.lost()));
        }
      });
    }
  }
}
