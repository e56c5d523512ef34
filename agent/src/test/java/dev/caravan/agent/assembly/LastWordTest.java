package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastWordTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000L * SECOND_NS);
  private final Health health = new Health();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private Store queue() throws IOException {
    return Store.open(
        new StoreSettings(folder, 16 << 20, 0, 0, 64 << 10, 8 << 20),
        "cloud",
        Keepers.CLOUD,
        timeline,
        health);
  }

  @Test
  void whatWasHandedOverAndThatNothingStays() throws IOException {
    health.counter(Declared.count("uplink.sent"), "cloud").add(12);
    health.counter(Declared.count("uplink.reports"), "cloud").add(3400);
    Store closed = queue();
    try (Store queue = closed) {
      queue.append(100, Bytes.EMPTY, Bytes.ofHex("00"));
      queue.remove(List.of(queue.head(1, 1000, 0).get(0).sequence()));
    }
    assertEquals(
        "cloud: handed over in this run: batches=12, samples=3400; nothing stays in the queue",
        new LastWord("cloud", false, closed).words(health, timeline));
  }

  @Test
  void whatStaysIsToldWithItsBytesAndItsAge() throws IOException {
    Store closed = queue();
    try (Store queue = closed) {
      for (int i = 0; i < 3; i++) {
        queue.append(1, Bytes.EMPTY, Bytes.ofHex("00".repeat(100)));
      }
      List<Entry> head = queue.head(3, 1000, 0);
      queue.remove(List.of(head.get(0).sequence()));
      timeline.advanceNs(200 * SECOND_NS);
    }
    // each 48 bytes of header and 100 of body, filled up to a multiple of 8
    assertEquals(
        "cloud.events: handed over in this run: events=0; in the queue stay: entries=2, bytes=304,"
            + " the oldest is 3 min old",
        new LastWord("cloud.events", true, closed).words(health, timeline));
  }

  @Test
  void lossesAreTold() throws IOException {
    health.counter(Declared.count("uplink.rejected"), "cloud").add(7);
    health.counter(Declared.count("store.evicted"), "cloud").add(9);
    try (Store queue = queue()) {
      assertEquals(
          "cloud: handed over in this run: batches=0, samples=0; lost: samples rejected for good=7,"
              + " evicted unsent=9; nothing stays in the queue",
          new LastWord("cloud", false, queue).words(health, timeline));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "119, 119 s",
    "120, 2 min",
    "7199, 119 min",
    "7200, 2 h",
    "172799, 47 h",
    "172800, 2 d"
  })
  void ageIsInTheLargestUnitOfWhichThereAreTwo(long seconds, String words) {
    assertEquals(words, LastWord.age(seconds * SECOND_NS));
  }
}
