package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A courier on its thread, a real uplink, and a broker that misbehaves in every way it knows. */
class CourierIT {
  private static final int ROUNDS = Integer.getInteger("caravan.rounds", 10);
  private static final int ENTRIES = 100;
  private static final int FAULTS = 10;

  @Test
  void nothingIsLostThroughAnyOrderOfFaults() throws Exception {
    long seed = Long.getLong("caravan.seed", 20261123);
    LoggerFactory.getLogger(CourierIT.class).info("seed={}, rounds={}", seed, ROUNDS);
    Random random = new Random(seed);
    MemoryQueue queue = new MemoryQueue();
    try (LoopbackBroker broker = new LoopbackBroker(0);
        Tail tail = new Tail(broker.url(), Rig.DATA)) {
      Rig rig = new Rig(Tail.settings("url: " + broker.url(), "keep_alive: 5s"));
      RunningCourier courier = new RunningCourier(rig, queue, random);
      long sequence = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < ENTRIES; i++) {
          queue.append(++sequence);
        }
        long some = sequence - random.nextInt(ENTRIES);
        await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofMinutes(1))
            .until(() -> tail.messages.size() > 0 && tail.sequences().contains(some));
        misbehave(broker, queue, ++sequence, round < FAULTS ? round : random.nextInt(FAULTS));
      }
      long last = sequence;
      await().atMost(Duration.ofMinutes(2)).until(queue::isEmpty);
      await().atMost(Duration.ofMinutes(1)).until(() -> tail.sequences().contains(last));
      List<Long> missing =
          new ArrayList<>(LongStream.rangeClosed(1, last).boxed().toList());
      missing.removeAll(tail.sequences());
      assertEquals(List.of(), missing);
      int duplicates = tail.sequences().size() - (int) last;
      assertTrue(duplicates <= ROUNDS * (16 + 64), () -> "duplicates=" + duplicates);
      assertEquals(0, rig.health.total(Declared.count("bugs")));
      assertEquals(0, rig.health.total(Declared.count("uplink.rejected")));
      courier.close();
    }
  }

  private static void misbehave(LoopbackBroker broker, MemoryQueue queue, long next, int fault) {
    long accepts = broker.accepts();
    long publishes = broker.publishes();
    if (fault != 5) {
      queue.append(next);
    }
    switch (fault) {
      case 0 -> broker.cut();
      case 1 -> broker.disconnect(0x8B);
      case 2 -> broker.sendGarbage(Bytes.ofHex("ffffffffffff"));
      case 3 -> {
        broker.faults().acceptThenClose(true);
        broker.cut();
        await().until(() -> broker.accepts() > accepts + 1);
        broker.faults().acceptThenClose(false);
      }
      case 4 -> {
        broker.faults().refuseConnects(0x89);
        broker.cut();
        await().until(() -> broker.accepts() > accepts + 1);
        broker.faults().refuseConnects(0);
      }
      case 5 -> {
        broker.faults().refusePubacks(0x97);
        queue.append(next);
        await().until(() -> broker.publishes() > publishes);
        broker.faults().refusePubacks(0);
      }
      case 6 -> {
        broker.faults().withholdPubacks(true);
        broker.cut();
        await().atMost(Duration.ofSeconds(30)).until(() -> broker.publishes() > publishes);
        broker.faults().withholdPubacks(false);
        broker.cut();
      }
      case 7 -> {
        broker.faults().receiveMaximum(2);
        broker.cut();
      }
      case 8 -> {
        broker.faults().topicAliasMaximum(0);
        broker.faults().receiveMaximum(20);
        broker.forgetRetained();
        broker.cut();
      }
      default -> {
        broker.faults().topicAliasMaximum(10);
        broker.stall(true);
        broker.cut();
        broker.stall(false);
      }
    }
  }
}
