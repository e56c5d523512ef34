package dev.caravan.agent.decode.j1939;

import static dev.caravan.agent.decode.j1939.Packets.at;
import static dev.caravan.agent.decode.j1939.Packets.broadcast;
import static dev.caravan.agent.decode.j1939.Packets.connection;
import static dev.caravan.agent.decode.j1939.Packets.frame;
import static dev.caravan.agent.decode.j1939.Packets.payload;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class J1939TransportTest {
  private final Health health = new Health();
  private final J1939Transport transport = new J1939Transport("can0", health);

  private List<String> messages(List<CanFrame> frames) {
    List<String> all = new ArrayList<>();
    for (CanFrame frame : frames) {
      CanFrame joined = transport.accept(frame);
      if (joined != null) {
        all.add(joined.toString());
      }
    }
    return all;
  }

  private long count(String name) {
    return health.counter(Declared.count("j1939." + name), "can0").value();
  }

  private static String message(String id, byte[] payload) {
    return id + "#" + Bytes.of(payload);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 14, 15, 63, 64, 65, 255, 256, 1784, 1785})
  void everyLengthIsJoinedInBothModes(int sizeBytes) {
    byte[] payload = payload(sizeBytes, 5);
    assertEquals(List.of(message("18FECA21", payload)), messages(broadcast(0x21, 0xFECA, payload)));
    assertEquals(
        List.of(message("18EF0321", payload)), messages(connection(0x21, 0x03, 0xEF00, payload)));
    assertEquals(2, count("sessions"));
    assertEquals(2, count("messages"));
    assertEquals(0, count("aborted") + count("timeouts") + count("malformed"));
  }

  @Test
  void messageHasTheTimeAndTheBusOfItsLastPacket() {
    List<CanFrame> frames = broadcast(0, 0xFECA, payload(20, 1));
    CanFrame last = frames.get(3);
    last.setChannel("can7");
    frames.subList(0, 3).forEach(transport::accept);
    CanFrame joined = requireNonNull(transport.accept(last));
    assertEquals(150_000_000, joined.timeNs());
    assertEquals("can7", joined.channel());
    assertTrue(joined.is(CanFrame.EXTENDED));
  }

  @Test
  void everyReferenceSessionGivesItsMessages() throws IOException {
    for (String line : Files.readAllLines(ReferenceData.require("j1939/tp_sessions.jsonl"))) {
      Map<String, @Nullable Object> session = Json.object(line);
      J1939Transport fresh = new J1939Transport("can0", new Health());
      List<String> found = new ArrayList<>();
      long timeMs = 0;
      for (@Nullable Object one : Json.array(session.get("frames"))) {
        List<@Nullable Object> pair = Json.array(one);
        CanFrame joined =
            fresh.accept(frame(timeMs += 50, number(pair.get(0)), String.valueOf(pair.get(1))));
        if (joined != null) {
          found.add(J1939Id.pgn(joined.id()) + " " + J1939Id.sender(joined.id()) + " "
              + joined.payload());
        }
      }
      if (session.get("expect") instanceof String either) {
        // out of order: a receiver may take it, but then right
        assertEquals("either", either);
        assertEquals(List.of(), found, line);
        continue;
      }
      List<String> wanted = new ArrayList<>();
      for (@Nullable Object one : Json.array(session.get("expect"))) {
        Map<String, @Nullable Object> message = Json.object(one);
        wanted.add(number(message.get("pgn")) + " " + number(message.get("sa")) + " "
            + message.get("data"));
      }
      assertEquals(wanted, found, line);
    }
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number
        ? number.longValue()
        : Long.parseLong(String.valueOf(value));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyLossRepetitionOrSwapOfOneFrameGivesTheMessageOrNone(boolean isConnection) {
    byte[] payload = payload(40, 9);
    List<CanFrame> good =
        isConnection ? connection(0x21, 0x03, 0xEF00, payload) : broadcast(0x21, 0xFECA, payload);
    String right = message(isConnection ? "18EF0321" : "18FECA21", payload);
    for (int i = 0; i < good.size(); i++) {
      List<CanFrame> lost = new ArrayList<>(good);
      CanFrame gone = lost.remove(i);
      boolean matters = gone.byteAt(0) != 0x11 && gone.byteAt(0) != 0x13;
      assertEquals(matters ? List.of() : List.of(right), then(lost, right), "lost " + i);
      List<CanFrame> twice = new ArrayList<>(good);
      twice.add(i, good.get(i));
      assertEquals(List.of(right), then(twice, right), "twice " + i);
      if (i > 0) {
        List<CanFrame> swapped = new ArrayList<>(good);
        Collections.swap(swapped, i - 1, i);
        List<String> found = then(swapped, right);
        assertTrue(found.isEmpty() || found.equals(List.of(right)), "swapped " + i + " " + found);
      }
    }
  }

  /** What the frames give; after a pause everything must be as if nothing had been. */
  private List<String> then(List<CanFrame> frames, String right) {
    List<String> found = messages(Packets.spaced(
        new ArrayList<>(frames.stream().map(frame -> at(0, frame)).toList())));
    CanFrame quiet = at(60_000, broadcast(0x77, 0xFECA, payload(9, 0)).get(0));
    transport.accept(quiet);
    transport.accept(frame(60_000, 0x1CEB0377L, "01 00 00 00 00 00 00 00"));
    byte[] after = payload(30, 77);
    List<CanFrame> next = broadcast(0x21, 0xFEEC, after);
    next.forEach(frame -> frame.setTimeNs(frame.timeNs() + 120_000_000_000L));
    assertEquals(List.of(message("18FEEC21", after)), messages(next), right);
    return found;
  }

  @Test
  void sessionsOfManyPairsInterleave() {
    byte[] one = payload(50, 1);
    byte[] two = payload(50, 2);
    byte[] three = payload(50, 3);
    List<List<CanFrame>> sessions = List.of(
        broadcast(0x00, 0xFECA, one),
        broadcast(0x03, 0xFECA, two),
        connection(0x00, 0x03, 0xEF00, three));
    List<CanFrame> mixed = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      for (List<CanFrame> session : sessions) {
        if (i < session.size()) {
          mixed.add(session.get(i));
        }
      }
    }
    assertEquals(
        List.of(message("18FECA00", one), message("18FECA03", two), message("18EF0300", three)),
        messages(Packets.spaced(mixed)));
  }

  @Test
  void packetsSentAgainAfterAClearToSendCount() {
    byte[] payload = payload(28, 3);
    List<CanFrame> data = Packets.data(0x21, 0x03, payload);
    CanFrame bad = frame(0, 0x1CEB0321L, "02 00 11 22 33 44 55 66");
    List<CanFrame> frames = new ArrayList<>(List.of(
        frame(0, 0x1CEC0321L, "10 1c 00 04 ff 00 ef 00"),
        frame(0, 0x1CEC2103L, "11 02 01 ff ff 00 ef 00"),
        data.get(0),
        bad,
        frame(0, 0x1CEC2103L, "11 00 ff ff ff 00 ef 00"), // wait
        frame(0, 0x1CEC2103L, "11 03 02 ff ff 00 ef 00"), // from packet 2 again
        data.get(1),
        data.get(2),
        data.get(3)));
    assertEquals(List.of(message("18EF0321", payload)), messages(Packets.spaced(frames)));
  }

  @Test
  void clearToSendBeyondWhatWasHeardEndsTheSession() {
    List<CanFrame> data = Packets.data(0x21, 0x03, payload(28, 3));
    assertEquals(
        List.of(),
        messages(Packets.spaced(new ArrayList<>(List.of(
            frame(0, 0x1CEC0321L, "10 1c 00 04 ff 00 ef 00"),
            data.get(0),
            frame(0, 0x1CEC2103L, "11 02 03 ff ff 00 ef 00"),
            data.get(2),
            data.get(3))))));
    assertEquals(1, count("aborted"));
    assertEquals(2, count("stray"));
  }

  @ParameterizedTest
  @CsvSource({"0x1CEC0321", "0x1CEC2103"})
  void abortOfEitherSideEndsTheSession(String id) {
    List<CanFrame> frames = connection(0x21, 0x03, 0xEF00, payload(28, 3));
    frames.add(3, frame(0, Long.decode(id), "ff 03 ff ff ff 00 ef 00"));
    assertEquals(List.of(), messages(Packets.spaced(frames)));
    assertEquals(1, count("aborted"));
  }

  @Test
  void abortOfAnotherGroupDoesNotCount() {
    List<CanFrame> frames = connection(0x21, 0x03, 0xEF00, payload(28, 3));
    frames.add(3, frame(0, 0x1CEC0321L, "ff 03 ff ff ff 00 ee 00"));
    assertEquals(1, messages(Packets.spaced(frames)).size());
  }

  // SAE J1939-21, 5.10.2.4: T1
  @ParameterizedTest
  @CsvSource({
    "750, 750, 1, 0", // exactly at the limit is in time
    "751, 50, 0, 1", // the first packet after the announcement
    "50, 751, 0, 1", // the second one
    "50, 1050, 0, 1",
    "0, 0, 1, 0" // a log without times
  })
  void packetToEveryoneMayTake750Ms(long firstMs, long secondMs, int joined, int timeouts) {
    List<CanFrame> frames = broadcast(0, 0xFECA, payload(14, 3));
    List<CanFrame> late =
        List.of(frames.get(0), at(firstMs, frames.get(1)), at(firstMs + secondMs, frames.get(2)));
    assertEquals(joined, messages(late).size());
    assertEquals(timeouts, count("timeouts"));
  }

  // T3 after RTS, T2 after CTS, T1 within what was cleared, T3 at its end, T4 after a hold
  @ParameterizedTest
  @CsvSource({
    "1250, 1250, 750, 1250, 1050, 1250, 750, 1, 0",
    "1251, 10, 10, 10, 10, 10, 10, 0, 1",
    "10, 1251, 10, 10, 10, 10, 10, 0, 1",
    "10, 10, 751, 10, 10, 10, 10, 0, 1",
    "10, 10, 10, 1251, 10, 10, 10, 0, 1",
    "10, 10, 10, 10, 1051, 10, 10, 0, 1",
    "10, 10, 10, 10, 10, 1251, 10, 0, 1",
    "10, 10, 10, 10, 10, 10, 751, 0, 1"
  })
  void everyWaitOfAConnectionHasItsLimit(
      long clear,
      long first,
      long second,
      long hold,
      long clearAgain,
      long third,
      long fourth,
      int joined,
      int timeouts) {
    List<CanFrame> data = Packets.data(0x21, 0x03, payload(28, 3));
    List<CanFrame> frames = List.of(
        frame(0, 0x1CEC0321L, "10 1c 00 04 ff 00 ef 00"),
        frame(0, 0x1CEC2103L, "11 02 01 ff ff 00 ef 00"),
        data.get(0),
        data.get(1),
        frame(0, 0x1CEC2103L, "11 00 ff ff ff 00 ef 00"),
        frame(0, 0x1CEC2103L, "11 02 03 ff ff 00 ef 00"),
        data.get(2),
        data.get(3));
    long[] gaps = {0, clear, first, second, hold, clearAgain, third, fourth};
    long timeMs = 5_000;
    for (int i = 0; i < gaps.length; i++) {
      timeMs += gaps[i];
      frames.get(i).setTimeNs(timeMs * 1_000_000);
    }
    assertEquals(joined, messages(frames).size());
    assertEquals(timeouts, count("timeouts"));
  }

  /** The tail of one list of trouble codes must not go with the head of another. */
  @Test
  void latePacketOfTheNextMessageIsNotJoined() {
    List<CanFrame> frames = List.of(
        frame(0, 0x1CECFF00L, "20 0e 00 02 ff ca fe 00"),
        frame(50, 0x1CEBFF00L, "01 04 ff 6e 00 03 05 6f"),
        frame(1100, 0x1CEBFF00L, "02 0c 04 07 0c 11 12 09"));
    assertEquals(List.of(), messages(frames));
    assertEquals(1, count("timeouts"));
  }

  @ParameterizedTest
  @CsvSource({"749, 1", "751, 0", "10000, 0"})
  void clockThatWasSetBackEndsTheSession(long backMs, int joined) {
    List<CanFrame> frames = broadcast(0, 0xFECA, payload(14, 3));
    List<CanFrame> moved = List.of(
        at(20_000, frames.get(0)), at(20_000, frames.get(1)), at(20_000 - backMs, frames.get(2)));
    assertEquals(joined, messages(moved).size());
    assertEquals(1 - joined, count("timeouts"));
  }

  @Test
  void sendersDoNotWaitForEachOther() {
    byte[] one = payload(21, 1);
    byte[] two = payload(21, 2);
    List<CanFrame> slow = broadcast(0x00, 0xFECA, one);
    List<CanFrame> other = broadcast(0x03, 0xFECA, two);
    List<CanFrame> mixed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      mixed.add(at(700L * i, slow.get(i)));
      // of this sender one packet is late
      mixed.add(at(700L * i + (i < 2 ? 1 : 100), other.get(i)));
    }
    assertEquals(List.of(message("18FECA00", one)), messages(mixed));
    assertEquals(1, count("timeouts"));
  }

  // packets that are sent again

  private static CanFrame request(int packets) {
    return frame(
        0, 0x1CEC0321L, String.format("10 %02x 00 %02x ff 00 ef 00", packets * 7, packets));
  }

  private static CanFrame clear(int count, int next) {
    return frame(0, 0x1CEC2103L, String.format("11 %02x %02x ff ff 00 ef 00", count, next));
  }

  private static CanFrame allHasCome(int packets) {
    return frame(
        0, 0x1CEC2103L, String.format("13 %02x 00 %02x ff 00 ef 00", packets * 7, packets));
  }

  /**
   * A connection of five packets: {@code R} request, {@code CcN} clear c packets from N on, a digit that packet, {@code x3}
   * packet 3 with other bytes, {@code W} wait, {@code E} all has come.
   */
  @ParameterizedTest
  @CsvSource({
    "R C51 1 2 3 4 5 E, 1, 1",
    "R C51 1 2 3 4 5 C23 3 4 E, 1, 1", // asked again though all was heard
    "R C51 1 2 3 4 5 C13 3 C14 4 C15 5 E, 1, 1",
    "R C51 1 2 4 5 C33 3 4 5 E, 1, 1", // one was lost, the rest is sent again from there
    "R C51 1 2 4 5 C13 3 E, 1, 1", // one was lost, it alone is sent again
    "R C51 1 2 3 4 C15 5 E, 1, 1",
    "R C51 1 2 4 5 C33 4 5 C13 3 E, 1, 1", // lost again, asked again
    "R C51 1 x3 C42 2 3 4 5 E, 1, 1", // the wrong one, then right
    "R C51 1 3 4 C25 5 E, 0, 0", // the receiver has one that was not heard
    "R C31 1 2 3 C12 2 C24 4 5 E, 1, 1", // smaller and smaller windows
    "R C51 1 2 3 C12 2 C12 2 C12 2 C33 3 4 5 E, 1, 1",
    "R C51 2 1 3 4 5 E, 0, 0", // out of order, and not asked again
    "R C51 2 1 3 4 5 C51 1 2 3 4 5 E, 1, 1",
    "R C51 1 2 3 5 4 E, 0, 0",
    "R C51 1 2 3 1 4 5 E, 0, 0", // a packet of another turn
    "R C51 1 2 W C33 3 W W C33 3 4 5 E, 1, 1",
    "R C51 1 2 x5 C33 3 4 5 E, 1, 1",
    "R C51 1 2 x3 4 5 C13 3 E, 2, 2", // given with the last one, and again as it is right
    "R C51 1 2 3 4 5 R C51 1 2 3 4 5 E, 2, 2"
  })
  void packetsAreTakenAgainAsTheReceiverAsks(String course, int given, int last) {
    byte[] payload = payload(35, 3);
    List<CanFrame> data = Packets.data(0x21, 0x03, payload);
    List<CanFrame> frames = new ArrayList<>();
    for (String step : course.split(" ", -1)) {
      char kind = step.charAt(0);
      frames.add(
          switch (kind) {
            case 'R' -> request(5);
            case 'C' -> clear(step.charAt(1) - '0', step.charAt(2) - '0');
            case 'W' -> clear(0, 0xFF);
            case 'E' -> allHasCome(5);
            case 'x' -> frame(0, 0x1CEB0321L, "0" + step.charAt(1) + "11223344556677");
            default -> at(0, data.get(kind - '1'));
          });
    }
    List<String> found = messages(Packets.spaced(frames));
    assertEquals(given, found.size());
    if (last > 0) {
      assertEquals(message("18EF0321", payload), found.get(last - 1));
    }
    long ended = count("messages") + count("aborted") + count("timeouts");
    assertEquals(count("sessions"), ended);
    assertEquals(0, count("timeouts"));
  }

  @Test
  void newAnnouncementReplacesTheSession() {
    byte[] second = payload(20, 8);
    List<CanFrame> frames = new ArrayList<>(broadcast(0, 0xFECA, payload(40, 3)).subList(0, 3));
    frames.addAll(broadcast(0, 0xFECB, second));
    assertEquals(List.of(message("18FECB00", second)), messages(Packets.spaced(frames)));
    assertEquals(2, count("sessions"));
    assertEquals(1, count("aborted"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20 08 00 02 ff ca fe 00", // fits into one frame
        "20 fa 06 ff ff ca fe 00", // over 1785 bytes
        "20 10 00 02 ff ca fe 00", // 16 bytes are three packets
        "20 0e 00 03 ff ca fe 00",
        "20 0e 00 02 ff ca fe 04", // no group has more than 18 bits
        "10 0e 00 02 ff ca fe 00", // a request to everyone
        "77 0e 00 02 ff ca fe 00",
        "20 0e 00 02 ff ca fe",
        ""
      })
  void announcementThatCannotBeIsCounted(String hex) {
    transport.accept(frame(0, 0x1CECFF00L, hex));
    assertEquals(1, count("malformed"));
    assertEquals(0, count("sessions"));
  }

  @Test
  void oldestOfTooManySessionsGoes() {
    for (int from = 0; from <= Sessions.MOST; from++) {
      transport.accept(at(from, broadcast(from, 0xFECA, payload(9, 0)).get(0)));
    }
    assertEquals(Sessions.MOST + 1, count("sessions"));
    assertEquals(1, count("aborted"));
    List<CanFrame> rest = Packets.data(Sessions.MOST, 0xFF, payload(9, 0));
    rest.forEach(frame -> frame.setTimeNs(100_000_000));
    assertEquals(1, messages(rest).size());
  }

  @Test
  void lastPacketNeedsNoPadding() {
    byte[] payload = payload(9, 4);
    List<CanFrame> frames = new ArrayList<>(broadcast(0, 0xFECA, payload).subList(0, 2));
    frames.add(frame(100, 0x1CEBFF00L, "02" + Bytes.of(payload, 7, 2)));
    assertEquals(List.of(message("18FECA00", payload)), messages(frames));
    frames.set(2, frame(100, 0x1CEBFF00L, "02" + Bytes.of(payload, 7, 1)));
    assertEquals(List.of(), messages(frames));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverComesNothingIsThrownAndTheBooksBalance(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[8];
    int[] commands = {0x10, 0x11, 0x13, 0x20, 0xFF, 0, 1, 2, 3};
    for (int i = 0; i < 200_000; i++) {
      random.nextBytes(bytes);
      bytes[0] = (byte) commands[random.nextInt(commands.length)];
      if (random.nextInt(4) > 0) {
        int size = 9 + random.nextInt(15);
        bytes[1] = (byte) size;
        bytes[2] = 0;
        bytes[3] = (byte) ((size + 6) / 7);
        bytes[7] = 0;
      }
      int pf = random.nextBoolean() ? 0xEC : 0xEB;
      int to = random.nextInt(4) == 0 ? 0xFF : random.nextInt(3);
      int id = 0x1C000000 | pf << 16 | to << 8 | random.nextInt(3);
      CanFrame in = new CanFrame()
          .set(
              i * 20_000_000L,
              id,
              CanFrame.EXTENDED,
              bytes,
              0,
              random.nextInt(20) == 0 ? random.nextInt(9) : 8);
      CanFrame joined = transport.accept(in);
      assertTrue(joined == null || (joined.length() >= 9 && joined.length() <= 1785));
    }
    long ended = count("messages") + count("aborted") + count("timeouts");
    assertTrue(count("messages") > 0);
    assertTrue(
        count("sessions") >= ended && count("sessions") - ended <= 16,
        count("sessions") + " " + ended);
  }
}
