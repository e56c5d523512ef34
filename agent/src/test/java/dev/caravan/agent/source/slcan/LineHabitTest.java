package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines are written for these tests, by the LAWICEL CAN232 manual. */
class LineHabitTest {
  private static final long READ_NS = 1_764_000_000_000_000_000L;

  private final List<String> malformed = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();
  private final FrameClock clock = new FrameClock(true);
  private final SlcanParser parser = new SlcanParser(clock, new SlcanParser.Notices() {
    @Override
    public void malformed(String why) {
      malformed.add(why);
    }

    @Override
    public void changed(String before) {
      changed.add(before);
    }

    @Override
    public void refused() {}

    @Override
    public void status(int bits) {}

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {}

    @Override
    public void busErrors(int count, int overruns) {}
  });

  private long nowMs = 1;

  private List<String> heard(String lines) {
    FrameChunk chunk = new FrameChunk("can0", 4096);
    byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
    clock.arrived(READ_NS + nowMs * 1_000_000, nowMs * 1_000_000);
    assertEquals(bytes.length, parser.parse(bytes, 0, bytes.length, chunk));
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      frames.add(((CanFrame) chunk.frame(i)).toString());
    }
    return frames;
  }

  /** Sound lines with a stamp of four digits, a millisecond apart. */
  private void settle(int lines) {
    for (int i = 0; i < lines; i++) {
      nowMs++;
      assertEquals(1, heard(String.format("t1001AA%04X\r", nowMs % 60_000)).size());
    }
  }

  /** The last two bytes are the stamp's digits, and the two before them are gone. */
  @Test
  void aFrameWithoutTheStampThatAllHaveIsNone() {
    parser.reset(true, 4, false);
    settle(20);
    assertEquals(List.of(), heard("t1008112233445566" + "1234\r"));
    assertEquals(List.of("frame without the time stamp that all have"), malformed);
    settle(1);
    assertEquals(List.of(), changed);
  }

  @Test
  void stampOfAnAdapterThatHadNoneIsToldAsOne() {
    parser.reset(false, 0, false);
    for (int i = 0; i < 20; i++) {
      assertEquals(1, heard("t1001AA\r").size());
    }
    assertEquals(List.of(), heard("t1001AA0001\r"));
    assertEquals(List.of("frame with a time stamp, which none before had"), malformed);
  }

  @ParameterizedTest
  @CsvSource({
    "t1001AA, frame without the time stamp that all have",
    "t1001AA00000001, frame with another time stamp than all have",
    "d1001AA0015, CAN FD frame of a classic channel",
    "B000001001AA0015, CAN FD frame of a classic channel",
    "t1001AAEA60, time stamp past 59999",
    "t10081122334455667788EA60, time stamp past 59999",
    "t1001AAFFFF, time stamp past 59999",
    "t1001AA7000, time stamp of a time that cannot be"
  })
  void aLineThatThisAdapterDoesNotMakeIsNoneAndComesBackAsAHabit(String line, String why) {
    parser.reset(true, 4, false);
    settle(20);
    for (int i = 1; i < LineHabit.LINES_PROVEN; i++) {
      assertEquals(List.of(), heard(line + "\r"));
    }
    assertEquals(Collections.nCopies(9, why), malformed);
    assertEquals(1, heard(line + "\r").size());
    assertEquals(List.of(why), changed);
    assertEquals(1, heard(line + "\r").size());
    assertEquals(9, malformed.size());
  }

  @Test
  void whatAdapterAcknowledgedAndDoesNotDoIsNotWaitedFor() {
    parser.reset(true, 4, false);
    assertEquals(List.of("100#aa", "200#bb"), heard("t1001AA\rt2001BB\r"));
    assertEquals(List.of(), malformed);
    parser.reset(true, 0, false);
    assertEquals(List.of("100#aa", "200#bb"), heard("t1001AA0001\rt2001BB0002\r"));
    assertEquals(List.of(), malformed);
  }

  /** A first line that was damaged is not held against the ones after it. */
  @Test
  void beforeTheProofTwoLinesAreEnough() {
    heard("t1001AA\r");
    assertEquals(List.of("200#bb"), heard("t1001AA0001\rt2001BB0002\r"));
    assertEquals(1, malformed.size());
  }

  @Test
  void damagedLinesBetweenAreNoSignOfAHabit() {
    parser.reset(true, 4, false);
    settle(20);
    for (int i = 0; i < 50; i++) {
      assertEquals(List.of(), heard("t1001AA\rt1001A\r"));
      assertEquals(List.of(), heard("d1001AA0015\rhello\r"));
    }
    assertEquals(List.of(), changed);
  }

  @Test
  void stampsThatComeAndGoAreNoHabitAndFdFramesAre() {
    parser.reset(true, 4, false);
    settle(20);
    for (int i = 0; i < 50; i++) {
      settle(1);
      assertEquals(List.of(), heard("t1001AA\r"));
    }
    int fd = 0;
    for (int i = 0; i < 50; i++) {
      settle(1);
      fd += heard(String.format("d1001AA%04X\r", nowMs)).size();
    }
    assertEquals(41, fd);
    assertEquals(List.of("CAN FD frame of a classic channel"), changed);
  }

  @Test
  void remoteFramesHaveTheFormOfTheFirst() {
    assertEquals(List.of("100#R8", "200#R2"), heard("r10080001\rr20020002\r"));
    assertEquals(List.of(), heard("r1000003\r"), "a digit lost: 100 with 8 bytes at 0003");
    parser.reset(true, 4, false);
    assertEquals(List.of("100#R0"), heard("r1000001\r"));
    assertEquals(List.of(), heard("r10010002\r"));
  }

  @Test
  void aChannelOpenedAnewIsLearnedAnew() {
    parser.reset(true, 4, false);
    settle(30);
    parser.reset(true, 4, false);
    assertEquals(List.of("100#aa"), heard("t1001AA\r"));
  }

  /**
   * 10,000 lines, each with one loss, doubling or cut of 1 to 12 characters, each between sound lines: what comes out and
   * was never sent. Of such lines, read by their own length alone, 868, 804 and 142 are right to the digit.
   */
  @ParameterizedTest
  @CsvSource({"loss, 100", "double, 20", "cut, 0"})
  void fewDamagedLinesAreBelieved(String damage, int most) {
    Random random = new Random(13);
    int invented = 0;
    parser.reset(true, 4, false);
    settle(20);
    for (int i = 0; i < 10_000; i++) {
      nowMs += 1 + random.nextInt(20);
      boolean isLong = random.nextInt(3) == 0;
      int length = random.nextInt(4) == 0 ? random.nextInt(9) : 8;
      StringBuilder line = new StringBuilder(
          isLong
              ? String.format("T%08X%d", random.nextInt(0x2000_0000), length)
              : String.format("t%03X%d", random.nextInt(0x800), length));
      for (int b = 0; b < length; b++) {
        line.append(String.format("%02X", random.nextInt(256)));
      }
      line.append(String.format("%04X\r", nowMs % 60_000));
      int run = 1 + random.nextInt(12);
      int at = random.nextInt(Math.max(1, line.length() - run));
      int to = Math.min(line.length() - 1, at + run);
      switch (damage) {
        case "loss" -> line.delete(at, to);
        case "double" -> line.insert(at, line.substring(at, to));
        default -> line.delete(at, line.length() - 1);
      }
      invented += heard(line.toString()).size();
      settle(1);
    }
    assertTrue(invented <= most, damage + ": invented=" + invented);
    assertEquals(List.of(), changed);
  }
}
