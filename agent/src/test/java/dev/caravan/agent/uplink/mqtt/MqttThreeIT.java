package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.BrokerFaults;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** By MQTT 3.1.1, and what leads there. */
class MqttThreeIT {
  private static final String COMMAND = "caravan/v1/f/d1/command";
  private static final String REPLY = "caravan/v1/f/d1/reply";

  private final FarBroker far = new FarBroker();

  MqttThreeIT() throws IOException {}

  @AfterEach
  void stop() {
    far.close();
  }

  private static String state(Rig rig) {
    return rig.health.part("route", "cloud").why();
  }

  @Test
  void batchesStatusAndSchemaArriveAtMosquitto(@TempDir Path dir) throws IOException {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Tail tail = new Tail(mosquitto.url(), "caravan/#")) {
      Rig rig = new Rig(Tail.settings("url: " + mosquitto.url(), "protocol: 3.1.1"));
      rig.uplink.open();
      assertEquals(Rig.all(100, Fate.ACCEPTED), rig.send(1, 100).fates());
      await().until(() -> tail.sequences().size() == 100);
      rig.uplink.close();
      await()
          .until(() -> tail.messages.stream()
              .anyMatch(message -> message.topic().equals(Rig.STATUS)
                  && message.payload().equals(Rig.text("offline"))));
      assertTrue(tail.messages.stream().anyMatch(message -> message.topic().contains("/schema/")));
      try (Tail late = new Tail(mosquitto.url(), Rig.STATUS)) {
        await().until(() -> !late.messages.isEmpty());
        assertTrue(late.messages.get(0).retained());
      }
    }
  }

  @Test
  void willIsLeftWhenTheDeviceIsGone(@TempDir Path dir) throws IOException {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Tail tail = new Tail(mosquitto.url(), Rig.STATUS)) {
      Rig rig = new Rig(Tail.settings("url: " + mosquitto.url(), "protocol: 3.1.1"));
      rig.uplink.open();
      await().until(() -> !tail.messages.isEmpty());
      // another client of that name: the broker ends this one without a farewell
      Rig other = new Rig(Tail.settings("url: " + mosquitto.url(), "protocol: 3.1.1"));
      other.uplink.open();
      await()
          .until(() -> tail.messages.stream()
              .anyMatch(message -> message.payload().equals(Rig.text("offline"))));
      rig.uplink.close();
      other.uplink.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BrokerFaults.Five.class,
      names = {"REFUSED_BY_THREE", "REFUSED", "TAKEN_FOR_THREE"})
  void brokerThatSaysThatItDoesNotKnowFiveIsSpokenToByThreeAtOnce(BrokerFaults.Five becomes)
      throws IOException {
    Tail tail = far.tail(Rig.DATA);
    far.broker.faults().five(becomes);
    Rig rig = far.rig();
    rig.uplink.open();
    assertTrue(state(rig).contains("by MQTT 3.1.1"), () -> state(rig));
    assertEquals(Rig.all(50, Fate.ACCEPTED), rig.send(1, 50).fates());
    await().until(() -> tail.sequences().size() == 50);
    // it is remembered
    long connects = far.broker.connects();
    rig.uplink.close();
    rig.uplink.open();
    assertEquals(connects + 1, far.broker.connects());
  }

  @ParameterizedTest
  @CsvSource({"CLOSED", "UNANSWERED"})
  void brokerThatLeavesThreeConnectsWithoutAnAnswerIsSpokenToByThree(BrokerFaults.Five becomes)
      throws IOException {
    far.broker.faults().five(becomes);
    Rig rig = far.rig("connect_timeout: 1s");
    assertThrows(IOException.class, rig.uplink::open);
    assertThrows(IOException.class, rig.uplink::open);
    rig.uplink.open();
    assertTrue(state(rig).contains("by MQTT 3.1.1"), () -> state(rig));
    assertEquals(Rig.all(5, Fate.ACCEPTED), rig.send(1, 5).fates());
  }

  @Test
  void loadBalancerWithNobodyBehindItLeadsToNoOtherVersionForLong() throws IOException {
    far.broker.faults().acceptThenClose(true);
    Rig rig = far.rig();
    for (int i = 0; i < 5; i++) {
      assertThrows(IOException.class, rig.uplink::open);
    }
    far.broker.faults().acceptThenClose(false);
    rig.uplink.open();
    assertEquals("", state(rig));
  }

  @Test
  void wrongPasswordLeadsToNoOtherVersion() throws IOException {
    far.broker.faults().refuseConnects(0x86);
    Rig rig = far.rig();
    for (int i = 0; i < 4; i++) {
      IOException refused = assertThrows(RefusedException.class, rig.uplink::open);
      assertTrue(String.valueOf(refused.getMessage()).contains("0x86"), refused::getMessage);
    }
    far.broker.faults().refuseConnects(0);
    rig.uplink.open();
    assertEquals("", state(rig));
  }

  @Test
  void oneThatIsSetIsNotLeft() throws IOException {
    far.broker.faults().five(BrokerFaults.Five.REFUSED_BY_THREE);
    Rig rig = far.rig("protocol: 5");
    IOException refused = assertThrows(RefusedException.class, rig.uplink::open);
    assertTrue(
        String.valueOf(refused.getMessage()).contains("does not speak MQTT 5"),
        refused::getMessage);
  }

  @Test
  void fiveIsTriedAgainAfterADayOnALinkThatLives() throws IOException {
    FakeTimeline timeline = new FakeTimeline(1_796_040_000_000_000_000L);
    far.broker.faults().five(BrokerFaults.Five.REFUSED);
    Rig rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", true, 0, timeline);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    long connects = far.broker.connects();
    timeline.advanceNs(TimeUnit.HOURS.toNanos(23));
    rig.uplink.idle();
    assertEquals(connects, far.broker.connects());
    far.broker.faults().five(BrokerFaults.Five.TAKEN);
    timeline.advanceNs(TimeUnit.HOURS.toNanos(2));
    rig.uplink.idle();
    assertEquals(connects + 1, far.broker.connects());
    assertEquals("", state(rig));
    // which only MQTT 5 says
    assertEquals(Rig.all(5, Fate.UNHEARD), rig.send(1, 5).fates());
  }

  @ParameterizedTest
  @EnumSource(BrokerFaults.Five.class)
  void subscriberIsGivenAllThatComes(BrokerFaults.Five becomes) throws IOException {
    far.broker.faults().five(becomes);
    MqttSettings settings = Tail.settings("connect_timeout: 1s", "url: " + far.broker.url());
    try (Tail tail = new Tail(settings, message -> {}, false, Rig.DATA)) {
      await().atMost(Duration.ofSeconds(30)).until(tail.subscriber::isSubscribed);
      Rig rig = far.rig("protocol: 3.1.1");
      rig.uplink.open();
      assertEquals(Rig.all(300, Fate.ACCEPTED), rig.send(1, 300).fates());
      await().until(() -> tail.sequences().equals(Rig.range(1, 300)));
    }
  }

  /** Whoever asks and the device, each by a version of its own; an answer is known by its first byte where nothing else says so. */
  @ParameterizedTest
  @CsvSource({"5, 3.1.1", "3.1.1, 5", "3.1.1, 3.1.1"})
  void commandIsAnsweredWhateverEachSideSpeaks(String device, String asking) throws Exception {
    Rig rig = far.rig("protocol: " + device);
    Downward downward =
        new Downward(List.of(COMMAND), Optional.empty(), Optional.empty(), "cloud", new Health());
    rig.uplink.take(downward);
    long subscribes = far.broker.subscribes();
    rig.uplink.open();
    await().until(() -> far.broker.subscribes() == subscribes + 1);
    MqttSettings settings = Tail.settings("url: " + far.broker.url(), "protocol: " + asking);
    CompletableFuture<Optional<Bytes>> answer = CompletableFuture.supplyAsync(() -> {
      try {
        return MqttRequest.ask(
            settings,
            "asks",
            COMMAND,
            List.of(REPLY + "/asks", REPLY),
            Rig.text("do"),
            Rig.text("mark"),
            Rig.text("done")::equals,
            10_000_000_000L);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
    Downward.Arrived arrived = downward.next(10_000_000_000L).orElseThrow();
    assertEquals("", arrived.responseTopic());
    downward.answer(new Downward.Answer(
        new Message(REPLY, "caravan.v1.Reply", Rig.text("not this one")), arrived.correlation()));
    downward.answer(new Downward.Answer(
        new Message(REPLY, "caravan.v1.Reply", Rig.text("done")), arrived.correlation()));
    arrived.done().run();
    await().until(() -> {
      rig.uplink.idle();
      return answer.isDone();
    });
    assertEquals(Optional.of(Rig.text("done")), answer.get());
  }
}
