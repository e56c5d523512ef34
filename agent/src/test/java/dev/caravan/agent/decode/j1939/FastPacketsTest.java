package dev.caravan.agent.decode.j1939;

import static dev.caravan.agent.decode.j1939.Packets.at;
import static dev.caravan.agent.decode.j1939.Packets.frame;
import static dev.caravan.agent.decode.j1939.Packets.payload;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FastPacketsTest {
  private static final int GNSS = 0x0DF8051B; // PGN 129029, priority 3, sender 1B
  private static final int ENGINE = 0x19F2011C; // PGN 127489, priority 6, sender 1C

  private final Health health = new Health();
  private final FastPackets packets = new FastPackets(frame -> true, "can0", health);

  private List<String> messages(List<CanFrame> frames) {
    List<String> all = new ArrayList<>();
    for (CanFrame frame : frames) {
      CanFrame joined = packets.accept(frame);
      if (joined != null) {
        all.add(joined.toString());
      }
    }
    return all;
  }

  private long count(String name) {
    return health.counter(Declared.count("j1939." + name), "can0").value();
  }

  private static String message(int id, byte[] payload) {
    return String.format("%08X#%s", id, Bytes.of(payload));
  }

  /** The frames of a message, all at one time: 6 bytes in the first one, 7 in the others, FF behind the end. */
  private static List<CanFrame> fast(int id, int counter, byte[] payload) {
    List<CanFrame> all = new ArrayList<>();
    int at = 0;
    for (int number = 0; at < payload.length; number++) {
      StringBuilder hex = new StringBuilder(String.format("%02x", counter << 5 | number));
      if (number == 0) {
        hex.append(String.format("%02x", payload.length));
      }
      for (; hex.length() < 16; at++) {
        hex.append(at < payload.length ? String.format("%02x", payload[at]) : "ff");
      }
      all.add(frame(0, id, hex.toString()));
    }
    return all;
  }

  private static List<CanFrame> spaced(List<CanFrame> frames) {
    List<CanFrame> all = new ArrayList<>();
    frames.forEach(frame -> all.add(at(10L * all.size(), frame)));
    return all;
  }

  // Worked out by hand: 15 bytes are 6, 7 and 2.
  @Test
  void messageIsJoinedAsItIsLaidOut() {
    CanFrame last = frame(20, GNSS, "a2 0e 0f ff ff ff ff ff");
    last.setChannel("can7");
    assertEquals(
        List.of(), messages(List.of(frame(0, GNSS, "a0 0f 01 02 03 04 05 06"))), "not whole yet");
    packets.accept(frame(10, GNSS, "a1 07 08 09 0a 0b 0c 0d"));
    CanFrame joined = requireNonNull(packets.accept(last));
    assertEquals("0DF8051B#0102030405060708090a0b0c0d0e0f", joined.toString());
    assertEquals(20_000_000, joined.timeNs());
    assertEquals("can7", joined.channel());
    assertTrue(joined.is(CanFrame.EXTENDED | CanFrame.JOINED));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 8, 9, 13, 14, 20, 43, 134, 222, 223})
  void everyLengthIsJoined(int sizeBytes) {
    byte[] payload = payload(sizeBytes, 5);
    assertEquals(List.of(message(GNSS, payload)), messages(fast(GNSS, 5, payload)));
    assertEquals(1, count("sessions"));
    assertEquals(1, count("messages"));
  }

  @Test
  void lastFrameNeedsNoPadding() {
    assertEquals(
        List.of("0DF8051B#0102030405060708"),
        messages(List.of(frame(0, GNSS, "20 08 01 02 03 04 05 06"), frame(0, GNSS, "21 07 08"))));
    assertEquals(
        List.of(),
        messages(List.of(frame(0, GNSS, "40 08 01 02 03 04 05 06"), frame(0, GNSS, "41 07"))));
  }

  @Test
  void sendersGroupsAndCountersInterleave() {
    byte[] one = payload(43, 1);
    byte[] two = payload(43, 2);
    byte[] three = payload(43, 3);
    byte[] four = payload(43, 4);
    List<List<CanFrame>> all = List.of(
        fast(GNSS, 1, one),
        fast(GNSS, 2, two), // the same sender's next
        fast(GNSS + 1, 1, three), // another sender
        fast(ENGINE, 1, four));
    List<CanFrame> mixed = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      for (List<CanFrame> frames : all) {
        mixed.add(frames.get(i));
      }
    }
    assertEquals(
        List.of(
            message(GNSS, one),
            message(GNSS, two),
            message(GNSS + 1, three),
            message(ENGINE, four)),
        messages(spaced(mixed)));
  }

  @Test
  void everyLossRepetitionOrSwapOfOneFrameGivesTheMessageOrNone() {
    byte[] payload = payload(43, 9);
    byte[] after = payload(30, 77);
    List<CanFrame> good = fast(GNSS, 3, payload);
    String right = message(GNSS, payload);
    for (int i = 0; i < good.size(); i++) {
      List<CanFrame> lost = new ArrayList<>(good);
      lost.remove(i);
      lost.addAll(fast(GNSS, 4, after));
      assertEquals(List.of(message(GNSS, after)), messages(spaced(lost)), "lost " + i);
      List<CanFrame> twice = new ArrayList<>(good);
      twice.add(i, good.get(i));
      assertEquals(List.of(right), messages(spaced(twice)), "twice " + i);
      List<CanFrame> other = new ArrayList<>(good);
      other.add(i + 1, changed(good.get(i)));
      assertEquals(
          i == good.size() - 1 ? List.of(right) : List.of(), messages(spaced(other)), "other " + i);
      if (i > 0) {
        List<CanFrame> swapped = new ArrayList<>(good);
        Collections.swap(swapped, i - 1, i);
        assertEquals(List.of(), messages(spaced(swapped)), "swapped " + i);
      }
    }
  }

  private static CanFrame changed(CanFrame frame) {
    CanFrame changed = new CanFrame().copyOf(frame);
    changed.putByte(3, frame.byteAt(3) ^ 1);
    return changed;
  }

  @ParameterizedTest
  @CsvSource({"750, 1, 0", "751, 0, 1", "1250, 0, 1", "-751, 0, 1"})
  void frameThatIsLateEndsTheMessage(long afterMs, int joined, int timeouts) {
    List<CanFrame> frames = fast(GNSS, 0, payload(20, 1));
    List<CanFrame> late = List.of(
        at(9_000, frames.get(0)), at(9_700, frames.get(1)), at(9_700 + afterMs, frames.get(2)));
    assertEquals(joined, messages(late).size());
    assertEquals(timeouts, count("timeouts"));
  }

  @Test
  void newMessageOfTheSameCounterReplacesTheOneBefore() {
    byte[] second = payload(43, 8);
    List<CanFrame> frames = new ArrayList<>(fast(GNSS, 2, payload(43, 1)).subList(0, 3));
    frames.addAll(fast(GNSS, 2, second));
    assertEquals(List.of(message(GNSS, second)), messages(spaced(frames)));
    assertEquals(1, count("aborted"));
  }

  /** A busy receiver of ships' reports sends more than eight in 750 ms, so that counters come again. */
  @Test
  void restOfAMessageIsNotJoinedWithTheHeadOfTheEighthBeforeIt() {
    List<CanFrame> frames = new ArrayList<>(fast(GNSS, 0, payload(27, 1)).subList(0, 2));
    for (int counter = 1; counter < 8; counter++) {
      frames.addAll(fast(GNSS, counter, payload(27, 1 + counter)));
    }
    // of the next one with counter 0 the first two frames were lost
    List<CanFrame> next = fast(GNSS, 0, payload(27, 9));
    frames.addAll(next.subList(2, next.size()));
    List<String> found = messages(spaced(frames));
    assertEquals(7, found.size());
    assertEquals(message(GNSS, payload(27, 8)), found.get(6));
    assertEquals(1, count("aborted"));
    assertEquals(2, count("stray"));
  }

  @ParameterizedTest
  @CsvSource({"20e0010203040506", "2000010203040506", "20", "''"})
  void firstFrameThatCannotBeIsCounted(String hex) {
    assertEquals(List.of(), messages(List.of(frame(0, GNSS, hex))));
    assertEquals(1, count("malformed"));
    assertEquals(0, count("sessions"));
  }

  @Test
  void framesWithoutABeginningAreCounted() {
    List<CanFrame> frames = fast(GNSS, 2, payload(43, 1));
    assertEquals(List.of(), messages(spaced(frames.subList(1, 7))));
    assertEquals(6, count("stray"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverComesNothingIsThrownAndTheBooksBalance(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[8];
    for (int i = 0; i < 200_000; i++) {
      random.nextBytes(bytes);
      if (random.nextInt(4) > 0) {
        bytes[0] = (byte) (random.nextInt(8) << 5 | random.nextInt(3));
        bytes[1] = (byte) random.nextInt(21);
      }
      int id = GNSS - 0x1B + random.nextInt(100);
      int length = random.nextInt(20) == 0 ? random.nextInt(9) : 8;
      CanFrame in = new CanFrame().set(i * 1_000_000L, id, CanFrame.EXTENDED, bytes, 0, length);
      CanFrame joined = packets.accept(in);
      assertTrue(joined == null || (joined.length() >= 1 && joined.length() <= 223));
    }
    long ended = count("messages") + count("aborted") + count("timeouts");
    assertTrue(count("messages") > 0);
    assertTrue(count("sessions") >= ended && count("sessions") - ended <= Sessions.MOST);
  }
}
