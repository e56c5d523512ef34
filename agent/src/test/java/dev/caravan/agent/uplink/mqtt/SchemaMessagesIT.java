package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** When a schema is published, and when it is published again. */
@Execution(ExecutionMode.CONCURRENT)
class SchemaMessagesIT {
  private static final String SCHEMA = "caravan/v1/f/d1/schema/5c4e";
  private static final long DAY_NS = 86_400_000_000_000L;

  private FarBroker far;
  private Tail tail;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
    tail = far.tail("caravan/v1/f/d1/schema/+", Rig.DATA);
  }

  @AfterEach
  void stop() {
    far.close();
  }

  private List<String> arrived(int count) {
    await().until(() -> tail.messages.size() >= count);
    return tail.messages.stream().map(MqttSubscriber.Message::topic).toList();
  }

  private void sendsOver(Rig rig, long sequence) throws IOException {
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(sequence, sequence).fates());
  }

  private void loseLink(Rig rig) {
    far.broker.cut();
    rig.awaitLoss(Duration.ofSeconds(5));
    await().until(tail.subscriber::isSubscribed);
  }

  @Test
  void whatTheBrokerHasAcknowledgedIsNotSentAgainAfterALostLink() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    sendsOver(rig, 1);
    loseLink(rig);
    rig.uplink.open();
    long before = far.broker.publishes();
    sendsOver(rig, 2);
    assertEquals(before + 1, far.broker.publishes(), "a batch, but no schema");
  }

  @Test
  void aBrokerThatHasForgottenTheClientGetsItAgain() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    sendsOver(rig, 1);
    loseLink(rig);
    far.broker.forgetSessions();
    far.broker.forgetRetained();
    await().until(tail.subscriber::isSubscribed);
    rig.uplink.open();
    sendsOver(rig, 2);
    assertTrue(far.broker.retained(SCHEMA).isPresent());
  }

  @Test
  void anotherBrokerGetsItToo() throws IOException {
    try (FarBroker second = new FarBroker()) {
      Rig rig = far.rig("url: ['" + far.broker.url() + "', '" + second.broker.url() + "']");
      rig.uplink.open();
      sendsOver(rig, 1);
      far.broker.faults().acceptThenClose(true);
      far.broker.cut();
      rig.awaitLoss(Duration.ofSeconds(5));
      await().ignoreExceptions().until(() -> {
        rig.uplink.open();
        return true;
      });
      // nobody listens there, which does not matter to what is retained
      rig.send(2, 2);
      assertTrue(second.broker.retained(SCHEMA).isPresent());
      rig.uplink.close();
    }
  }

  @Test
  void itIsPublishedAgainWhenHalfOfItsThirtyDaysAreOver() throws IOException {
    FakeTimeline timeline = new FakeTimeline(System.currentTimeMillis() * 1_000_000);
    Rig rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", true, 0, timeline);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    sendsOver(rig, 1);
    timeline.advanceNs(15 * DAY_NS - 1);
    sendsOver(rig, 2);
    assertEquals(List.of(SCHEMA, Rig.DATA, Rig.DATA), arrived(3));
    timeline.advanceNs(1);
    sendsOver(rig, 3);
    sendsOver(rig, 4);
    assertEquals(List.of(SCHEMA, Rig.DATA, Rig.DATA, SCHEMA, Rig.DATA, Rig.DATA), arrived(6));
  }

  private Rig repeating(FakeTimeline timeline) {
    Rig rig = new Rig(
        Tail.settings("url: " + far.broker.url(), "schemas_every: 15s"),
        "cloud",
        true,
        0,
        timeline);
    far.closing(rig.uplink::close);
    return rig;
  }

  private void awaitTopics(Rig rig, List<String> topics) {
    await().until(() -> {
      rig.uplink.idle();
      return tail.topics().equals(topics);
    });
  }

  @Test
  void atAnIntervalThatIsSetItComesAgainBesideEntries() throws IOException {
    FakeTimeline timeline = new FakeTimeline(System.currentTimeMillis() * 1_000_000);
    Rig rig = repeating(timeline);
    rig.uplink.open();
    sendsOver(rig, 1);
    sendsOver(rig, 2);
    timeline.advanceNs(15_000_000_000L - 1);
    rig.uplink.idle();
    assertEquals(List.of(SCHEMA, Rig.DATA, Rig.DATA), arrived(3));
    timeline.advanceNs(1);
    awaitTopics(rig, List.of(SCHEMA, Rig.DATA, Rig.DATA, SCHEMA));
    timeline.advanceNs(15_000_000_000L);
    rig.uplink.idle();
    sendsOver(rig, 3);
    // an answer that is seen late on that clock has it rest for longer
    await().until(() -> {
      timeline.advanceNs(1_000_000_000L);
      rig.uplink.idle();
      return tail.topics().equals(List.of(SCHEMA, Rig.DATA, Rig.DATA, SCHEMA, Rig.DATA, SCHEMA));
    });
  }

  @Test
  void whereItIsRepeatedItIsAfterEachLostLinkToo() throws IOException {
    FakeTimeline timeline = new FakeTimeline(System.currentTimeMillis() * 1_000_000);
    Rig rig = repeating(timeline);
    rig.uplink.open();
    sendsOver(rig, 1);
    loseLink(rig);
    timeline.advanceNs(1_000_000_000L);
    rig.uplink.open();
    long before = far.broker.publishes();
    await().until(() -> {
      rig.uplink.idle();
      return far.broker.publishes() > before;
    });
    // what the tail had not acknowledged when the link was cut may come twice
    await().until(() -> SCHEMA.equals(tail.topics().get(tail.topics().size() - 1)));
  }

  @Test
  void whatTheBudgetHasNoRoomForIsNotRepeated() throws IOException {
    FakeTimeline timeline = new FakeTimeline(System.currentTimeMillis() * 1_000_000);
    Rig rig = repeating(timeline);
    rig.uplink.meter(bytes -> false);
    rig.uplink.open();
    sendsOver(rig, 1);
    sendsOver(rig, 2);
    timeline.advanceNs(15_000_000_000L);
    rig.uplink.idle();
    sendsOver(rig, 3);
    assertEquals(List.of(SCHEMA, Rig.DATA, Rig.DATA, Rig.DATA), arrived(4));
    rig.uplink.meter(bytes -> true);
    timeline.advanceNs(15_000_000_000L);
    awaitTopics(rig, List.of(SCHEMA, Rig.DATA, Rig.DATA, Rig.DATA, SCHEMA));
  }

  @Test
  void aBrokerThatTakesItNoMoreGetsTheDataAllTheSame() throws IOException {
    FakeTimeline timeline = new FakeTimeline(System.currentTimeMillis() * 1_000_000);
    Rig rig = repeating(timeline);
    rig.uplink.open();
    sendsOver(rig, 1);
    sendsOver(rig, 2);
    far.broker.faults().refuseTopics("/schema/5c4e", 0x87);
    timeline.advanceNs(15_000_000_000L);
    long before = far.broker.publishes();
    await().until(() -> {
      rig.uplink.idle();
      return far.broker.publishes() > before;
    });
    sendsOver(rig, 3);
    timeline.advanceNs(15_000_000_000L);
    sendsOver(rig, 4);
  }

  @Test
  void anEntryWithoutItsSchemaStaysAndOthersGo() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    Bytes nowhere = Bytes.ofHex("dead");
    Entry orphan = new Entry(1, 0, 3, nowhere, Bytes.EMPTY);
    List<Entry> entries = List.of(orphan, Rig.entry(2, Bytes.EMPTY));
    assertEquals(
        List.of(Fate.KEPT, Fate.ACCEPTED),
        rig.outlet.send(entries, List.of(true, false)).fates());
    // it is stored later, when the disk takes it
    rig.missing.clear();
    assertEquals(
        Rig.all(1, Fate.ACCEPTED),
        rig.outlet.send(List.of(orphan), List.of(true)).fates());
    assertEquals(
        Optional.of(Rig.text("schema dead")), far.broker.retained("caravan/v1/f/d1/schema/dead"));
  }

  @Test
  void aSchemaThatTheBrokerHasNoRoomForKeepsWhatNeedsIt() throws IOException {
    // the schema's packet has 71, the batch's 51
    far.broker.faults().maximumPacketBytes(60);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.KEPT), rig.send(1, 1).fates());
    assertEquals(2, far.broker.connects(), "the tail's and the uplink's");
  }
}
