package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes down on the connection of a route, and what it cannot do to what goes up. */
class DownwardIT {
  private static final String COMMAND = "caravan/v1/f/d1/command";
  private static final long MINUTE_NS = 60_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_796_040_000_000_000_000L);
  private FarBroker far;
  private Rig rig;
  private Downward downward;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
    rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", true, 0, timeline);
    downward =
        new Downward(List.of(COMMAND), Optional.empty(), Optional.empty(), "cloud", rig.health);
    rig.uplink.take(downward);
    far.closing(rig.uplink::close);
  }

  @AfterEach
  void stop() {
    far.close();
  }

  private void open() throws IOException {
    rig.uplink.open();
  }

  private void awaitSubscribes(long count) {
    await().until(() -> far.broker.subscribes() == count);
  }

  @Test
  void aCommandComesAndIsAnsweredByTheOneConnectionOfTheRoute() throws Exception {
    long subscribes = far.broker.subscribes();
    open();
    awaitSubscribes(subscribes + 1);
    long connects = far.broker.connects();
    MqttSettings settings = MqttSettings.of(far.broker.url(), KeyMaterial.ofRuntime());
    CompletableFuture<Optional<Bytes>> answer = CompletableFuture.supplyAsync(() -> {
      try {
        return MqttRequest.ask(
            settings,
            "asks",
            COMMAND,
            List.of("replies"),
            Rig.text("do"),
            Rig.text("mark"),
            body -> false,
            10_000_000_000L);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
    Downward.Arrived arrived = downward.next(10_000_000_000L).orElseThrow();
    assertEquals(Rig.text("do"), arrived.body());
    assertEquals("replies", arrived.responseTopic());
    downward.answer(new Downward.Answer(
        new Message(arrived.responseTopic(), "caravan.v1.Reply", Rig.text("done")),
        arrived.correlation()));
    arrived.done().run();
    await().until(() -> {
      rig.uplink.idle();
      return answer.isDone();
    });
    assertEquals(Optional.of(Rig.text("done")), answer.get());
    assertEquals(connects + 1, far.broker.connects(), "that of who asks");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x87, 0x97})
  void aSubscriptionThatIsRefusedIsNoFaultForLong(int reason) throws IOException {
    far.broker.faults().refuseSubscribes(reason);
    long opens = 0;
    long next = 1;
    while (next <= 200 && opens < 5) {
      try {
        if (opens == 0) {
          throw new IOException("not open");
        }
        rig.send(next, next);
        next++;
      } catch (IOException e) {
        opens++;
        try {
          open();
        } catch (IOException again) {
          // counted at the next turn
        }
      }
    }
    // Paho ends the link over the last
    assertTrue(opens <= (reason == 0x97 ? 3 : 1), "opens=" + opens);
    assertEquals(201, next);
  }

  @Test
  void messagesThatEndTheLinkTwiceAreNotAskedForForTenMinutes() throws IOException {
    long subscribes = far.broker.subscribes();
    for (int i = 1; i <= 2; i++) {
      open();
      awaitSubscribes(subscribes + i);
      assertEquals(Rig.all(1, Fate.UNHEARD), rig.send(i, i).fates());
      far.broker.sendGarbage(MqttSubscriberIT.TOPIC_WITH_A_CONTROL_CHARACTER);
      rig.awaitLoss(Duration.ofSeconds(5));
      rig.uplink.close();
    }
    long before = far.broker.subscribes();
    open();
    assertEquals(Rig.all(20, Fate.UNHEARD), rig.send(10, 29).fates());
    rig.uplink.idle();
    assertEquals(before, far.broker.subscribes());
    timeline.advanceNs(10 * MINUTE_NS);
    await().until(() -> {
      rig.uplink.idle();
      return far.broker.subscribes() > before;
    });
    assertEquals(Rig.all(20, Fate.UNHEARD), rig.send(30, 49).fates());
  }

  @Test
  void thousandsOfMessagesThatNobodyTakesHoldNothingUp() throws IOException {
    long subscribes = far.broker.subscribes();
    open();
    awaitSubscribes(subscribes + 1);
    Rig sender = new Rig(
        Tail.settings("url: " + far.broker.url(), "client_id: hostile"),
        "other",
        false,
        0,
        timeline,
        (entry, late) -> List.of(new Message(COMMAND, "", Rig.text("x".repeat(100)))));
    far.closing(sender.uplink::close);
    sender.uplink.open();
    for (int i = 0; i < 10; i++) {
      sender.send(i * 300 + 1, i * 300 + 300);
      assertEquals(Rig.all(50, Fate.UNHEARD), rig.send(i * 50 + 1, i * 50 + 50).fates());
    }
    assertEquals(0, rig.health.counter(UplinkMetrics.FAILURES, "cloud").value());
    rig.uplink.idle();
  }
}
