package dev.caravan.agent.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaRequest;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingSchemasTest {
  private static final DeviceName CAR = new DeviceName("north", "car-7");
  private static final long SECOND_NS = 1_000_000_000L;

  private final List<String> asked = new ArrayList<>();
  private final List<String> requested = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private boolean mayRequest = true;
  private long nowNs = Long.MAX_VALUE - SECOND_NS;
  private final MissingSchemas missing = new MissingSchemas(
      Topics.USUAL,
      new MissingSchemas.Far() {
        @Override
        public void subscribe(String filter) {
          asked.add(filter);
        }

        @Override
        public boolean request(String topic, Bytes body) {
          if (mayRequest) {
            requested.add(topic + " " + ids(body));
          }
          return mayRequest;
        }
      },
      told::add,
      () -> nowNs);

  private static String ids(Bytes body) {
    try {
      return SchemaRequest.ids(body).stream().map(Bytes::toString).collect(joining(","));
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private void wanted(String id) {
    missing.wanted(CAR, Bytes.ofHex(id));
  }

  private void after(long ns) {
    nowNs += ns;
    missing.look();
  }

  @Test
  void oneThatComesSoonIsNotAskedFor() {
    wanted("5c4e");
    after(2 * SECOND_NS - 1);
    missing.came("5c4e");
    after(3600 * SECOND_NS);
    assertEquals(List.of(), asked);
    assertEquals(List.of(), requested);
    assertEquals(List.of(), told);
  }

  @Test
  void oneThatStaysAwayIsAskedForOnceByItsTopic() {
    wanted("5c4e");
    after(2 * SECOND_NS);
    wanted("5c4e");
    after(2 * SECOND_NS);
    assertEquals(List.of("caravan/v1/north/car-7/schema/5c4e"), asked);
    assertEquals(List.of(), told);
  }

  @Test
  void itIsRequestedOnceAMinuteWhileMoreComesThatNeedsIt() {
    wanted("5c4e");
    after(2 * SECOND_NS);
    assertEquals(List.of("caravan/v1/north/car-7/request 5c4e"), requested);
    for (int i = 0; i < 599; i++) {
      wanted("5c4e");
      after(SECOND_NS / 10);
    }
    assertEquals(1, requested.size());
    after(SECOND_NS / 10);
    assertEquals(2, requested.size());
  }

  @Test
  void whereNothingMoreComesItIsRequestedLessAndLessOften() {
    wanted("5c4e");
    after(2 * SECOND_NS);
    for (int minutes = 1; minutes <= 7; minutes++) {
      after(60 * SECOND_NS);
    }
    // at once, after one minute, and two more, and four more
    assertEquals(4, requested.size());
  }

  @Test
  void oneThatCameAndIsForgottenIsNotRequestedAnewWithinTheMinute() {
    wanted("5c4e");
    after(2 * SECOND_NS);
    missing.came("5c4e");
    wanted("5c4e");
    after(58 * SECOND_NS);
    assertEquals(1, requested.size());
    after(2 * SECOND_NS);
    assertEquals(2, requested.size());
  }

  @Test
  void whatOneDeviceLacksIsRequestedTogetherAndOthersNext() {
    DeviceName other = new DeviceName("north", "car-8");
    wanted("5c4e");
    missing.wanted(other, Bytes.ofHex("0a"));
    wanted("5c4f");
    after(2 * SECOND_NS);
    after(SECOND_NS / 10);
    assertEquals(
        List.of("caravan/v1/north/car-7/request 5c4e,5c4f", "caravan/v1/north/car-8/request 0a"),
        requested);
  }

  @Test
  void whatMayNotLeaveNowIsTriedAgain() {
    mayRequest = false;
    wanted("5c4e");
    after(2 * SECOND_NS);
    mayRequest = true;
    after(SECOND_NS);
    assertEquals(1, requested.size());
  }

  @Test
  void equalVehiclesShareARequestWhichGoesToWhomeverSentLast() {
    wanted("5c4e");
    missing.wanted(new DeviceName("north", "car-8"), Bytes.ofHex("5c4e"));
    after(2 * SECOND_NS);
    assertEquals(List.of("caravan/v1/north/car-8/request 5c4e"), requested);
  }

  @Test
  void afterTheFirstOthersAreAskedForAtOnce() {
    wanted("5c4e");
    after(2 * SECOND_NS);
    wanted("5c4f");
    assertEquals(2, asked.size());
  }

  @Test
  void noMoreAreAskedForThanABrokerTakes() {
    wanted("ffff");
    after(2 * SECOND_NS);
    for (int i = 0; i < 3000; i++) {
      wanted("%04x".formatted(i));
    }
    assertEquals(40, asked.size());
    // of 1000 that are remembered
    for (int i = 0; i < 100; i++) {
      after(2 * SECOND_NS);
    }
    assertEquals(64, requested.get(1).split(",").length);
  }

  @Test
  void whatElseCanBeDoneIsToldOnce() {
    wanted("5c4e");
    after(75 * SECOND_NS);
    after(SECOND_NS);
    assertEquals(
        List.of("data of north/car-7 waits for a schema that does not come:"
            + " topic=caravan/v1/north/car-7/schema/5c4e; a route with requests: true answers who"
            + " asks, as was done, one with schemas_every repeats it"),
        told);
  }
}
