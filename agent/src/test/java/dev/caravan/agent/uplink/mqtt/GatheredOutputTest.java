package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatheredOutputTest {
  private static final Bytes PUBLISH = Bytes.ofHex("32040001610a");
  private static final Bytes PING = Bytes.ofHex("c000");

  private final List<Integer> writes = new ArrayList<>();
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream() {
    @Override
    public synchronized void write(byte[] from, int at, int count) {
      writes.add(count);
      super.write(from, at, count);
    }
  };
  private final AtomicLong handedOver = new AtomicLong();
  private final GatheredOutput out = new GatheredOutput(wire, handedOver);

  private void packet(Bytes packet) throws IOException {
    out.write(packet.toArray(), 0, 2);
    out.write(packet.toArray(), 2, packet.length() - 2);
    out.flush();
  }

  @Test
  void publishesThatFollowEachOtherLeaveInOneWrite() throws IOException {
    handedOver.set(3);
    packet(PUBLISH);
    packet(PUBLISH);
    assertEquals(List.of(), writes);
    packet(PUBLISH);
    assertEquals(List.of(18), writes);
    assertArrayEquals(PUBLISH.then(PUBLISH).then(PUBLISH).toArray(), wire.toByteArray());
  }

  @Test
  void theLastOneNeverWaits() throws IOException {
    // counted a moment after it was given to Paho, which may have written it by then
    packet(PUBLISH);
    assertEquals(List.of(6), writes);
    handedOver.set(1);
    handedOver.set(2);
    packet(PUBLISH);
    assertEquals(List.of(6, 6), writes);
  }

  @Test
  void anyOtherPacketLeavesAtOnceWithWhatIsBeforeIt() throws IOException {
    handedOver.set(2);
    packet(PUBLISH);
    packet(PING);
    assertEquals(List.of(8), writes);
    packet(PUBLISH);
    assertEquals(List.of(8, 6), writes);
  }

  @Test
  void whatFindsNoRoomLeavesInOrder() throws IOException {
    handedOver.set(100);
    byte[] large = new byte[9000];
    large[0] = 0x32;
    for (int i = 0; i < 3; i++) {
      out.write(large, 0, large.length);
      out.flush();
    }
    out.write(new byte[20_000], 0, 20_000);
    assertEquals(List.of(9000, 9000, 9000, 20_000), writes);
    assertEquals(47_000, wire.size());
  }
}
