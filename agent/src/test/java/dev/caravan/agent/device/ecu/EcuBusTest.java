package dev.caravan.agent.device.ecu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Traffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected frames are laid out by hand after ISO 15765-2. */
class EcuBusTest {
  private static final String VIN = "LCRVNE12345678901";
  private static final long MS = 1_000_000;

  /** A bus with one frame each ten milliseconds. */
  private static final class Beat implements Traffic {
    private long nextNs = 5 * MS;

    @Override
    public int bitrate() {
      return 500_000;
    }

    @Override
    public void runUntil(long untilNs, FrameOut out) {
      for (; nextNs < untilNs; nextNs += 10 * MS) {
        out.frame(nextNs, 0x123, 0, new byte[8], 1);
      }
    }
  }

  private final EcuBus bus =
      new EcuBus(new Beat(), List.of(new Ecu(0x7E8, VIN, 7), new Ecu(0x7E9, VIN, 7)));
  private final List<String> frames = new ArrayList<>();
  private final List<Long> timesNs = new ArrayList<>();

  private void hear(long atMs, int id, String hex) {
    byte[] payload = Bytes.ofHex(hex).toArray();
    bus.hear(atMs * MS, id, id > 0x7FF ? FrameOut.EXTENDED : 0, payload, payload.length);
  }

  /** Runs on, and takes the frames of the units; all frames come in the order of time. */
  private List<String> run(long untilMs) {
    frames.clear();
    timesNs.clear();
    long[] latestNs = {0};
    bus.runUntil(untilMs * MS, (timeNs, id, flags, payload, length) -> {
      assertTrue(timeNs >= latestNs[0] && timeNs < untilMs * MS);
      latestNs[0] = timeNs;
      if (id != 0x123) {
        frames.add(Integer.toHexString(id) + " " + Bytes.of(payload, 0, length));
        timesNs.add(timeNs / MS);
      }
    });
    return frames;
  }

  @Test
  void longRepliesOfTwoUnitsInterleaveOnceEachIsToldToGoOn() {
    hear(0, 0x7DF, "020902cccccccccc");
    assertEquals(List.of("7e8 10144902014c4352", "7e9 10144902014c4352"), run(10));
    hear(10, 0x7E0, "300000");
    hear(11, 0x7E1, "300000");
    assertEquals(
        List.of(
            "7e8 21564e4531323334",
            "7e9 21564e4531323334",
            "7e8 2235363738393031",
            "7e9 2235363738393031"),
        run(100));
    assertEquals(List.of(12L, 13L, 14L, 15L), timesNs);
    assertEquals(List.of(), run(5000));
  }

  @Test
  void theBlockSizeAndTheGapOfFlowControlAreKept() {
    hear(0, 0x7E0, "0322f190");
    assertEquals(List.of("7e8 101462f1904c4352"), run(10));
    hear(10, 0x7E0, "310000"); // wait
    assertEquals(List.of(), run(900));
    hear(900, 0x7E0, "300114"); // one frame, 20 ms
    assertEquals(List.of("7e8 21564e4531323334"), run(1500));
    assertEquals(List.of(920L), timesNs);
    hear(1500, 0x7E0, "3000f9"); // as many as you like, 0.9 ms
    assertEquals(List.of("7e8 2235363738393031"), run(2000));
  }

  @ParameterizedTest
  @CsvSource({"320000, 10", "330000, 10", "300000, 1100"})
  void aLongReplyEndsWithOverflowNonsenseOrNoFlowControl(String flowControl, long atMs) {
    hear(0, 0x7E0, "0322f190");
    run(atMs);
    hear(atMs, 0x7E0, flowControl);
    assertEquals(List.of(), run(3000));
  }

  @Test
  void aRequestThatTakesLongIsAnsweredPendingFirst() {
    hear(0, 0x7E0, "02190a");
    assertEquals(List.of("7e8 037f1978aaaaaaaa"), run(600));
    assertEquals(List.of("7e8 100f590aaf014311"), run(700));
    assertEquals(List.of(603L), timesNs);
  }

  @Test
  void requestsToOthersAndWhatIsNoneAreNotAnswered() {
    for (String hex : List.of("", "00", "08010c", "03010c", "2101", "020900", "40")) {
      hear(0, 0x7E2, hex);
      hear(0, 0x7E8, hex);
      hear(0, 0x18DB33F1, hex);
      if (!hex.equals("020900")) {
        hear(0, 0x7DF, hex);
      }
    }
    bus.hear(0, 0x7DF, FrameOut.EXTENDED, Bytes.ofHex("020900").toArray(), 3);
    assertEquals(List.of(), run(5000));
  }

  @Test
  void unitsOf29BitsAnswerUnderTheirs() {
    EcuBus other = new EcuBus(new Beat(), List.of(new Ecu(0x18DAF110, VIN, 7)));
    byte[] request = Bytes.ofHex("0209000000000000").toArray();
    other.hear(0, 0x18DB33F1, FrameOut.EXTENDED, request, 8);
    other.hear(0, 0x7DF, 0, request, 8);
    other.runUntil(50 * MS, (timeNs, id, flags, payload, length) -> {
      if (id != 0x123) {
        frames.add(Integer.toHexString(id) + " " + flags + " " + Bytes.of(payload, 0, length));
      }
    });
    assertEquals(List.of("18daf110 1 06490054400000aa"), frames);
  }
}
