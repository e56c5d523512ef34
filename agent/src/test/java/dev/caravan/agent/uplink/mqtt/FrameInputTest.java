package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameInputTest {
  // the frames of RFC 6455, 5.7, binary: "Hello" whole, a ping, "Hello" in two with a pong between
  private static final Bytes HELLOS =
      Bytes.ofHex("820548656c6c6f" + "890548656c6c6f" + "020348656c" + "8a00" + "80026c6f");

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private FrameInput frames(InputStream in) {
    return new FrameInput(in, new FrameOutput(sent));
  }

  private FrameInput frames(String hex) {
    return frames(new ByteArrayInputStream(Bytes.ofHex(hex).toArray()));
  }

  /** Gives the first bytes, then a time-out, then the rest one by one. */
  private static final class Hesitant extends InputStream {
    private final byte[] all;
    private final int pause;
    private int given;
    private boolean isPaused;

    Hesitant(byte[] all, int pause) {
      this.all = all;
      this.pause = pause;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int at, int most) throws IOException {
      if (given == pause && !isPaused) {
        isPaused = true;
        throw new SocketTimeoutException();
      }
      int count = Math.min(most, isPaused ? Math.min(1, all.length - given) : pause - given);
      System.arraycopy(all, given, into, at, count);
      given += count;
      return count == 0 ? -1 : count;
    }
  }

  @Test
  void everySplitWithATimeOutBetweenGivesTheSamePayload() throws IOException {
    for (int pause = 0; pause <= HELLOS.length(); pause++) {
      FrameInput in = frames(new Hesitant(HELLOS.toArray(), pause));
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      int timeouts = 0;
      for (boolean isOver = false; !isOver; ) {
        try {
          int next = in.read();
          isOver = next < 0;
          if (!isOver) {
            got.write(next);
          }
        } catch (SocketTimeoutException e) {
          timeouts++;
        }
      }
      assertEquals("HelloHello", got.toString(StandardCharsets.US_ASCII), "pause=" + pause);
      assertEquals(1, timeouts);
    }
  }

  @Test
  void aPingIsAnsweredWithItsOwnWords() throws IOException {
    FrameInput in = frames("890548656c6c6f");
    assertEquals(-1, in.read());
    byte[] pong = sent.toByteArray();
    assertEquals(11, pong.length);
    assertEquals(0x8A, pong[0] & 0xFF);
    assertEquals(0x85, pong[1] & 0xFF);
    for (int i = 0; i < 5; i++) {
      assertEquals("Hello".charAt(i), pong[6 + i] ^ pong[2 + i % 4]);
    }
  }

  @ParameterizedTest
  @CsvSource({"827e0100, 256", "827f0000000000010000, 65536", "827d, 125", "827effff, 65535"})
  void everyFormOfLengthIsRead(String header, int length) throws IOException {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 7);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(Bytes.ofHex(header).toArray());
    frame.writeBytes(payload);
    frame.writeBytes(Bytes.ofHex("820109").toArray());
    FrameInput in = frames(new ByteArrayInputStream(frame.toByteArray()));
    assertArrayEquals(payload, in.readNBytes(length));
    assertEquals(9, in.read());
    assertEquals(-1, in.read());
  }

  @ParameterizedTest
  @CsvSource({
    "810548656c6c6f, 'frame 0x1, want binary frames'",
    "830100, 'frame 0x3, want binary frames'",
    "8b00, 'frame 0xb, there is no such frame'",
    "c20100, 'frame 0x2, its reserved bits are set'",
    "828500000000, 'frame 0x2, it is masked'",
    "800100, 'frame 0x0, it continues nothing'",
    "0200820100, 'frame 0x2, a message is not over'",
    "0900, 'frame 0x9, want one frame of at most 125 bytes'",
    "897e0080, 'frame 0x9, want one frame of at most 125 bytes'",
    "827f8000000000000000, 'frame 0x2, its length has the highest bit set'"
  })
  void whatIsNoFrameOfAServerEndsTheLink(String hex, String why) {
    HttpException broken = assertThrows(HttpException.class, () -> frames(hex).read());
    assertEquals("far side broke the WebSocket: " + why, broken.getMessage());
  }

  @Test
  void aCloseIsToldWithItsReasonAndAnsweredOnce() throws IOException {
    FrameInput in = frames("8806" + "03e9" + "61770a79" + "820101");
    HttpException closed = assertThrows(HttpException.class, in::read);
    assertEquals("far side closed the WebSocket, code=1001, aw?y", closed.getMessage());
    assertEquals(-1, in.read());
    assertEquals(8, sent.size());
    assertEquals(0x88, sent.toByteArray()[0] & 0xFF);
  }

  @Test
  void anEndInsideAFrameIsAnEnd() throws IOException {
    for (int length = 0; length < 7; length++) {
      byte[] cut = Arrays.copyOf(HELLOS.toArray(), length);
      assertTrue(frames(new ByteArrayInputStream(cut)).readAllBytes().length <= 5);
    }
  }
}
