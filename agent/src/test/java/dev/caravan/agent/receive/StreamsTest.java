package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.wire.DeviceName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamsTest {
  private final Room whole = Room.share((int) (Room.bytes(1) / 20_000));
  private final List<String> gone = new ArrayList<>();
  // 2,500 bytes each beside its names
  private final Streams<String, Room> streams =
      new Streams<>(whole, 2_000, room -> room, (name, room) -> gone.add(name));

  @Test
  void deviceThatTakesTooMuchLosesItsOwnOldestStream() {
    streams.of(new DeviceName("f", "good"), "g", 0);
    for (int i = 0; i < 10; i++) {
      streams.of(new DeviceName("f", "bad"), "b" + i, 0);
    }
    // three quarters of 20,000 less the 2,000 for the message at hand: five of 2,500
    assertEquals(List.of("b0", "b1", "b2", "b3", "b4"), gone);
  }

  @Test
  void streamOfTheDeviceThatCameLongestAgoGoesForANewOne() {
    for (int i = 0; i < 7; i++) {
      streams.of(new DeviceName("f", "d" + i), "s" + i, 0);
    }
    streams.of(new DeviceName("f", "d0"), "s0", 0);
    streams.of(new DeviceName("f", "d7"), "s7", 0);
    streams.of(new DeviceName("f", "d8"), "s8", 0);
    assertEquals(List.of("s1", "s2"), gone);
  }

  @Test
  void whatAStreamTookIsThereAgainWhenItIsGone() {
    Room taken = streams.of(new DeviceName("f", "d0"), "s0", 0);
    assertTrue(taken.take(10_000));
    assertFalse(taken.take(10_000));
    for (int i = 1; i < 7; i++) {
      streams.of(new DeviceName("f", "d" + i), "s" + i, 0);
    }
    assertEquals(List.of("s0"), gone);
    assertTrue(whole.has(5_000 - 100));
  }

  @Test
  void nameThatIsLargerThanTheRoomLeavesNothingElse() {
    streams.of(new DeviceName("f", "d0"), "s0", 0);
    streams.of(new DeviceName("f", "long"), "l", 1 << 20);
    assertEquals(List.of("s0"), gone);
    streams.of(new DeviceName("f", "d0"), "s0", 0);
    assertEquals(List.of("s0", "l"), gone);
  }
}
