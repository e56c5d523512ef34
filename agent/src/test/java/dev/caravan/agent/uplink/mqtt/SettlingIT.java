package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When an entry is settled: with its last message, or when it is written. */
class SettlingIT {
  private FarBroker far;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
  }

  @AfterEach
  void stop() {
    far.close();
  }

  private Rig rig(Envelope envelope, String... lines) throws IOException {
    String[] all = java.util.Arrays.copyOf(lines, lines.length + 1);
    all[lines.length] = "url: " + far.broker.url();
    Rig rig = new Rig(Tail.settings(all), "cloud", false, 0, new SystemTimeline(), envelope);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    return rig;
  }

  /** An entry leaves as so many messages, each on a topic of its own. */
  private static List<Message> spread(Entry entry, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Message("a/" + i, "text/plain", Rig.text(entry.sequence() + "." + i)))
        .toList();
  }

  private long written(Rig rig) {
    return rig.health.counter(UplinkMetrics.WRITTEN, "cloud").value();
  }

  @Test
  void allMessagesOfAnEntryAreUnderWayTogether() throws Exception {
    Rig rig = rig((entry, late) -> spread(entry, 7));
    Entry needsNoSchema = new Entry(1, 1, 1, Bytes.EMPTY, Bytes.EMPTY);
    far.broker.faults().withholdPubacks(true);
    long before = far.broker.publishes();
    CompletableFuture<Receipt> sent = CompletableFuture.supplyAsync(() -> {
      try {
        return rig.outlet.send(List.of(needsNoSchema), List.of(false));
      } catch (IOException e) {
        return new Receipt(List.of(Fate.KEPT));
      }
    });
    await().until(() -> far.broker.publishes() == before + 7);
    far.broker.cut();
    assertEquals(List.of(Fate.KEPT), sent.get().fates());
  }

  @Test
  void anEntryIsSettledOnceEachOfItsMessagesIs() throws IOException {
    Rig rig = rig((entry, late) -> spread(entry, 40), "window: 3");
    try (Tail tail = far.tail("a/+")) {
      assertEquals(Rig.all(20, Fate.ACCEPTED), rig.send(1, 20).fates());
      await().until(() -> tail.messages.size() == 800);
    }
  }

  @Test
  void oneMessageThatIsRefusedKeepsItsEntryAlone() throws IOException {
    Rig rig = rig((entry, late) -> entry.sequence() == 2
        ? List.of(
            new Message("a/0", "", Rig.text("small")),
            new Message("a/1", "", Rig.text("x".repeat(2000))),
            new Message("a/2", "", Rig.text("small")))
        : spread(entry, 3));
    try (Tail tail = far.tail("a/+")) {
      assertTrue(tail.subscriber.isSubscribed());
      far.broker.faults().refusePubacks(0x97, 1000);
      Receipt receipt = rig.send(1, 2);
      assertEquals(List.of(Fate.ACCEPTED, Fate.REFUSED), receipt.fates());
      far.broker.faults().refusePubacks(0);
      assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(2, 2).fates());
      assertEquals(Rig.all(2, Fate.ACCEPTED), rig.send(3, 4).fates());
    }
  }

  @Test
  void withQosZeroNobodysAnswerIsAwaited() throws IOException {
    Rig rig = rig((entry, late) -> Rig.batch(Rig.text("" + entry.sequence())), "qos: 0");
    try (Tail tail = far.tail(Rig.DATA)) {
      // its schema has QoS 1
      assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
      far.broker.faults().withholdPubacks(true);
      assertEquals(Rig.all(300, Fate.ACCEPTED), rig.send(2, 301).fates());
      assertEquals(301, written(rig));
      await().until(() -> tail.messages.size() == 301);
    }
  }

  @Test
  void whatTheFormatSettlesWhenWrittenHasQosZeroToo() throws IOException {
    Rig rig = rig(new Envelope() {
      @Override
      public List<Message> messages(Entry entry, boolean late) {
        return spread(entry, 3);
      }

      @Override
      public boolean settlesWhenWritten() {
        return true;
      }
    });
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.faults().withholdPubacks(true);
    assertEquals(Rig.all(20, Fate.ACCEPTED), rig.send(2, 21).fates());
    assertEquals(21, written(rig));
  }

  @Test
  void withQosOneNothingIsCountedAsWritten() throws IOException {
    Rig rig = rig((entry, late) -> Rig.batch(Rig.text("" + entry.sequence())));
    try (Tail tail = far.tail(Rig.DATA)) {
      assertEquals(Rig.all(9, Fate.ACCEPTED), rig.send(1, 9).fates());
      assertEquals(0, written(rig));
      await().until(() -> tail.messages.size() == 9);
    }
  }

  @Test
  void overALinkThatIsLostQosZeroFails() throws IOException {
    Rig rig = rig((entry, late) -> Rig.batch(Rig.text("" + entry.sequence())), "qos: 0");
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.cut();
    rig.awaitLoss(java.time.Duration.ofSeconds(5));
    org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> rig.send(2, 5));
    assertEquals(1, written(rig));
    rig.uplink.close();
    rig.uplink.open();
    assertEquals(Rig.all(4, Fate.ACCEPTED), rig.send(2, 5).fates());
  }
}
