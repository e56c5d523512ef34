package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingSchemasTest {
  private static final DeviceName CAR = new DeviceName("north", "car-7");
  private static final long SECOND_NS = 1_000_000_000L;

  private final List<String> asked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private long nowNs = Long.MAX_VALUE - SECOND_NS;
  private final MissingSchemas missing =
      new MissingSchemas(Topics.USUAL, asked::add, told::add, () -> nowNs);

  private void wanted(String id) {
    missing.wanted(CAR, Bytes.ofHex(id));
  }

  @Test
  void oneThatComesSoonIsNotAskedFor() {
    wanted("5c4e");
    nowNs += 2 * SECOND_NS - 1;
    wanted("5c4e");
    assertEquals(List.of(), asked);
  }

  @Test
  void oneThatStaysAwayIsAskedForOnceByItsTopic() {
    wanted("5c4e");
    nowNs += 2 * SECOND_NS;
    wanted("5c4e");
    wanted("5c4e");
    assertEquals(List.of("caravan/v1/north/car-7/schema/5c4e"), asked);
    assertEquals(List.of(), told);
  }

  @Test
  void afterTheFirstOthersAreAskedForAtOnce() {
    wanted("5c4e");
    nowNs += 2 * SECOND_NS;
    wanted("5c4e");
    wanted("5c4f");
    assertEquals(2, asked.size());
  }

  @Test
  void noMoreAreAskedForThanABrokerTakes() {
    wanted("ffff");
    nowNs += 2 * SECOND_NS;
    wanted("ffff");
    for (int i = 0; i < 3000; i++) {
      wanted("%04x".formatted(i));
    }
    assertEquals(40, asked.size());
  }

  @Test
  void whatElseCanBeDoneIsToldOnce() {
    wanted("5c4e");
    nowNs += 75 * SECOND_NS;
    wanted("5c4e");
    wanted("5c4e");
    assertEquals(
        List.of("data of north/car-7 waits for a schema that does not come:"
            + " topic=caravan/v1/north/car-7/schema/5c4e; a route with retain: off repeats it each"
            + " minute, one with requests: true does for who asks"),
        told);
  }
}
