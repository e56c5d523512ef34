package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.wire.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DownwardTest {
  private final Health health = new Health();
  private final Downward downward =
      new Downward(List.of("a"), Optional.empty(), Optional.empty(), "cloud", health);
  private final AtomicInteger done = new AtomicInteger();

  private Downward.Arrived message(String topic) {
    return new Downward.Arrived(topic, Bytes.EMPTY, "", Bytes.EMPTY, done::incrementAndGet);
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCountedWithoutWaiting() {
    for (int i = 0; i < 3000; i++) {
      downward.arrived(message("a"));
    }
    int room = 2048;
    assertEquals(
        3000 - room, health.counter(UplinkMetrics.DROPPED_DOWN, "cloud").value());
    assertEquals(3000 - room, done.get());
    for (int i = 0; i < room; i++) {
      assertTrue(downward.next(0).isPresent());
    }
    assertEquals(Optional.empty(), downward.next(0));
  }

  @Test
  void aMebibyteMayWait() {
    for (int i = 0; i < 40; i++) {
      downward.arrived(new Downward.Arrived(
          "a", Bytes.owning(new byte[32 << 10]), "", Bytes.EMPTY, done::incrementAndGet));
    }
    assertEquals(8, done.get());
    assertTrue(downward.next(0).isPresent());
    downward.arrived(message("a"));
    assertEquals(8, done.get());
  }

  @Test
  void whatNobodyAskedForIsDropped() {
    downward.arrived(message("b"));
    assertEquals(Optional.empty(), downward.next(0));
    assertEquals(1, health.counter(UplinkMetrics.DROPPED_DOWN, "cloud").value());
  }

  @Test
  void answersThatFindNoRoomAreGivenUp() {
    for (int i = 0; i < 100; i++) {
      downward.answer(new Downward.Answer(new Message("r", "", Bytes.EMPTY), Bytes.EMPTY));
    }
    int count = 0;
    while (downward.nextAnswer().isPresent()) {
      count++;
    }
    assertEquals(16, count);
  }
}
