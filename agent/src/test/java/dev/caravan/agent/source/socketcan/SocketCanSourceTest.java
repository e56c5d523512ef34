package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.SourceLoop;
import dev.caravan.agent.source.TransmitList;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes of frames by hand from linux/can.h, bytes of error messages from linux/can/error.h. */
class SocketCanSourceTest {
  private static final long NOW_NS = 1_700_000_000_123_456_789L;
  private static final int EXTENDED = 0x8000_0000;
  private static final int REMOTE = 0x4000_0000;
  private static final int ERROR = 0x2000_0000;

  private final FakeCanSocket kernel = new FakeCanSocket();
  private final FakeTimeline timeline = new FakeTimeline(NOW_NS);
  private final Health health = new Health();
  private final FrameChunk chunk = new FrameChunk("can0", 64);

  private SocketCanSource source(CanId... transmittable) {
    kernel.clockNs = timeline.nowNs();
    return new SocketCanSource(
        new SocketCanSettings(
            "can0",
            "can0",
            true,
            List.of(),
            new TransmitList(Set.of(transmittable)),
            OptionalInt.empty()),
        timeline,
        health,
        kernel::open);
  }

  private SocketCanSource open(CanId... transmittable) throws IOException {
    SocketCanSource source = source(transmittable);
    source.open();
    return source;
  }

  private List<String> read(SocketCanSource source) throws IOException {
    chunk.clear();
    source.read(chunk);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      found.add(chunk.frame(i).toString());
    }
    return found;
  }

  private CanFrame first() {
    return (CanFrame) chunk.frame(0);
  }

  private double busState() {
    return health.gauge(Declared.level("source.bus_state"), "can0").value();
  }

  @Test
  void everyKindOfFrameIsRead() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 0x1F0, 3, 0, 0xA1, 0xB2, 0xC3));
    kernel.arrive(FakeCanSocket.frame(16, 0x18FEF100 | EXTENDED, 2, 0, 0x12, 0x34));
    kernel.arrive(FakeCanSocket.frame(16, 0x7DF | REMOTE, 8, 0));
    kernel.arrive(FakeCanSocket.frame(16, 0x000, 0, 0));
    kernel.arrive(FakeCanSocket.frame(72, 0x123, 12, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255));
    assertEquals(
        List.of("1F0#a1b2c3", "18FEF100#1234", "7DF#R8", "000#", "123#000102030405060708090aff"),
        read(source));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "1, 12", "2, 20", "3, 28", "4, 4"}) // BRS 1, ESI 2, FDF 4
  void flagsOfCanFdAreKept(int raw, int flags) throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(72, 0x123, 64, raw, 7));
    read(source);
    assertEquals(flags, first().flags());
    assertEquals(64, first().length());
    assertEquals(7, first().byteAt(0));
  }

  @Test
  void shortCanFdFrameIsNotTakenForAClassicOne() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(72, 0x123, 2, 0, 1, 2));
    assertEquals(List.of("123#0102"), read(source));
    assertTrue(first().is(CanFrame.FD));
  }

  @Test
  void payloadOfThePreviousFrameDoesNotShineThrough() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 0x1, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    read(source);
    // what lies behind the length in the kernel's bytes is not payload
    kernel.arrive(FakeCanSocket.frame(16, 0x1, 1, 0, 9, 9, 9));
    assertEquals(List.of("001#09"), read(source));
    assertEquals(9, first().littleEndianAt(0));
  }

  @Test
  void bitsThatAnElevenBitIdentifierHasNotAreDropped() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 0x1234_5678 & 0x1FFF_FFFF, 0, 0));
    assertEquals(List.of("678#"), read(source));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "15, 0, 0",
    "17, 0, 0",
    "71, 0, 0",
    "73, 0, 0",
    "80, 0, 0",
    "16, 0, 16",
    "16, 0, 255",
    "72, 0, 65",
    "72, 0x40000000, 8",
    "72, 0x20000004, 8",
    "16, 0x20000004, 7"
  })
  void wrongSizesAndLengthsAreCountedAndDropped(int size, String id, int length)
      throws IOException {
    SocketCanSource source = open();
    byte[] whole = FakeCanSocket.frame(80, Integer.decode(id), length, 0, 1, 2, 3);
    kernel.arrive(java.util.Arrays.copyOf(whole, size));
    kernel.arrive(FakeCanSocket.frame(16, 0x1F0, 1, 0, 5));
    assertEquals(List.of("1F0#05"), read(source));
    assertEquals(1, health.total(Declared.count("source.malformed")));
    assertEquals(0, health.total(Declared.count("source.bus_errors")));
  }

  /** ISO 11898-1:2015, 8.4.2.4; len8_dlc of linux/can.h, byte 7, changes nothing. */
  @Test
  void rawLengthCodeOver8Is8Bytes() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 0x204, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    kernel.arrive(FakeCanSocket.frame(16, 0x204, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    kernel.arrive(FakeCanSocket.frame(16, 0x4000_0204, 12, 0));
    byte[] apart = FakeCanSocket.frame(16, 0x204, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    apart[7] = 12;
    kernel.arrive(apart);
    assertEquals(
        List.of("204#0102030405060708", "204#0102030405060708", "204#R8", "204#0102030405060708"),
        read(source));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void noBytesMakeItThrow() throws IOException {
    SocketCanSource source = open();
    Random random = new Random(20261123);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(81) : i % 2 == 0 ? 16 : 72];
      random.nextBytes(bytes);
      kernel.arrive(random.nextLong(), random.nextInt(), bytes);
      read(source);
    }
    kernel.arrive(FakeCanSocket.frame(16, 0x1F0, 1, 0, 5));
    assertEquals(List.of("1F0#05"), read(source));
  }

  @Test
  void aChunkThatHoldsOneFrameLosesNone() throws IOException {
    SocketCanSource source = open();
    for (int i = 0; i < 1000; i++) {
      kernel.arrive(FakeCanSocket.frame(16, i, 0, 0));
    }
    FrameChunk one = new FrameChunk("can0", 1);
    for (int i = 0; i < 1000; i++) {
      one.clear();
      source.read(one);
      assertEquals(i, ((CanFrame) one.frame(0)).id());
    }
  }

  @Test
  void framesHaveTheTimeOfTheKernelInMicroseconds() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(NOW_NS - 3_000_000, 0, FakeCanSocket.frame(16, 1, 0, 0));
    kernel.arrive(NOW_NS - 1_000_000, 0, FakeCanSocket.frame(16, 2, 0, 0));
    read(source);
    assertEquals(1_700_000_000_120_456_000L, chunk.frame(0).timeNs());
    assertEquals(1_700_000_000_122_456_000L, chunk.frame(1).timeNs());
  }

  @Test
  void frameWithoutAStampHasTheTimeOfTheRead() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 1, 0, 0));
    read(source);
    assertEquals(1_700_000_000_123_456_000L, chunk.frame(0).timeNs());
  }

  @Test
  void dropsOfTheKernelAreCountedOnceAndAcrossTheWrap() throws IOException {
    SocketCanSource source = open();
    byte[] frame = FakeCanSocket.frame(16, 1, 0, 0);
    kernel.arrive(0, 0, frame);
    kernel.arrive(0, 3, frame);
    kernel.arrive(0, 3, frame);
    kernel.arrive(0, 0, frame); // nothing said
    kernel.arrive(0, 5, frame);
    assertEquals(5, read(source).size());
    assertEquals(5, health.total(Declared.count("source.overrun")));
    kernel.arrive(0, -1, frame);
    read(source);
    assertEquals(0xFFFF_FFFFL, health.total(Declared.count("source.overrun")));
    kernel.arrive(0, 1, frame); // 0 would look like nothing said, which costs nothing
    read(source);
    assertEquals(0x1_0000_0001L, health.total(Declared.count("source.overrun")));
  }

  @Test
  void dropsCountAnewForANewSocket() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(0, 7, FakeCanSocket.frame(16, 1, 0, 0));
    read(source);
    source.open();
    kernel.arrive(0, 7, FakeCanSocket.frame(16, 1, 0, 0));
    read(source);
    assertEquals(14, health.total(Declared.count("source.overrun")));
  }

  @Test
  void errorMessagesBecomeStateAndCountsAndAreNotHandedOn() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, ERROR | 0x004, 8, 0, 0, 0x20));
    assertEquals(List.of(), read(source));
    assertEquals(2, busState());
    health.part("source", "can0").set(Part.State.OK, "");
    assertEquals("bus error passive", health.part("source", "can0").why());
    assertEquals(Part.State.OK, health.part("source", "can0").state());
    // CAN_ERR_PROT | CAN_ERR_BUSERROR: one error
    kernel.arrive(FakeCanSocket.frame(16, ERROR | 0x088, 8, 0, 0, 0, 4));
    // CAN_ERR_CRTL, RX_OVERFLOW
    kernel.arrive(FakeCanSocket.frame(16, ERROR | 0x004, 8, 0, 0, 1));
    read(source);
    assertEquals(2, busState());
    assertEquals(1, health.total(Declared.count("source.bus_errors")));
    assertEquals(1, health.total(Declared.count("source.overrun")));
    kernel.arrive(FakeCanSocket.frame(16, ERROR | 0x040, 8, 0));
    read(source);
    assertEquals("bus off", health.part("source", "can0").why());
    assertEquals(Part.State.DEGRADED, health.part("source", "can0").state());
    kernel.arrive(FakeCanSocket.frame(16, ERROR | 0x100, 8, 0));
    read(source);
    assertEquals(0, busState());
    assertEquals("", health.part("source", "can0").why());
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void whatWasReadBeforeTheInterfaceWentDownIsGood() throws IOException {
    SocketCanSource source = open();
    kernel.arrive(FakeCanSocket.frame(16, 0x1F0, 0, 0));
    kernel.isDown = true;
    IOException e = assertThrows(IOException.class, () -> {
      for (int i = 0; i < 3; i++) {
        source.read(chunk);
      }
    });
    assertEquals("read can0: errno=100, Network is down", e.getMessage());
  }

  @Test
  void interfaceThatComesBackIsOpenedAgain() throws Exception {
    SocketCanSource source = source();
    List<String> seen = new ArrayList<>();
    Stop stop = new Stop();
    SourceLoop.Outlet outlet = new SourceLoop.Outlet() {
      @Override
      public FrameChunk take(String name) {
        return new FrameChunk(name, 8);
      }

      /** Plays the bus: a frame, down, missing at two tries, a frame. */
      @Override
      public void give(FrameChunk full) {
        for (int i = 0; i < full.size(); i++) {
          seen.add(full.frame(i).toString());
        }
        kernel.isDown = seen.size() == 1;
        if (seen.size() == 2) {
          stop.request();
        }
      }
    };
    kernel.arrive(FakeCanSocket.frame(16, 0x111, 0, 0));
    Thread up = new Thread(() -> {
      org.awaitility.Awaitility.await()
          .until(() -> health.total(Declared.count("source.failures")) >= 2);
      kernel.arrive(FakeCanSocket.frame(16, 0x222, 0, 0));
      kernel.isDown = false;
    });
    up.start();
    new SourceLoop(source, outlet, health, stop, new Backoff(1_000_000, 2_000_000, new Random(1)))
        .run();
    up.join();
    assertEquals(List.of("111#", "222#"), seen);
    assertEquals(2, kernel.opened);
    assertEquals(2, kernel.closed);
  }

  @Test
  void closingTwiceIsFineAndAClosedSourceCannotBeRead() throws IOException {
    SocketCanSource source = open();
    source.close();
    source.close();
    assertEquals(1, kernel.closed);
    assertEquals(
        "read can0: closed",
        assertThrows(IOException.class, () -> source.read(chunk)).getMessage());
  }

  private static CanFrame outgoing(int id, int flags, int... payload) {
    CanFrame frame = new CanFrame().begin(0, id, flags, payload.length);
    for (int i = 0; i < payload.length; i++) {
      frame.putByte(i, payload[i]);
    }
    return frame;
  }

  @Test
  void onlyListedIdentifiersAreSent() throws IOException {
    SocketCanSource source = open(new CanId(0x123, false));
    assertTrue(source.transmit(outgoing(0x123, 0, 1)));
    assertFalse(source.transmit(outgoing(0x124, 0, 1)));
    assertFalse(source.transmit(outgoing(0x123, CanFrame.EXTENDED, 1)));
    assertFalse(source.transmit(outgoing(0x123, CanFrame.ERROR, 1)));
    assertFalse(source.transmit(outgoing(0x123, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
    assertFalse(source.transmit(outgoing(0x123, CanFrame.FD | CanFrame.REMOTE)));
    assertEquals(1, kernel.sent().size());
    assertEquals(5, health.total(Declared.count("source.transmit_refused")));
  }

  @Test
  void nothingIsSentByDefaultOrWhileClosed() throws IOException {
    SocketCanSource source = open();
    assertFalse(source.transmit(outgoing(0x7DF, 0, 2, 1, 0)));
    SocketCanSource closed = source(new CanId(0x7DF, false));
    assertFalse(closed.transmit(outgoing(0x7DF, 0, 2, 1, 0)));
    assertEquals(List.of(), kernel.sent());
    assertEquals("normal", source.busMode());
  }

  @Test
  void canFdIsSentOnlyOnAnInterfaceThatHasIt() throws IOException {
    SocketCanSource source = open(new CanId(0x123, false));
    kernel.hasFd = false;
    assertFalse(source.transmit(outgoing(0x123, CanFrame.FD, 1)));
    kernel.hasFd = true;
    assertTrue(source.transmit(outgoing(0x123, CanFrame.FD, 1)));
  }

  @Test
  void fullQueueOfTheInterfaceIsCounted() throws IOException {
    SocketCanSource source = open(new CanId(0x123, false));
    kernel.isQueueFull = true;
    assertFalse(source.transmit(outgoing(0x123, 0, 1)));
    assertEquals(1, health.total(Declared.count("source.transmit_refused")));
    kernel.isDown = true;
    assertThrows(IOException.class, () -> source.transmit(outgoing(0x123, 0, 1)));
  }

  @Test
  void sentBytesAreAsTheKernelWantsThem() throws IOException {
    Assumptions.assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
        "the expected bytes are those of a little-endian machine");
    SocketCanSource source =
        open(new CanId(0x7DF, false), new CanId(0x18DB33F1, true), new CanId(0x321, false));
    source.transmit(outgoing(0x7DF, 0, 2, 1, 0xC));
    source.transmit(outgoing(0x18DB33F1, CanFrame.EXTENDED, 0xAA));
    source.transmit(new CanFrame().begin(0, 0x321, CanFrame.REMOTE, 4));
    int[] nine = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    source.transmit(outgoing(0x321, CanFrame.FD | CanFrame.BIT_RATE_SWITCH, nine));
    assertEquals(
        List.of(
            "df07000003000000" + "02010c0000000000",
            "f133db9801000000" + "aa00000000000000",
            "2103004004000000" + "0000000000000000",
            // nine bytes go as twelve
            "210300000c010000" + "010203040506070809" + "00".repeat(55)),
        kernel.sent().stream().map(Object::toString).toList());
  }
}
