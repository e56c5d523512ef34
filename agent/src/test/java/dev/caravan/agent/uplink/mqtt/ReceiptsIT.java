package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.ReceiptedQueue;
import dev.caravan.agent.uplink.Receipts;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.StoreReceipt;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route whose batches stay until somebody has stored them. */
class ReceiptsIT {
  private static final String RECEIPT = "caravan/v1/f/d1/receipt";

  @Test
  void whatIsTakenStaysUntilItsReceiptComesByTheSameConnection(@TempDir Path folder)
      throws Exception {
    try (FarBroker far = new FarBroker()) {
      SystemTimeline timeline = new SystemTimeline();
      Rig rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", false, 0);
      Store store = Store.open(
          StoreSettings.usual(folder.resolve("q")), "cloud", Keepers.CLOUD, timeline, rig.health);
      Receipts receipts = new Receipts(
          RECEIPT, "f/d1", new Receipts.Signers(List.of(), true), "cloud", timeline, rig.health);
      rig.uplink.take(
          new Downward(List.of(), Optional.empty(), Optional.of(receipts), "cloud", rig.health));
      Tail tail = far.tail(Rig.DATA);
      Lane lane = new Lane(
          "cloud",
          new ReceiptedQueue("cloud", store, receipts, timeline, rig.health),
          rig.outlet,
          Lane.Terms.UNMETERED,
          timeline,
          rig.health);
      Courier courier = new Courier(
          "cloud",
          List.of(lane),
          rig.uplink,
          Budget.UNLIMITED,
          timeline,
          rig.health,
          rig.stop,
          new Random());
      Thread thread = new Thread(courier, "courier-cloud");
      thread.start();
      for (int i = 0; i < 10; i++) {
        store.append(1, Bytes.ofHex("5c4e"), Bytes.ofHex("ab"));
      }
      await().until(() -> tail.sequences().size() == 10);
      assertEquals(10, store.entries());
      StoreReceipt receipt = new StoreReceipt(
          "f/d1", store.stream(), List.of(new StoreReceipt.Range(1, 7)), List.of());
      Bytes message = new StoreReceipt.Signed(receipt.bytes(), Bytes.EMPTY).message();
      Rig consumer = new Rig(
          Tail.settings("url: " + far.broker.url(), "client_id: consumer"),
          "other",
          false,
          0,
          timeline,
          (entry, late) -> List.of(new Message(RECEIPT, "caravan.v1.SignedReceipt", entry.body())));
      far.closing(consumer.uplink::close);
      consumer.uplink.open();
      consumer.outlet.send(
          List.of(new Entry(1, timeline.nowNs(), 1, Bytes.EMPTY, message)), List.of(false));
      await().until(() -> store.entries() == 3);
      rig.stop.request();
      thread.join();
      store.close();
      assertEquals(10, tail.sequences().size());
    }
  }
}
