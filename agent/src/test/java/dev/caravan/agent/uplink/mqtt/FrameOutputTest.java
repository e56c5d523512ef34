package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameOutputTest {
  /** First bytes of the frames in what was sent; their payload goes to another stream. */
  private static List<Integer> frames(byte[] sent, ByteArrayOutputStream payload)
      throws IOException {
    List<Integer> firsts = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent));
    while (in.available() > 0) {
      firsts.add(in.readUnsignedByte());
      int length = in.readUnsignedByte();
      assertEquals(0x80, length & 0x80, "masked");
      length &= 0x7F;
      length = length == 126 ? in.readUnsignedShort() : length;
      byte[] mask = in.readNBytes(4);
      byte[] body = in.readNBytes(length);
      assertEquals(length, body.length);
      for (int i = 0; i < length; i++) {
        payload.write(body[i] ^ mask[i % 4]);
      }
    }
    return firsts;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 8191, 8192, 8193, 70_000})
  void whatIsWrittenIsInMaskedBinaryFrames(int length) throws IOException {
    byte[] payload = new byte[length + 3];
    new Random(length).nextBytes(payload);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    FrameOutput out = new FrameOutput(sent);
    out.write(payload[0]);
    out.write(payload, 1, length + 2);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    List<Integer> frames = frames(sent.toByteArray(), got);
    assertArrayEquals(payload, got.toByteArray());
    assertEquals(1 + (length + 2 + 8191) / 8192, frames.size());
    frames.forEach(first -> assertEquals(0x82, first));
  }

  @Test
  void eachFrameHasAMaskOfItsOwn() throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    FrameOutput out = new FrameOutput(sent);
    byte[] zeros = new byte[4];
    List<String> masked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sent.reset();
      out.write(zeros);
      masked.add(sent.toString("ISO-8859-1"));
    }
    assertEquals(20, masked.stream().distinct().count());
  }

  @Test
  void whoReadsAnswersAPingWithoutWaitingForWhoWrites() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    FrameOutput out = new FrameOutput(new OutputStream() {
      @Override
      public void write(int one) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void write(byte[] from, int at, int count) throws IOException {
        sent.write(from, at, count);
        written.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    });
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> writing = writer.submit(() -> {
        out.write(new byte[10]);
        return true;
      });
      written.await();
      out.answerPing(new byte[] {1});
      out.answerPing(new byte[] {2});
      // nor does an end wait
      out.sayGoodbye();
      goOn.countDown();
      writing.get(5, TimeUnit.SECONDS);
      ByteArrayOutputStream payload = new ByteArrayOutputStream();
      await()
          .untilAsserted(
              () -> assertEquals(List.of(0x82, 0x8A), frames(sent.toByteArray(), payload)));
      assertEquals(2, payload.toByteArray()[10]);
    } finally {
      writer.shutdownNow();
    }
  }

  @Test
  void nothingIsSentAfterTheGoodbye() throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    FrameOutput out = new FrameOutput(sent);
    out.sayGoodbye();
    out.sayGoodbye();
    assertThrows(IOException.class, () -> out.write(1));
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    assertEquals(List.of(0x88), frames(sent.toByteArray(), payload));
    // RFC 6455, 7.4.1: 1000
    assertArrayEquals(new byte[] {0x03, (byte) 0xE8}, payload.toByteArray());
  }
}
