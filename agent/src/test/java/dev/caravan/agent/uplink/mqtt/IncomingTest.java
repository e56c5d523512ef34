package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class IncomingTest {
  /** CONNACK, a PUBLISH of 200 bytes after its header, PINGRESP, an empty PUBLISH, DISCONNECT. */
  private static final byte[] STREAM = Bytes.ofHex(
          "2003000000" + "32c801" + "30".repeat(200) + "d000" + "3000" + "e000")
      .toArray();

  @Test
  void countsMessagesWhereverTheirBytesAreCut() throws IOException {
    for (int piece = 1; piece <= STREAM.length; piece++) {
      Incoming incoming = new Incoming();
      for (int from = 0; from < STREAM.length; from += piece) {
        incoming.read(STREAM, from, Math.min(piece, STREAM.length - from));
      }
      assertEquals(2, incoming.waiting(), "cut after " + piece);
    }
  }

  @Test
  void aMessageThatIsNotWholeIsNotCounted() throws IOException {
    Incoming incoming = new Incoming();
    incoming.read(STREAM, 0, 207);
    assertEquals(0, incoming.waiting());
    incoming.read(STREAM, 207, 1);
    assertEquals(1, incoming.waiting());
    incoming.handedOver();
    assertEquals(0, incoming.waiting());
  }

  private static void read(Incoming incoming, String hex, int piece) throws IOException {
    byte[] bytes = Bytes.ofHex(hex).toArray();
    for (int from = 0; from < bytes.length; from += piece) {
      incoming.read(bytes, from, Math.min(piece, bytes.length - from));
    }
  }

  // MQTT 5, 2.1.4: a length of 268,435,455 is the largest, in four bytes
  @Test
  void aPacketLargerThanBoundIsRefusedWithTheLastByteOfItsLength() throws IOException {
    Incoming incoming = new Incoming();
    incoming.bound(32_767);
    read(incoming, "30ffff01" + "00".repeat(32_767), 1);
    read(incoming, "30ffffff", 1);
    UnreadableException refused =
        assertThrows(UnreadableException.class, () -> read(incoming, "7f", 1));
    assertEquals("a packet of 268435455 B came; want at most 32767 B", refused.getMessage());
  }

  @Test
  void aLengthOfFiveBytesIsRefused() {
    Incoming incoming = new Incoming();
    assertThrows(UnreadableException.class, () -> read(incoming, "20ffffffff", 1));
  }

  @Test
  void theLatestReasonIsKnownWhereverTheBytesAreCut() throws IOException {
    for (int piece = 1; piece <= 30; piece++) {
      Incoming incoming = new Incoming();
      // CONNACK 0x9A
      read(incoming, "2003009a00", piece);
      assertEquals(0x9A, incoming.reason());
      // PUBACK of id 0x0197 without a reason, then one with 0x95 and no properties
      read(incoming, "40020197", piece);
      assertEquals(0x9A, incoming.reason());
      read(incoming, "400301979540040197" + "9900", piece);
      assertEquals(0x99, incoming.reason());
      // DISCONNECT without a reason, then one with 0x8B; a PUBLISH says none
      read(incoming, "e000e0018b3003000041", piece);
      assertEquals(0x8B, incoming.reason());
    }
  }
}
