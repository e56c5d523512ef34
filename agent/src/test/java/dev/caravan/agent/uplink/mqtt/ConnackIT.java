package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.uplink.BusyException;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that does not let in, with every reason of MQTT 5, table 3-1. */
@Execution(ExecutionMode.CONCURRENT)
class ConnackIT {
  private static final List<Integer> BUSY = List.of(0x89, 0x97, 0x9F);
  private static final List<Integer> FOR_A_PERSON = List.of(0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C);

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97,
        0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F
      })
  void reasonIsNamedAndTheNextConnectIsLetIn(int reason) throws IOException {
    try (LoopbackBroker broker = new LoopbackBroker(0)) {
      Rig rig = new Rig(Tail.settings("url: " + broker.url(), "protocol: 5"));
      broker.faults().refuseConnects(reason);
      IOException refused = assertThrows(IOException.class, rig.uplink::open);
      assertEquals(FOR_A_PERSON.contains(reason), refused instanceof RefusedException);
      assertEquals(BUSY.contains(reason), refused instanceof BusyException);
      String told = ReasonCode.text(reason);
      if (reason == 0x84) {
        told = "the broker does not speak MQTT 5; want protocol: auto";
      }
      assertTrue(String.valueOf(refused.getMessage()).contains(told), refused::getMessage);
      broker.faults().refuseConnects(0);
      rig.uplink.open();
      rig.uplink.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 256, 32_767, 32_768, 33_000, 40_000, 65_535})
  void anyReceiveMaximumLetsBatchesThrough(int most) throws IOException {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        Tail tail = new Tail(broker.url(), Rig.DATA)) {
      Rig rig = new Rig(Tail.settings("url: " + broker.url()));
      broker.faults().receiveMaximum(most);
      rig.uplink.open();
      assertEquals(
          Rig.all(3, dev.caravan.agent.uplink.Receipt.Fate.ACCEPTED),
          rig.send(1, 3).fates());
      org.awaitility.Awaitility.await().until(() -> tail.sequences().size() == 3);
      rig.uplink.close();
    }
  }

  @Test
  void windowFollowsAReceiveMaximumThatShrinks() throws IOException {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        Tail tail = new Tail(broker.url(), Rig.DATA)) {
      Rig rig = new Rig(Tail.settings("url: " + broker.url()));
      long next = 1;
      for (int most : new int[] {20, 3, 1}) {
        broker.faults().receiveMaximum(most);
        rig.uplink.open();
        // a client that has more under way than that is cut off
        assertEquals(
            Rig.all(50, dev.caravan.agent.uplink.Receipt.Fate.ACCEPTED),
            rig.send(next, next + 49).fates());
        rig.uplink.close();
        next += 50;
      }
      org.awaitility.Awaitility.await().until(() -> tail.sequences().size() == 150);
    }
  }
}
