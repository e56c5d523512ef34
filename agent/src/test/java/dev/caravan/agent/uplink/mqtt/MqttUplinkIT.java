package dev.caravan.agent.uplink.mqtt;

import static dev.caravan.agent.uplink.mqtt.Rig.text;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an uplink sends, and what it makes of the broker's answers. */
class MqttUplinkIT {
  private FarBroker far;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
  }

  @AfterEach
  void stop() {
    far.close();
  }

  // what goes out

  @Test
  void schemaGoesOutOnceBeforeTheFirstBatchOfEachConnection() throws IOException {
    Tail tail = far.tail("caravan/#");
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(2, Fate.ACCEPTED), rig.send(1, 2).fates());
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(3, 3).fates());
    String schema = "caravan/v1/f/d1/schema/5c4e";
    List<String> wanted =
        List.of(Rig.STATUS, schema, Rig.DATA, Rig.DATA, Rig.STATUS, Rig.STATUS, schema, Rig.DATA);
    await().until(() -> tail.messages.size() == wanted.size());
    assertEquals(
        wanted, tail.messages.stream().map(MqttSubscriber.Message::topic).toList());
    assertEquals(
        List.of("caravan.v1.Status", "caravan.v1.Schema", "caravan.v1.Batch"),
        tail.messages.stream().limit(3).map(MqttSubscriber.Message::contentType).toList());
    assertEquals(Optional.of(text("schema 5c4e")), far.broker.retained(schema));
    assertEquals(Optional.empty(), far.broker.retained(Rig.DATA));
  }

  @Test
  void statusIsBornOnConnectAndPublishedAgainOnChange() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Optional.of(text("online 1")), far.broker.retained(Rig.STATUS));
    rig.statusVersion.set(2);
    rig.uplink.idle();
    assertEquals(Optional.of(text("online 1")), far.broker.retained(Rig.STATUS), "not so soon");
    await().until(() -> {
      rig.uplink.idle();
      return far.broker.retained(Rig.STATUS).equals(Optional.of(text("online 2")));
    });
    long before = far.broker.publishes();
    rig.uplink.idle();
    rig.send(1, 1);
    assertEquals(before + 2, far.broker.publishes(), "a schema and a batch, but no status");
  }

  @Test
  void orderlyCloseSaysOfflineItselfAndTheWillStaysUnused() throws IOException {
    Tail tail = far.tail(Rig.STATUS);
    Rig rig = far.rig();
    rig.uplink.open();
    rig.uplink.close();
    await().until(() -> tail.messages.size() == 2);
    Rig again = far.rig();
    again.uplink.open();
    await().until(() -> tail.messages.size() == 3);
    assertEquals(
        List.of(text("online 1"), text("offline"), text("online 1")),
        tail.messages.stream().map(MqttSubscriber.Message::payload).toList());
  }

  @Test
  void theWillSaysOfflineWhenTheLinkIsCut() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.cut();
    await().until(() -> far.broker.retained(Rig.STATUS).equals(Optional.of(text("offline"))));
  }

  @Test
  void onlyTheUplinkThatBearsTheStatusPublishesIt() throws IOException {
    Rig rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", false, 0);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    rig.uplink.idle();
    far.broker.cut();
    rig.awaitLoss(Duration.ofSeconds(5));
    assertEquals(Optional.empty(), far.broker.retained(Rig.STATUS));
  }

  // windows, aliases, sizes

  @Test
  void neverMoreUnderWayThanTheBrokersReceiveMaximum() throws IOException {
    far.broker.faults().receiveMaximum(3);
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig("window: 100");
    rig.uplink.open();
    long connects = far.broker.connects();
    assertEquals(Rig.all(300, Fate.ACCEPTED), rig.send(1, 300).fates());
    await().until(() -> tail.sequences().equals(Rig.range(1, 300)));
    assertEquals(connects, far.broker.connects());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10})
  void topicAliasesOfALostConnectionDoNotComeBack(int aliases) throws IOException {
    far.broker.faults().topicAliasMaximum(aliases);
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(20, Fate.ACCEPTED), rig.send(1, 20).fates());
    far.broker.faults().withholdPubacks(true);
    Thread cutter = new Thread(() -> {
      await().until(() -> tail.sequences().size() > 25);
      far.broker.faults().withholdPubacks(false);
      far.broker.cut();
    });
    cutter.start();
    assertThrows(IOException.class, () -> rig.send(21, 40));
    rig.uplink.open();
    assertEquals(Rig.all(20, Fate.ACCEPTED), rig.send(21, 40).fates());
    await().until(() -> tail.sequences().stream().distinct().toList().equals(Rig.range(1, 40)));
    rig.uplink.idle();
  }

  @Test
  void whatWasAnsweredBeforeACutIsNotSentAgain() throws Exception {
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    Thread cutter = new Thread(() -> {
      await().pollInterval(Duration.ofMillis(1)).until(() -> tail.sequences().size() > 300);
      // the tail goes too, and comes back by itself
      far.broker.cut();
    });
    cutter.start();
    List<Fate> fates = rig.send(1, 20_000).fates();
    cutter.join();
    long settled = fates.stream().filter(fate -> fate == Fate.ACCEPTED).count();
    assertTrue(settled > 200, () -> "settled=" + settled);
    assertTrue(settled < 20_000, "the cut came too late to prove anything");
    assertEquals(settled, fates.indexOf(Fate.KEPT), "in their order");
    assertThrows(IOException.class, () -> rig.uplink.idle());
    long inAll = far.broker.publishes();
    // one schema and one status besides
    assertTrue(inAll - 2 - settled <= 16, () -> "published=" + inAll + ", settled=" + settled);
  }

  @Test
  void aPacketOverTheBrokersLimitIsRejectedAndOneAtTheLimitIsNot() throws IOException {
    far.broker.faults().maximumPacketBytes(1000);
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    // fixed header 3, topic 2 + 26, identifier 2, length of properties 1, properties 19 + 3,
    // and the envelope's "1 "
    int most = 1000 - 3 - 28 - 2 - 1 - 22 - 2;
    List<Entry> entries = List.of(
        Rig.entry(1, Bytes.owning(new byte[most])),
        Rig.entry(2, Bytes.owning(new byte[most + 1])),
        Rig.entry(3, Bytes.owning(new byte[most])));
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.REJECTED, Fate.ACCEPTED),
        rig.outlet.send(entries, List.of(false, false, false)).fates());
    rig.uplink.idle();
    await().until(() -> tail.messages.size() == 2);
  }

  // answers that are not yes

  @Test
  void whatNobodyListensToIsSentAndSaysSo() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(20, Fate.UNHEARD), rig.send(1, 20).fates());
    Tail tail = far.tail(Rig.DATA);
    assertEquals(Rig.all(20, Fate.ACCEPTED), rig.send(1, 20).fates());
    await().until(() -> tail.sequences().equals(Rig.range(1, 20)));
  }

  @Test
  void ofABacklogThatNobodyListensToNoMoreIsSentThanIsUnderWay() throws IOException {
    Rig rig = far.rig("window: 2");
    rig.uplink.open();
    List<Entry> old = LongStream.rangeClosed(1, 100)
        .mapToObj(sequence -> new Entry(sequence, 0, 3, Bytes.EMPTY, Bytes.EMPTY))
        .toList();
    rig.outlet.send(old, Collections.nCopies(100, true));
    assertTrue(far.broker.publishes() < 50, () -> "publishes=" + far.broker.publishes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x83, 0x87, 0x90, 0x97})
  void entriesRefusedForNowAreKeptOnTheSameConnection(int reason) throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.faults().refusePubacks(reason);
    assertEquals(Fate.REFUSED, rig.send(2, 6).fates().get(0));
    far.broker.faults().refusePubacks(0);
    assertEquals(Rig.all(5, Fate.ACCEPTED), rig.send(2, 6).fates());
  }

  // MQTT 5, table 3-4: packet identifier in use; the others are for other packets. Paho knows none
  // of them in a PUBACK
  @ParameterizedTest
  @ValueSource(ints = {0x91, 0x96, 0x89, 0xA2})
  void whatIsRefusedForAReasonThatSpeaksOfNoMessageIsNeverRejected(int reason) throws IOException {
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.faults().refusePubacks(reason);
    for (int i = 0; i < 8; i++) {
      try {
        rig.uplink.open();
        assertFalse(rig.send(2, 6).fates().contains(Fate.REJECTED));
      } catch (IOException e) {
        // the link ended over the answer
      }
    }
    far.broker.faults().refusePubacks(0);
    rig.uplink.open();
    assertEquals(Rig.all(5, Fate.ACCEPTED), rig.send(2, 6).fates());
    await().until(() -> tail.sequences().containsAll(Rig.range(1, 6)));
  }

  @Test
  void whatAloneEndedTheLinkOnceIsTriedOnceMore() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    // one at a time, since the broker turns them away
    far.broker.faults().refusePubacks(0x97);
    assertEquals(Rig.all(1, Fate.REFUSED), rig.send(2, 2).fates());
    far.broker.faults().refusePubacks(0x95);
    assertThrows(IOException.class, () -> rig.send(2, 2));
    far.broker.faults().refusePubacks(0);
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(2, 2).fates());
  }

  /** Sends as a courier does, until everything is settled, and gives the fates. */
  private static List<Fate> settle(Rig rig, List<Entry> entries) {
    List<Fate> fates = new ArrayList<>(Rig.all(entries.size(), Fate.KEPT));
    await().atMost(Duration.ofSeconds(20)).until(() -> {
      List<Entry> due = entries.stream()
          .filter(entry -> fates.get((int) entry.sequence() - 1) == Fate.KEPT)
          .toList();
      try {
        List<Fate> now =
            rig.outlet.send(due, Collections.nCopies(due.size(), false)).fates();
        for (int i = 0; i < now.size(); i++) {
          fates.set((int) due.get(i).sequence() - 1, now.get(i));
        }
      } catch (IOException e) {
        rig.uplink.open();
      }
      return !fates.contains(Fate.KEPT);
    });
    return fates;
  }

  // Paho takes 0x95 in a PUBACK for a broken protocol and ends the link
  @ParameterizedTest
  @ValueSource(ints = {0x95, 0x99})
  void onePacketThatTheBrokerDoesNotLikeIsFoundAndRejected(int reason) throws IOException {
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.faults().refusePubacks(reason, 500);
    List<Entry> entries = LongStream.rangeClosed(1, 40)
        .mapToObj(
            sequence -> Rig.entry(sequence, Bytes.owning(new byte[sequence == 20 ? 600 : 10])))
        .toList();
    List<Fate> wanted = new ArrayList<>(Rig.all(40, Fate.ACCEPTED));
    wanted.set(19, Fate.REJECTED);
    assertEquals(wanted, settle(rig, entries));
    await()
        .untilAsserted(() -> assertEquals(
            LongStream.rangeClosed(1, 40)
                .filter(sequence -> sequence != 20)
                .boxed()
                .toList(),
            tail.sequences().stream().distinct().sorted().toList()));
  }

  @Test
  void whatIsNewDoesNotEndTheSearchForThePacketThatTheBrokerDoesNotLike() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.faults().refusePubacks(0x95, 500);
    long connects = far.broker.connects();
    List<Long> backlog = new ArrayList<>(Rig.range(1, 40));
    for (long live = 100; backlog.contains(20L) && live < 110; live++) {
      try {
        // as a lane does: what is new goes first
        assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(live, live).fates());
        List<Fate> fates = sendWithOneTooLarge(rig, backlog, 20);
        backlog.removeAll(IntStream.range(0, fates.size())
            .filter(i -> fates.get(i) != Fate.KEPT)
            .mapToObj(backlog::get)
            .toList());
      } catch (IOException e) {
        rig.uplink.open();
      }
    }
    assertEquals(false, backlog.contains(20L));
    // the link ends when it is sent with others, and again when it is sent alone
    assertTrue(far.broker.connects() - connects <= 2, () -> "connects=" + far.broker.connects());
  }

  private static List<Fate> sendWithOneTooLarge(Rig rig, List<Long> sequences, long large)
      throws IOException {
    List<Entry> entries = sequences.stream()
        .map(sequence -> Rig.entry(sequence, Bytes.owning(new byte[sequence == large ? 600 : 10])))
        .toList();
    return rig.outlet.send(entries, Collections.nCopies(entries.size(), true)).fates();
  }

  @Test
  void theSearchEndsWhenWhatWasUnderWayIsGone() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig("window: 20");
    rig.uplink.open();
    far.broker.faults().refusePubacks(0x95, 500);
    assertThrows(IOException.class, () -> sendWithOneTooLarge(rig, Rig.range(1, 1), 1));
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(2, 2).fates());
    rig.outlet.begins(3);
    far.broker.faults().withholdPubacks(true);
    long before = far.broker.publishes();
    // waits end soon, and what goes one by one has then sent one
    rig.stop.request();
    rig.send(3, 10);
    await().until(() -> far.broker.publishes() - before == 8);
  }

  @Test
  void aSchemaThatTheBrokerEndsTheLinkOverKeepsItsBatchesAndTheLinkStays() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    // "schema 5c4e" is 11 bytes, "1 " and "2 " are fewer, the status is published already
    far.broker.faults().refusePubacks(0x95, 10);
    List<Entry> entries = List.of(Rig.entry(1, Bytes.EMPTY), Rig.entry(2, Bytes.EMPTY));
    Set<Fate> fates = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      try {
        rig.uplink.open();
        fates.addAll(rig.outlet.send(entries, List.of(true, true)).fates());
      } catch (IOException e) {
        // the link ended over it
      }
    }
    assertEquals(Set.of(Fate.KEPT), fates);
    long connects = far.broker.connects();
    rig.outlet.send(entries, List.of(true, true));
    assertEquals(connects, far.broker.connects());
  }

  @Test
  void aStatusThatTheBrokerEndsTheLinkOverDoesNotHoldTheBatches() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    // "online 1" is 8 bytes, "1 " is fewer
    far.broker.faults().refusePubacks(0x95, 7);
    assertThrows(IOException.class, rig.uplink::open);
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), settle(rig, List.of(smallEntry())));
    rig.uplink.idle();
  }

  /** An entry that is smaller than the status, and needs no schema. */
  private static Entry smallEntry() {
    return new Entry(1, System.currentTimeMillis() * 1_000_000, 3, Bytes.EMPTY, Bytes.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x80, 0x87, 0x95})
  void aStatusThatTheBrokerEndsTheLinkOverTwiceIsNotSentAgain(int reason) throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    // "online 1" is 8 bytes, "1 " is fewer
    far.broker.faults().endOver(reason, 7);
    assertThrows(IOException.class, rig.uplink::open);
    if (reason != 0x95) {
      assertThrows(IOException.class, rig.uplink::open);
    }
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), settle(rig, List.of(smallEntry())));
    rig.uplink.idle();
  }

  @Test
  void aStatusThatIsTakenBetweenTwoEndsIsSentAgain() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    for (int i = 0; i < 3; i++) {
      far.broker.faults().endOver(0, 7);
      assertThrows(IOException.class, rig.uplink::open);
      far.broker.faults().endOver(0, Integer.MAX_VALUE);
      far.broker.forgetRetained();
      rig.uplink.open();
      assertEquals(Optional.of(Rig.text("online 1")), far.broker.retained(Rig.STATUS));
      rig.uplink.close();
    }
  }

  @Test
  void aStatusThatIsNeverAnsweredDoesNotHoldTheBatches() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    far.broker.faults().withholdPubacks(true);
    rig.uplink.open();
    long connects = far.broker.connects();
    far.broker.faults().withholdPubacks(false);
    assertEquals(
        Rig.all(1, Fate.ACCEPTED),
        rig.outlet.send(List.of(smallEntry()), List.of(false)).fates());
    assertEquals(connects, far.broker.connects());
  }

  @Test
  void aStatusThatAloneIsNeverAnsweredIsNotSentAgain() throws IOException {
    far.tail(Rig.DATA);
    far.broker.faults().receiveMaximum(1);
    Rig rig = far.rig("keep_alive: 5s");
    for (int i = 0; i < 2; i++) {
      far.broker.faults().withholdPubacks(true);
      rig.uplink.open();
      far.broker.faults().withholdPubacks(false);
      assertThrows(IOException.class, () -> {
        rig.outlet.send(List.of(smallEntry()), List.of(false));
        rig.uplink.idle();
      });
      rig.uplink.close();
    }
    far.broker.faults().withholdPubacks(true);
    rig.uplink.open();
    far.broker.faults().withholdPubacks(false);
    assertEquals(
        Rig.all(1, Fate.ACCEPTED),
        rig.outlet.send(List.of(smallEntry()), List.of(false)).fates());
  }

  @Test
  void aStatusOverTheBrokersPacketSizeIsNotSentAndTheLinkStays() throws IOException {
    far.broker.faults().maximumPacketBytes(50);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Optional.empty(), far.broker.retained(Rig.STATUS));
    assertEquals(Rig.all(2, Fate.KEPT), rig.send(1, 2).fates());
    rig.uplink.idle();
    assertEquals(1, far.broker.connects());
  }
}
