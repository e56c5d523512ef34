package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import org.junit.jupiter.api.Test;

class IncomingTest {
  /** CONNACK, a PUBLISH of 200 bytes after its header, PINGRESP, an empty PUBLISH, DISCONNECT. */
  private static final byte[] STREAM = Bytes.ofHex(
          "2003000000" + "32c801" + "30".repeat(200) + "d000" + "3000" + "e000")
      .toArray();

  @Test
  void countsMessagesWhereverTheirBytesAreCut() {
    for (int piece = 1; piece <= STREAM.length; piece++) {
      Incoming incoming = new Incoming();
      for (int from = 0; from < STREAM.length; from += piece) {
        incoming.read(STREAM, from, Math.min(piece, STREAM.length - from));
      }
      assertEquals(2, incoming.waiting(), "cut after " + piece);
    }
  }

  @Test
  void aMessageThatIsNotWholeIsNotCounted() {
    Incoming incoming = new Incoming();
    incoming.read(STREAM, 0, 207);
    assertEquals(0, incoming.waiting());
    incoming.read(STREAM, 207, 1);
    assertEquals(1, incoming.waiting());
    incoming.handedOver();
    assertEquals(0, incoming.waiting());
  }
}
