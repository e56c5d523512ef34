package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShelfTest {
  private final List<String> gone = new ArrayList<>();
  // two things of 100 bytes, each with its place
  private final Shelf<String, Integer> shelf = new Shelf<>(1000, (key, value) -> gone.add(key));

  @Test
  void theOldestGoesForANewOne() {
    shelf.put("a", 1, 100);
    shelf.put("b", 2, 100);
    shelf.put("c", 3, 100);
    assertEquals(List.of("a"), gone);
    assertEquals(Optional.of(3), shelf.find("c"));
    assertEquals(2, shelf.size());
  }

  @Test
  void whatIsLargerThanTheRoomIsNotKept() {
    shelf.put("a", 1, 601);
    assertEquals(List.of("a"), gone);
    shelf.put("b", 1, 600);
    assertEquals(Optional.of(1), shelf.find("b"));
  }

  @Test
  void whatIsPutAgainTakesItsRoomOnce() {
    for (int i = 0; i < 10; i++) {
      shelf.put("a", i, 400);
    }
    assertEquals(List.of(), gone);
    assertEquals(Optional.of(9), shelf.remove("a"));
    assertEquals(0, shelf.size());
  }

  @Test
  void messagesWaitForTheirSchemaUntilThereIsNoRoom() {
    HeldBack<String> held = new HeldBack<>(1500);
    Bytes first = Bytes.ofHex("01");
    Bytes second = Bytes.ofHex("02");
    held.hold(first, "a", 100);
    held.hold(second, "b", 100);
    held.hold(first, "c", 100);
    held.hold(second, "d", 100);
    assertEquals(1, held.gone());
    assertEquals(List.of("c"), held.release(first));
    assertEquals(List.of("b", "d"), held.release(second));
    assertEquals(List.of(), held.release(second));
    assertEquals(0, held.waiting());
  }

  @Test
  void partsOfWhichOneNeverComesAreGivenUp() {
    PartBook<String> book = new PartBook<>(1200);
    assertEquals(List.of(), book.arrived(key(1), 1, "a", 100));
    assertEquals(List.of(), book.arrived(key(2), 1, "b", 100));
    assertEquals(List.of(), book.arrived(key(3), 1, "c", 100));
    assertEquals(1, book.gone());
    assertEquals(List.of("b", "z"), book.arrived(key(2), 2, "z", 100));
    assertEquals(List.of(), book.arrived(key(1), 2, "a", 100));
  }

  @Test
  void newestDigestsAreRememberedAsFarAsThereIsRoom() {
    Digests digests = new Digests(Room.share(1 << 20)); // some hundred bytes: no room to grow
    for (long sequence = 1; sequence <= 100; sequence++) {
      digests.put(sequence, sequence * 7);
    }
    assertTrue(digests.has(100));
    assertEquals(700, digests.of(100));
    assertFalse(digests.has(1));
    Digests roomy = new Digests(Room.share(4));
    for (long sequence = 1; sequence <= 200_000; sequence++) {
      roomy.put(sequence, sequence * 7);
    }
    assertEquals(7 * (200_000 - 4_095), roomy.of(200_000 - 4_095));
    assertFalse(roomy.has(200_000 - 4_096), "more are not worth it");
    assertEquals(1_400_000, roomy.of(200_000));
  }

  @Test
  void holesThatThereIsNoRoomForStayMissing() {
    Room none = Room.share(Integer.MAX_VALUE);
    SequenceTracker tracker = new SequenceTracker(none);
    tracker.arrived(1, 1);
    tracker.arrived(5, 5);
    assertEquals(1, tracker.gaps());
    assertEquals(3, tracker.missing());
    // what is not known to have come before is shown rather than taken for a duplicate
    assertEquals(SequenceTracker.Arrival.NEW, tracker.arrived(3, 3));
  }

  private static PartBook.Key key(long sequence) {
    DeviceName device = new DeviceName("f", "d");
    StreamKey stream = StreamKey.of(device, "r", StreamKind.DATA, StreamId.NONE, sequence);
    return new PartBook.Key(stream, Bytes.EMPTY, sequence, 2);
  }
}
