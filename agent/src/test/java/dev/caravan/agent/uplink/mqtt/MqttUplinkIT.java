package dev.caravan.agent.uplink.mqtt;

import static dev.caravan.agent.uplink.mqtt.Rig.text;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttUplinkIT {
  private LoopbackBroker broker;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    broker = new LoopbackBroker(0);
  }

  @AfterEach
  void stop() throws Exception {
    Collections.reverse(opened);
    for (AutoCloseable one : opened) {
      one.close();
    }
    broker.close();
  }

  private Rig rig(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    if (all.stream().noneMatch(line -> line.startsWith("url:"))) {
      all.add("url: " + broker.url());
    }
    Rig rig = new Rig(Tail.settings(all.toArray(String[]::new)));
    opened.add(rig.uplink);
    return rig;
  }

  private Tail tail(String... filters) {
    Tail tail = new Tail(broker.url(), filters);
    opened.add(tail);
    return tail;
  }

  private static Entry entry(long sequence, Bytes body) {
    return new Entry(
        sequence, System.currentTimeMillis() * 1_000_000, 3, Bytes.ofHex("5c4e"), body);
  }

  private static Receipt send(Rig rig, long from, long to) throws IOException {
    List<Entry> entries = LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> entry(sequence, Bytes.EMPTY))
        .toList();
    return rig.uplink.send(entries, Collections.nCopies(entries.size(), false));
  }

  private static List<Fate> all(int count, Fate fate) {
    return Collections.nCopies(count, fate);
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** The threads that Paho or a connection made, but for those of subscribers, and where they are. */
  private static List<String> mqttThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().contains("d1-cloud"))
        .map(thread -> thread.getKey().getName() + List.of(thread.getValue()))
        .toList();
  }

  private static IOException awaitLoss(Rig rig, Duration within) {
    IOException[] lost = new IOException[1];
    await().atMost(within).until(() -> {
      try {
        rig.uplink.idle();
        return false;
      } catch (IOException e) {
        lost[0] = e;
        return true;
      }
    });
    return lost[0];
  }

  // what goes out

  @Test
  void schemaGoesOutOnceBeforeTheFirstBatchOfEachConnection() throws IOException {
    Tail tail = tail("caravan/#");
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(all(2, Fate.ACCEPTED), send(rig, 1, 2).fates());
    rig.uplink.open();
    assertEquals(all(1, Fate.ACCEPTED), send(rig, 3, 3).fates());
    String schema = "caravan/v1/f/d1/schema/5c4e";
    List<String> wanted =
        List.of(Rig.STATUS, schema, Rig.DATA, Rig.DATA, Rig.STATUS, Rig.STATUS, schema, Rig.DATA);
    await().until(() -> tail.messages.size() == wanted.size());
    assertEquals(
        wanted, tail.messages.stream().map(MqttSubscriber.Message::topic).toList());
    assertEquals(
        List.of("caravan.v1.Status", "caravan.v1.Schema", "caravan.v1.Batch"),
        tail.messages.stream().limit(3).map(MqttSubscriber.Message::kind).toList());
    assertEquals(Optional.of(text("schema 5c4e")), broker.retained(schema));
    assertEquals(Optional.empty(), broker.retained(Rig.DATA));
  }

  @Test
  void entryWithoutItsSchemaIsSentAllTheSame() throws IOException {
    Tail tail = tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    Entry orphan = new Entry(1, 0, 3, Bytes.ofHex("dead"), Bytes.EMPTY);
    assertEquals(
        all(1, Fate.ACCEPTED), rig.uplink.send(List.of(orphan), List.of(true)).fates());
    await().until(() -> tail.messages.size() == 1);
    assertEquals(text("1 late "), tail.messages.get(0).payload());
  }

  @Test
  void statusIsBornOnConnectAndPublishedAgainOnChange() throws IOException {
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(Optional.of(text("online 1")), broker.retained(Rig.STATUS));
    rig.statusVersion.set(2);
    rig.uplink.idle();
    await().until(() -> broker.retained(Rig.STATUS).equals(Optional.of(text("online 2"))));
    long before = broker.publishes();
    rig.uplink.idle();
    send(rig, 1, 1);
    assertEquals(before + 2, broker.publishes(), "a schema and a batch, but no status");
  }

  @Test
  void orderlyCloseSaysOfflineItselfAndTheWillStaysUnused() throws IOException {
    Tail tail = tail(Rig.STATUS);
    Rig rig = rig();
    rig.uplink.open();
    rig.uplink.close();
    await().until(() -> tail.messages.size() == 2);
    Rig again = rig();
    again.uplink.open();
    await().until(() -> tail.messages.size() == 3);
    assertEquals(
        List.of(text("online 1"), text("offline"), text("online 1")),
        tail.messages.stream().map(MqttSubscriber.Message::payload).toList());
  }

  @Test
  void theWillSaysOfflineWhenTheLinkIsCut() throws IOException {
    Rig rig = rig();
    rig.uplink.open();
    broker.cut();
    await().until(() -> broker.retained(Rig.STATUS).equals(Optional.of(text("offline"))));
  }

  @Test
  void onlyTheUplinkThatBearsTheStatusPublishesIt() throws IOException {
    Rig rig = new Rig(Tail.settings("url: " + broker.url()), "cloud", false, 0);
    opened.add(rig.uplink);
    rig.uplink.open();
    rig.uplink.idle();
    broker.cut();
    awaitLoss(rig, Duration.ofSeconds(5));
    assertEquals(Optional.empty(), broker.retained(Rig.STATUS));
  }

  // windows, aliases, sizes

  @Test
  void neverMoreUnderWayThanTheBrokersReceiveMaximum() throws IOException {
    broker.faults().receiveMaximum(3);
    Tail tail = tail(Rig.DATA);
    Rig rig = rig("window: 100");
    rig.uplink.open();
    long connects = broker.connects();
    assertEquals(all(300, Fate.ACCEPTED), send(rig, 1, 300).fates());
    await().until(() -> tail.sequences().equals(range(1, 300)));
    assertEquals(connects, broker.connects());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10})
  void topicAliasesOfALostConnectionDoNotComeBack(int aliases) throws IOException {
    broker.faults().topicAliasMaximum(aliases);
    Tail tail = tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(all(20, Fate.ACCEPTED), send(rig, 1, 20).fates());
    broker.faults().withholdPubacks(true);
    Thread cutter = new Thread(() -> {
      await().until(() -> tail.sequences().size() > 25);
      broker.faults().withholdPubacks(false);
      broker.cut();
    });
    cutter.start();
    assertThrows(IOException.class, () -> send(rig, 21, 40));
    rig.uplink.open();
    assertEquals(all(20, Fate.ACCEPTED), send(rig, 21, 40).fates());
    await().until(() -> tail.sequences().stream().distinct().toList().equals(range(1, 40)));
    rig.uplink.idle();
  }

  @Test
  void whatWasAnsweredBeforeACutIsNotSentAgain() throws Exception {
    Tail tail = tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    Thread cutter = new Thread(() -> {
      await().pollInterval(Duration.ofMillis(1)).until(() -> tail.sequences().size() > 300);
      // the tail goes too, and comes back by itself
      broker.cut();
    });
    cutter.start();
    List<Fate> fates = send(rig, 1, 20_000).fates();
    cutter.join();
    long settled = fates.stream().filter(fate -> fate == Fate.ACCEPTED).count();
    assertTrue(settled > 200, () -> "settled=" + settled);
    assertTrue(settled < 20_000, "the cut came too late to prove anything");
    assertEquals(settled, fates.indexOf(Fate.KEPT), "in their order");
    assertThrows(IOException.class, () -> rig.uplink.idle());
    long inAll = broker.publishes();
    // one schema and one status besides
    assertTrue(inAll - 2 - settled <= 16, () -> "published=" + inAll + ", settled=" + settled);
  }

  @Test
  void aPacketOverTheBrokersLimitIsRejectedAndOneAtTheLimitIsNot() throws IOException {
    broker.faults().maximumPacketBytes(1000);
    Tail tail = tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    // fixed header 3, topic 2 + 26, identifier 2, length of properties 1, properties 25 + 28 + 3,
    // and the envelope's "1 "
    int most = 1000 - 3 - 28 - 2 - 1 - 56 - 2;
    List<Entry> entries = List.of(
        entry(1, Bytes.owning(new byte[most])),
        entry(2, Bytes.owning(new byte[most + 1])),
        entry(3, Bytes.owning(new byte[most])));
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.REJECTED, Fate.ACCEPTED),
        rig.uplink.send(entries, List.of(false, false, false)).fates());
    rig.uplink.idle();
    await().until(() -> tail.messages.size() == 2);
  }

  // answers that are not yes

  @Test
  void withNobodyListeningOneEntryIsTriedUntilSomebodyDoes() throws IOException {
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(all(20, Fate.KEPT), send(rig, 1, 20).fates());
    long before = broker.publishes();
    assertEquals(all(20, Fate.KEPT), send(rig, 1, 20).fates());
    assertEquals(1, broker.publishes() - before);
    Tail tail = tail(Rig.DATA);
    assertEquals(all(20, Fate.ACCEPTED), send(rig, 1, 20).fates());
    await().until(() -> tail.sequences().equals(range(1, 20)));
    rig.uplink.idle();
    assertEquals(0, rig.health.counter("uplink.unheard", "cloud").value());
  }

  @Test
  void withoutATimeToKeepUnheardEntriesAreAcceptedAndCounted() throws IOException {
    Rig rig = rig("keep_unheard: 0s");
    rig.uplink.open();
    assertEquals(all(20, Fate.ACCEPTED), send(rig, 1, 20).fates());
    assertEquals(20, rig.health.counter("uplink.unheard", "cloud").value());
  }

  @Test
  void unheardEntriesAreAcceptedOnceTheyAndTheSilenceAreOldEnough() throws IOException {
    Rig rig = rig("keep_unheard: 500ms");
    rig.uplink.open();
    List<Entry> old = List.of(new Entry(1, 0, 3, Bytes.EMPTY, Bytes.EMPTY));
    assertEquals(all(1, Fate.KEPT), rig.uplink.send(old, List.of(true)).fates());
    await().until(() -> rig.uplink.send(old, List.of(true)).fates().get(0) == Fate.ACCEPTED);
    assertEquals(1, rig.health.counter("uplink.unheard", "cloud").value());
    assertEquals(all(1, Fate.KEPT), send(rig, 2, 2).fates(), "this one is young");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x83, 0x87, 0x90, 0x97})
  void entriesRefusedForNowAreKeptOnTheSameConnection(int reason) throws IOException {
    tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(all(1, Fate.ACCEPTED), send(rig, 1, 1).fates());
    broker.faults().refusePubacks(reason);
    assertEquals(all(5, Fate.KEPT), send(rig, 2, 6).fates());
    broker.faults().refusePubacks(0);
    assertEquals(all(5, Fate.ACCEPTED), send(rig, 2, 6).fates());
  }

  /** Sends as a courier does, until everything is settled, and gives the fates. */
  private static List<Fate> settle(Rig rig, List<Entry> entries) {
    List<Fate> fates = new ArrayList<>(all(entries.size(), Fate.KEPT));
    await().atMost(Duration.ofSeconds(20)).until(() -> {
      List<Entry> due = entries.stream()
          .filter(entry -> fates.get((int) entry.sequence() - 1) == Fate.KEPT)
          .toList();
      try {
        List<Fate> now =
            rig.uplink.send(due, Collections.nCopies(due.size(), false)).fates();
        for (int i = 0; i < due.size(); i++) {
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
    Tail tail = tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    broker.faults().refusePubacks(reason, 500);
    List<Entry> entries = LongStream.rangeClosed(1, 40)
        .mapToObj(sequence -> entry(sequence, Bytes.owning(new byte[sequence == 20 ? 600 : 10])))
        .toList();
    List<Fate> wanted = new ArrayList<>(all(40, Fate.ACCEPTED));
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
  void aSchemaThatTheBrokerEndsTheLinkOverDoesNotHoldItsBatches() throws IOException {
    tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    // "schema 5c4e" is 11 bytes, "1 " and "2 " are fewer, the status is published already
    broker.faults().refusePubacks(0x95, 10);
    assertEquals(
        all(2, Fate.ACCEPTED), settle(rig, List.of(entry(1, Bytes.EMPTY), entry(2, Bytes.EMPTY))));
  }

  @Test
  void aStatusThatTheBrokerEndsTheLinkOverDoesNotHoldTheBatches() throws IOException {
    tail(Rig.DATA);
    Rig rig = rig();
    // "online 1" is 8 bytes, "1 " is fewer; the schema is more, and found out in its turn
    broker.faults().refusePubacks(0x95, 7);
    assertThrows(IOException.class, rig.uplink::open);
    rig.uplink.open();
    assertEquals(all(1, Fate.ACCEPTED), settle(rig, List.of(entry(1, Bytes.EMPTY))));
    rig.uplink.idle();
  }

  @Test
  void aStatusOverTheBrokersPacketSizeIsNotSentAndTheLinkStays() throws IOException {
    broker.faults().maximumPacketBytes(90);
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(Optional.empty(), broker.retained(Rig.STATUS));
    assertEquals(all(2, Fate.REJECTED), send(rig, 1, 2).fates());
    rig.uplink.idle();
    assertEquals(1, broker.connects());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x85, 0x86, 0x87, 0x8A, 0x8C})
  void notBeingLetInIsToldApartFromALostLink(int reason) {
    broker.faults().refuseConnects(reason);
    Rig rig = rig();
    RefusedException refused = assertThrows(RefusedException.class, rig.uplink::open);
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.contains("reason=0x" + Integer.toHexString(reason)), told);
  }

  @Test
  void aBusyBrokerIsTriedAgain() throws IOException {
    broker.faults().refuseConnects(0x89);
    Rig rig = rig();
    IOException busy = assertThrows(IOException.class, rig.uplink::open);
    assertEquals(IOException.class, busy.getClass());
    broker.faults().refuseConnects(0);
    rig.uplink.open();
  }

  @Test
  void aBrokerWithoutQosOneIsRefused() {
    broker.faults().maximumQos(0);
    Rig rig = rig();
    assertThrows(RefusedException.class, rig.uplink::open);
  }

  // links that are lost

  @Test
  void acceptThenCloseLeavesNoThreadBehind() {
    broker.faults().acceptThenClose(true);
    Rig rig = rig();
    for (int i = 0; i < 10; i++) {
      assertThrows(IOException.class, rig.uplink::open);
    }
    await().untilAsserted(() -> assertEquals(List.of(), mqttThreads()));
  }

  @Test
  void connectingAndClosingLeavesNoThreadBehind() throws IOException {
    Rig rig = rig();
    for (int i = 0; i < 5; i++) {
      rig.uplink.open();
      broker.cut();
      awaitLoss(rig, Duration.ofSeconds(5));
    }
    rig.uplink.open();
    rig.uplink.close();
    await().untilAsserted(() -> assertEquals(List.of(), mqttThreads()));
  }

  @Test
  void aBrokerThatSaysNothingToConnectIsGivenUpInTime() {
    broker.faults().withholdConnacks(true);
    Rig rig = rig("connect_timeout: 1s");
    long startNs = System.nanoTime();
    assertThrows(IOException.class, rig.uplink::open);
    assertTrue(System.nanoTime() - startNs < 5_000_000_000L);
    await().untilAsserted(() -> assertEquals(List.of(), mqttThreads()));
  }

  @Test
  void halfOpenLinkIsNoticedWithinOneAndAHalfKeepAlives() throws IOException {
    Rig rig = rig("keep_alive: 5s");
    rig.uplink.open();
    broker.stall(true);
    awaitLoss(rig, Duration.ofMillis(7500));
    long startNs = System.nanoTime();
    rig.uplink.close();
    assertTrue(System.nanoTime() - startNs < 5_000_000_000L);
    broker.stall(false);
  }

  @Test
  void idleLinkIsKeptAliveByPings() throws IOException {
    Rig rig = rig("keep_alive: 5s");
    rig.uplink.open();
    long endNs = System.nanoTime() + 12_000_000_000L;
    await().atMost(Duration.ofSeconds(15)).until(() -> {
      rig.uplink.idle();
      return System.nanoTime() > endNs;
    });
  }

  @Test
  void withheldAnswersAreALostLinkWithinOneAndAHalfKeepAlives() throws IOException {
    tail(Rig.DATA);
    Rig rig = rig("keep_alive: 5s");
    rig.uplink.open();
    assertEquals(all(1, Fate.ACCEPTED), send(rig, 1, 1).fates());
    broker.faults().withholdPubacks(true);
    long startNs = System.nanoTime();
    assertThrows(IOException.class, () -> send(rig, 2, 40));
    long tookMs = (System.nanoTime() - startNs) / 1_000_000;
    assertTrue(tookMs < 7500, () -> "took " + tookMs + " ms");
  }

  @Test
  void garbageIsALostLink() throws IOException {
    Rig rig = rig();
    rig.uplink.open();
    broker.sendGarbage(Bytes.ofHex("ffffffffffffffff00112233"));
    awaitLoss(rig, Duration.ofSeconds(10));
    rig.uplink.open();
    rig.uplink.idle();
  }

  @Test
  void theBrokersReasonForEndingTheLinkIsTold() throws IOException {
    Rig rig = rig();
    rig.uplink.open();
    broker.disconnect(0x8B);
    String told = String.valueOf(awaitLoss(rig, Duration.ofSeconds(5)).getMessage());
    assertTrue(told.contains("reason=0x8b"), told);
  }

  @Test
  void theNextBrokerIsTriedWhenOneIsDown() throws IOException {
    LoopbackBroker gone = new LoopbackBroker(0);
    String dead = gone.url();
    gone.close();
    Rig rig = rig("url: [" + dead + ", " + broker.url() + "]");
    assertThrows(IOException.class, rig.uplink::open);
    rig.uplink.open();
    assertEquals(1, broker.connects());
    rig.uplink.open();
    assertEquals(2, broker.connects());
  }

  // stopping

  @Test
  void aStopEndsWaitingForAnswersAndClosingInTime() throws Exception {
    tail(Rig.DATA);
    Rig rig = rig();
    rig.uplink.open();
    assertEquals(all(1, Fate.ACCEPTED), send(rig, 1, 1).fates());
    broker.faults().withholdPubacks(true);
    long startNs = System.nanoTime();
    rig.stop.request();
    assertEquals(all(40, Fate.KEPT), send(rig, 2, 41).fates());
    rig.uplink.close();
    long tookMs = (System.nanoTime() - startNs) / 1_000_000;
    assertTrue(tookMs < 5000, () -> "took " + tookMs + " ms");
    await().untilAsserted(() -> assertEquals(List.of(), mqttThreads()));
  }

  @Test
  void aStopEndsConnecting() {
    broker.faults().withholdConnacks(true);
    Rig rig = rig("connect_timeout: 60s");
    Thread stopper = new Thread(() -> {
      await().until(() -> broker.accepts() > 0);
      rig.stop.request();
    });
    stopper.start();
    long startNs = System.nanoTime();
    assertThrows(IOException.class, rig.uplink::open);
    assertTrue(System.nanoTime() - startNs < 5_000_000_000L);
  }

  @Test
  void theDutyIsDoneWhileWaiting() {
    broker.faults().withholdConnacks(true);
    Rig rig = rig("connect_timeout: 3s");
    int[] done = new int[1];
    rig.uplink.whileWaiting(() -> done[0]++);
    assertThrows(IOException.class, rig.uplink::open);
    assertTrue(done[0] >= 3, () -> "done=" + done[0]);
  }
}
