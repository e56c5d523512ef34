package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.receive.SequenceTracker.Arrival;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrackersTest {
  private final List<String> gaps = new ArrayList<>();
  // three tenths of it, some 100 KB, are for trackers
  private final Trackers trackers = new Trackers(Room.of(340_000), true, new Receiver.Listener() {
    @Override
    public void gap(StreamKey stream, long from, long to) {
      gaps.add(stream + " " + from + ".." + to);
    }
  });

  private Arrival arrived(String device, StreamKind kind, long sequence, long digest) {
    StreamKey stream =
        StreamKey.of(new DeviceName("f", device), "r", kind, StreamId.NONE, sequence);
    return trackers.arrived(stream, sequence, digest, Start.UNKNOWN);
  }

  private Arrival arrived(String device, long sequence) {
    return arrived(device, StreamKind.DATA, sequence, sequence * 7);
  }

  @Test
  void devicesWithoutEndTakeNobodyHisSamples() {
    for (int i = 0; i < 5_000; i++) {
      assertEquals(Arrival.NEW, arrived("d" + i, 1));
    }
    for (long sequence = 1; sequence <= 20; sequence++) {
      assertEquals(Arrival.NEW, arrived("good", sequence));
      assertEquals(Arrival.DUPLICATE, arrived("good", sequence));
    }
    assertTrue(trackers.forgotten() > 4_900, () -> "" + trackers.forgotten());
    assertEquals(List.of(), gaps);
  }

  @Test
  void numbersFromEverywhereOfOneDeviceTakeTheOthersNothing() {
    arrived("good", 1);
    arrived("good", 3);
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      assertEquals(Arrival.NEW, arrived("bad", random.nextLong() & Long.MAX_VALUE));
    }
    for (int i = 0; i < 5_000; i++) {
      arrived("bad", 2L * i + 1);
    }
    assertEquals(Arrival.DUPLICATE, arrived("good", 3));
    assertEquals(Arrival.CONFLICT, arrived("good", StreamKind.DATA, 1, 8));
    assertTrue(trackers.forgotten() > 4_000, () -> "" + trackers.forgotten());
    trackers.end();
    assertTrue(gaps.contains("f/good/r 2..2"), gaps::toString);
  }

  @Test
  void gapsOfAStreamThatIsForgottenAreToldAndStayCounted() {
    arrived("first", 1);
    arrived("first", 5);
    arrived("first", StreamKind.EVENT, 1, 1);
    arrived("first", StreamKind.EVENT, 3, 1);
    for (int i = 0; i < 200; i++) {
      arrived("d" + i, 1);
    }
    assertEquals(List.of("f/first/r 2..4", "f/first/r events 2..2"), gaps);
    assertEquals(2, trackers.gaps());
    // as if it were new: what was before is not known any more
    assertEquals(Arrival.NEW, arrived("first", 5));
  }

  @Test
  void whoComesAgainIsForgottenLast() {
    arrived("good", 1);
    for (int i = 0; i < 5_000; i++) {
      arrived("d" + i, 1);
      if (i % 30 == 0) {
        assertEquals(Arrival.DUPLICATE, arrived("good", 1), "after " + i);
      }
    }
  }
}
