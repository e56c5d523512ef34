package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker without retained messages, and one that lets nobody in for what the last will asks for. */
class BrokerWithoutRetainIT {
  private static final String SCHEMA = "caravan/v1/f/d1/schema/5c4e";

  private FarBroker far;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
  }

  @AfterEach
  void stop() {
    far.close();
  }

  @Test
  void isConnectedToWithAWillThatIsNotRetainedAndGetsStatusAndSchemaPassing() throws IOException {
    far.broker.faults().retains(false);
    Tail tail = far.tail("#");
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(2, Fate.ACCEPTED), rig.send(1, 2).fates());
    await().until(() -> tail.topics().equals(List.of(Rig.STATUS, SCHEMA, Rig.DATA, Rig.DATA)));
    far.broker.cut();
    await().until(() -> tail.topics().size() == 5);
    assertEquals(Rig.STATUS, tail.topics().get(4), "the will");
  }

  @Test
  void getsTheSchemaAgainAfterAMinuteAndOnEachConnection() throws IOException {
    far.broker.faults().retains(false);
    Tail tail = far.tail(SCHEMA, Rig.DATA);
    FakeTimeline timeline = new FakeTimeline(1_764_000_000_000_000_000L);
    Rig rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", true, 0, timeline);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    rig.send(1, 1);
    timeline.advanceNs(59_999_999_999L);
    rig.send(2, 2);
    rig.uplink.idle();
    rig.send(3, 3);
    timeline.advanceNs(1);
    awaitAgain(rig, tail, List.of(SCHEMA, Rig.DATA, Rig.DATA, Rig.DATA, SCHEMA));
    rig.uplink.open();
    rig.send(4, 4);
    await()
        .until(() -> tail.topics()
            .equals(List.of(SCHEMA, Rig.DATA, Rig.DATA, Rig.DATA, SCHEMA, SCHEMA, Rig.DATA)));
  }

  private static void awaitAgain(Rig rig, Tail tail, List<String> topics) {
    await().until(() -> {
      rig.uplink.idle();
      return tail.topics().equals(topics);
    });
  }

  @Test
  void thatTellsSoOnlyWhenItEndsTheLinkIsLearned() throws IOException {
    Tail tail = far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.faults().retains(false);
    assertThrows(IOException.class, () -> rig.send(1, 1));
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    await().until(() -> tail.sequences().equals(List.of(1L)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x87, 0x90, 0x95, 0x99, 0x9B})
  void thatLetsNobodyInForItsWillIsConnectedToWithoutOne(int reason) throws IOException {
    far.broker.faults().refuseWills(reason);
    Rig rig = far.rig();
    rig.uplink.open();
    rig.send(1, 1);
    assertEquals(1, far.broker.connects());
  }

  @Test
  void whoIsRefusedWithoutAWillTooLeavesOneTheNextTime() throws IOException {
    Rig rig = far.rig();
    far.broker.faults().refuseConnects(0x87);
    assertThrows(RefusedException.class, rig.uplink::open);
    assertEquals(2, far.broker.accepts(), "once with it and once without");
    far.broker.faults().refuseConnects(0);
    Tail tail = far.tail(Rig.STATUS);
    rig.uplink.open();
    far.broker.cut();
    await().until(() -> tail.messages.size() >= 2);
    assertTrue(tail.topics().stream().allMatch(Rig.STATUS::equals));
  }
}
