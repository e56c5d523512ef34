package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.log.Log;
import dev.caravan.agent.log.LogLevel;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttSubscriberIT {
  /** PUBLISH with QoS 0 of the topic {@code a}, 0x01, {@code b}: MQTT 5, 1.5.4 lets a receiver end the link over it. */
  static final Bytes TOPIC_WITH_A_CONTROL_CHARACTER = Bytes.ofHex("3007000361016200ff");

  private LoopbackBroker broker;
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    broker = new LoopbackBroker(0);
    rig = new Rig(Tail.settings("url: " + broker.url()));
  }

  @AfterEach
  void stop() {
    rig.uplink.close();
    broker.close();
  }

  private List<Fate> send(long from, long to) throws IOException {
    List<Entry> entries = LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> new Entry(sequence, 0, 3, Bytes.ofHex("5c4e"), Bytes.EMPTY))
        .toList();
    return rig.outlet.send(entries, Collections.nCopies(entries.size(), false)).fates();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void aSlowReceiverLosesNothingAndThePublisherWaitsForIt() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    int count = 12_000;
    try (Tail tail = new Tail(
        broker.url(),
        message -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        Rig.DATA)) {
      rig.uplink.open();
      List<Fate> fates = new ArrayList<>();
      Thread sender = new Thread(() -> {
        try {
          while (fates.size() < count) {
            fates.addAll(send(fates.size() + 1, count));
          }
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      sender.start();
      // ten thousand wait for the subscriber; the broker then answers no more
      await().atMost(Duration.ofSeconds(60)).until(() -> broker.publishes() >= 10_000);
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(10))
          .until(() -> broker.publishes() < 10_200);
      gate.countDown();
      sender.join(60_000);
      assertEquals(Collections.nCopies(count, Fate.ACCEPTED), fates);
      await().atMost(Duration.ofSeconds(60)).until(() -> tail.messages.size() == count);
      assertEquals(range(1, count), tail.sequences());
    }
  }

  @Test
  void afterACutItComesBackToItsSessionAndMissesNothing() throws IOException {
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      rig.uplink.open();
      send(1, 10);
      await().until(() -> tail.sequences().size() == 10);
      broker.cut();
      rig.uplink.open();
      // nobody is there now, but the session is: the broker takes them
      assertEquals(Collections.nCopies(10, Fate.ACCEPTED), send(11, 20));
      await().until(() -> tail.sequences().stream().distinct().toList().equals(range(1, 20)));
    }
  }

  @Test
  void afterTheBrokerForgotItItSubscribesAgain() throws Exception {
    int port = broker.port();
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      broker.close();
      broker = new LoopbackBroker(port);
      rig.uplink.open();
      await().until(() -> send(1, 1).get(0) == Fate.ACCEPTED);
      await().until(() -> tail.sequences().equals(range(1, 1)));
    }
  }

  @Test
  void aFilterAddedLaterBringsItsRetainedMessage() throws IOException {
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      rig.uplink.open();
      send(1, 1);
      tail.subscriber.addIfAllowed("caravan/v1/f/d1/schema/5c4e");
      await().until(() -> tail.messages.size() == 2);
      MqttSubscriber.Message schema = tail.messages.get(1);
      assertTrue(schema.retained());
      assertEquals("caravan.v1.Schema", schema.contentType());
      assertEquals(Rig.text("schema 5c4e"), schema.payload());
    }
  }

  @Test
  void whatADyingBrokerSentComes() throws Exception {
    int lives = 10;
    int messages = 60;
    List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
    Stop done = new Stop();
    try (DyingBroker dying = new DyingBroker(messages)) {
      Thread tail = new Thread(new MqttSubscriber(
          Tail.settings("url: " + dying.url()),
          "tail",
          List.of("#"),
          message -> numbers.add(message.payload().buffer().getInt()),
          done,
          new Random(1)));
      tail.start();
      dying.live(lives);
      await()
          .untilAsserted(
              () -> assertEquals(List.of(), missing(numbers, lives * messages), "missing"));
      done.request();
      tail.join(10_000);
    }
  }

  // what is waited out

  /** A subscriber to the data, started, which need not come to subscribe. */
  private Tail starting() {
    return new Tail(broker.url(), message -> {}, false, Rig.DATA);
  }

  private void assertOneConnectionInTwoSeconds() {
    await().until(() -> broker.accepts() == 1);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> broker.accepts() == 1);
  }

  @Test
  void aRefusedConnectIsNotTriedAgainSoon() {
    broker.faults().refuseConnects(0x86);
    try (Tail tail = starting()) {
      assertOneConnectionInTwoSeconds();
      assertFalse(tail.subscriber.isSubscribed());
    }
  }

  // Paho ends the link over the last
  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x87, 0x97})
  void aRefusedSubscribeIsNotTriedAgainSoon(int reason) {
    broker.faults().refuseSubscribes(reason);
    try (Tail tail = starting()) {
      assertOneConnectionInTwoSeconds();
      assertFalse(tail.subscriber.isSubscribed());
    }
  }

  @Test
  void everyLossIsTold() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    Log.ofProcess().level(LogLevel.WARN);
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      for (int i = 0; i < 2; i++) {
        int connects = tail.subscriber.connects();
        broker.cut();
        await().until(() -> tail.subscriber.connects() > connects);
        await().until(tail.subscriber::isSubscribed);
      }
    } finally {
      Log.ofProcess().level(LogLevel.ERROR);
      System.setErr(before);
    }
    String told = log.toString(StandardCharsets.UTF_8);
    assertEquals(2, told.split("subscriber: link down", -1).length - 1, told);
  }

  @Test
  void aFaultOfTheReceiverCostsOneMessage() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (Tail tail = new Tail(
        broker.url(),
        message -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("a fault of the receiver");
          }
        },
        Rig.DATA)) {
      rig.uplink.open();
      send(1, 3);
      await().until(() -> tail.sequences().equals(range(2, 3)));
      assertEquals(1, tail.subscriber.connects());
    }
  }

  @Test
  void textThatCannotBeReadEndsTheLinkAndTwiceInARowTheSession() throws IOException {
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      broker.sendGarbage(TOPIC_WITH_A_CONTROL_CHARACTER);
      await().atMost(Duration.ofSeconds(5)).until(() -> tail.subscriber.connects() == 2);
      await().until(tail.subscriber::isSubscribed);
      assertEquals(1, broker.subscribes(), "its session was there");
      broker.sendGarbage(TOPIC_WITH_A_CONTROL_CHARACTER);
      await().atMost(Duration.ofSeconds(5)).until(() -> !tail.subscriber.isSubscribed());
      // as long as a person takes, at least 15 s
      await().atMost(Duration.ofSeconds(40)).until(tail.subscriber::isSubscribed);
      assertEquals(2, broker.subscribes(), "it was a new one");
    }
  }

  /** PUBLISH with QoS 0 of the topic {@code a}, with correlation data of so many bytes: MQTT 5, 3.3.2.3.6 allows 65,535. */
  private static Bytes publishWithCorrelation(int bytes) {
    String hex = String.format("000161%s09%04x", length(bytes + 3), bytes) + "78".repeat(bytes);
    return Bytes.ofHex("30" + length(hex.length() / 2) + hex);
  }

  /** A variable byte integer of three bytes: MQTT 5, 1.5.5. */
  private static String length(int value) {
    return String.format(
        "%02x%02x%02x", (value & 0x7F) | 0x80, ((value >> 7) & 0x7F) | 0x80, value >> 14);
  }

  @ParameterizedTest
  @ValueSource(ints = {32_768, 40_000, 65_535})
  void correlationDataThatPahoCannotReadIsTakenForWhatCannotBeRead(int bytes) throws IOException {
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      broker.sendGarbage(publishWithCorrelation(bytes));
      await().atMost(Duration.ofSeconds(5)).until(() -> tail.subscriber.connects() == 2);
      await().until(tail.subscriber::isSubscribed);
      broker.sendGarbage(publishWithCorrelation(bytes));
      await().atMost(Duration.ofSeconds(5)).until(() -> !tail.subscriber.isSubscribed());
      // it is left alone for at least 15 s
      assertEquals(2, tail.subscriber.connects());
    }
  }

  @Test
  void correlationDataOf32767BytesComes() throws IOException {
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      broker.sendGarbage(publishWithCorrelation(32_767));
      await().until(() -> tail.messages.size() == 1);
    }
  }

  private static List<Integer> missing(List<Integer> numbers, int count) {
    Set<Integer> known = Set.copyOf(numbers);
    return IntStream.range(0, count).filter(n -> !known.contains(n)).boxed().toList();
  }

  private static AtomicInteger publishing(Tail tail) {
    AtomicInteger left = new AtomicInteger();
    tail.subscriber.beside(() -> {
      if (tail.subscriber.publishIfAllowed("x/request", "caravan.v1.Request", Bytes.EMPTY, 60)) {
        left.incrementAndGet();
      }
    });
    return left;
  }

  @Test
  void aLinkThatEndsTwiceOverWhatIsPublishedBesideDoesNotAThirdTime() throws IOException {
    broker.faults().endOverTopics("/request");
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      AtomicInteger left = publishing(tail);
      await().atMost(Duration.ofSeconds(20)).until(() -> broker.connects() == 3);
      await().atMost(Duration.ofSeconds(20)).until(tail.subscriber::isSubscribed);
      rig.uplink.open();
      send(1, 20);
      await().until(() -> tail.sequences().equals(Rig.range(1, 20)));
      assertEquals(2, left.get());
      assertEquals(4, broker.connects(), "three of the tail's, and the rig's");
    }
  }

  @Test
  void whatIsPublishedBesideAndRefusedIsToldOnceAndSurvived() throws IOException {
    broker.faults().refuseTopics("/request", 0x87);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    Log.ofProcess().level(LogLevel.WARN);
    try (Tail tail = new Tail(broker.url(), Rig.DATA)) {
      AtomicInteger left = publishing(tail);
      await().until(() -> left.get() > 3);
      rig.uplink.open();
      send(1, 20);
      await().until(() -> tail.sequences().equals(Rig.range(1, 20)));
      assertEquals(2, broker.connects());
    } finally {
      Log.ofProcess().level(LogLevel.ERROR);
      System.setErr(before);
    }
    String told = log.toString(StandardCharsets.UTF_8);
    assertEquals(2, told.split("the broker takes no x/request: 0x87", -1).length, told);
  }

  @Test
  void membersOfAGroupShareTheMessages() throws IOException {
    String shared = "$share/tails/" + Rig.DATA;
    try (Tail one = new Tail(broker.url(), shared);
        Tail two = new Tail(broker.url(), shared)) {
      rig.uplink.open();
      send(1, 100);
      await().until(() -> one.messages.size() + two.messages.size() == 100);
      assertEquals(50, one.messages.size());
    }
  }

  @Test
  void aLeavingSubscriberLeavesNoSessionAndNoThread() throws IOException {
    new Tail(broker.url(), Rig.DATA).close();
    rig.uplink.open();
    assertEquals(List.of(Fate.UNHEARD), send(1, 1));
    await()
        .untilAsserted(() -> assertEquals(
            List.of(),
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(": tail") || name.startsWith("mqtt tail"))
                .toList()));
  }
}
