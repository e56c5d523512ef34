package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.BusyException;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an uplink comes by its link, loses it, and lets go of it. */
class MqttLinkIT {
  private FarBroker far;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
  }

  @AfterEach
  void stop() {
    far.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x85, 0x86, 0x87, 0x8A, 0x8C})
  void notBeingLetInIsToldApartFromALostLink(int reason) {
    far.broker.faults().refuseConnects(reason);
    Rig rig = far.rig();
    RefusedException refused = assertThrows(RefusedException.class, rig.uplink::open);
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.contains(ReasonCode.text(reason)), told);
  }

  @Test
  void aBusyBrokerIsTriedAgain() throws IOException {
    far.broker.faults().refuseConnects(0x89);
    Rig rig = far.rig();
    assertThrows(BusyException.class, rig.uplink::open);
    far.broker.faults().refuseConnects(0);
    rig.uplink.open();
  }

  @Test
  void aBrokerWithoutQosOneIsRefused() {
    far.broker.faults().maximumQos(0);
    Rig rig = far.rig();
    assertThrows(RefusedException.class, rig.uplink::open);
  }

  // links that are lost

  @Test
  void acceptThenCloseLeavesNoThreadBehind() {
    far.broker.faults().acceptThenClose(true);
    Rig rig = far.rig();
    for (int i = 0; i < 10; i++) {
      assertThrows(IOException.class, rig.uplink::open);
    }
    await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
  }

  @Test
  void connectingAndClosingLeavesNoThreadBehind() throws IOException {
    Rig rig = far.rig();
    for (int i = 0; i < 5; i++) {
      rig.uplink.open();
      far.broker.cut();
      rig.awaitLoss(Duration.ofSeconds(5));
    }
    rig.uplink.open();
    rig.uplink.close();
    await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
  }

  @Test
  @Timeout(15)
  void aBrokerThatSaysNothingToConnectIsGivenUpInTime() {
    far.broker.faults().withholdConnacks(true);
    Rig rig = far.rig("connect_timeout: 1s");
    assertThrows(IOException.class, rig.uplink::open);
    await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
  }

  @Test
  void halfOpenLinkIsNoticedWithinOneAndAHalfKeepAlives() throws IOException {
    Rig rig = far.rig("keep_alive: 5s");
    rig.uplink.open();
    far.broker.stall(true);
    rig.awaitLoss(Duration.ofMillis(7500));
    rig.uplink.close();
    far.broker.stall(false);
  }

  @Test
  void idleLinkIsKeptAliveByPings() throws IOException {
    Rig rig = far.rig("keep_alive: 5s");
    rig.uplink.open();
    rig.staysUp(Duration.ofSeconds(12));
  }

  @Test
  void idleLinkWithoutAKeepAliveIsNotTakenForLost() throws IOException {
    far.broker.faults().serverKeepAlive(0);
    Rig rig = far.rig("keep_alive: 5s");
    rig.uplink.open();
    rig.staysUp(Duration.ofSeconds(8));
    far.broker.faults().withholdPubacks(true);
    assertThrows(IOException.class, () -> rig.send(1, 1));
  }

  @Test
  void textThatCannotBeReadIsALostLinkAtOnce() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.sendGarbage(MqttSubscriberIT.TOPIC_WITH_A_CONTROL_CHARACTER);
    String told = String.valueOf(rig.awaitLoss(Duration.ofSeconds(5)).getMessage());
    assertTrue(told.endsWith(": what came cannot be read, a text with the character U+0001"), told);
  }

  @Test
  @Timeout(30)
  void withheldAnswersAreALostLink() throws IOException {
    far.tail(Rig.DATA);
    Rig rig = far.rig("keep_alive: 5s");
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.faults().withholdPubacks(true);
    assertThrows(IOException.class, () -> {
      rig.send(2, 40);
      rig.uplink.idle();
    });
  }

  @Test
  void garbageIsALostLink() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.sendGarbage(Bytes.ofHex("ffffffffffffffff00112233"));
    rig.awaitLoss(Duration.ofSeconds(10));
    rig.uplink.open();
    rig.uplink.idle();
  }

  @Test
  void theBrokersReasonForEndingTheLinkIsTold() throws IOException {
    Rig rig = far.rig();
    rig.uplink.open();
    far.broker.disconnect(0x8B);
    String told = String.valueOf(rig.awaitLoss(Duration.ofSeconds(5)).getMessage());
    assertTrue(told.contains("0x8b server shutting down"), told);
  }

  @Test
  void theNextBrokerIsTriedWhenOneIsDown() throws IOException {
    LoopbackBroker gone = new LoopbackBroker(0);
    String dead = gone.url();
    gone.close();
    Rig rig = far.rig("url: [" + dead + ", " + far.broker.url() + "]");
    assertThrows(IOException.class, rig.uplink::open);
    rig.uplink.open();
    assertEquals(1, far.broker.connects());
    rig.uplink.open();
    assertEquals(2, far.broker.connects());
  }

  // stopping

  @Test
  @Timeout(15)
  void aStopEndsWaitingForAnswersAndClosingInTime() throws Exception {
    far.tail(Rig.DATA);
    Rig rig = far.rig();
    rig.uplink.open();
    assertEquals(Rig.all(1, Fate.ACCEPTED), rig.send(1, 1).fates());
    far.broker.faults().withholdPubacks(true);
    rig.stop.request();
    // what was not begun has no fate
    assertEquals(Set.of(Fate.KEPT), Set.copyOf(rig.send(2, 41).fates()));
    rig.uplink.close();
    await().untilAsserted(() -> assertEquals(List.of(), FarBroker.mqttThreads()));
  }

  @Test
  @Timeout(30)
  void aStopEndsConnecting() {
    far.broker.faults().withholdConnacks(true);
    Rig rig = far.rig("connect_timeout: 60s");
    Thread stopper = new Thread(() -> {
      await().until(() -> far.broker.accepts() > 0);
      rig.stop.request();
    });
    stopper.start();
    assertThrows(IOException.class, rig.uplink::open);
  }

  @Test
  void theDutyIsDoneWhileWaiting() {
    far.broker.faults().withholdConnacks(true);
    Rig rig = far.rig("connect_timeout: 3s");
    int[] done = new int[1];
    rig.uplink.whileWaiting(() -> done[0]++);
    assertThrows(IOException.class, rig.uplink::open);
    assertTrue(done[0] >= 3, () -> "done=" + done[0]);
  }

  @Test
  void ofATurnThatIsOverNoneIsLeftToWaitForItsAnswerAlone() throws Exception {
    far.tail(Rig.DATA);
    Rig rig = far.rig("window: 16");
    rig.uplink.open();
    assertEquals(Rig.all(10, Fate.ACCEPTED), rig.send(1, 10).fates());
    far.broker.stall(true);
    CompletableFuture<Void> answers = CompletableFuture.runAsync(() -> {
      // longer than a turn
      await().pollDelay(Duration.ofMillis(2200)).until(() -> true);
      far.broker.stall(false);
    });
    assertEquals(Rig.all(16, Fate.ACCEPTED), rig.turn(11, 40).fates());
    answers.join();
  }
}
