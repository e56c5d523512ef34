package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.isotp.IsoTpReassembler.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected messages are laid out by hand after ISO 15765-2, but for the reference data. */
class IsoTpReassemblerTest {
  private static final long MS = 1_000_000;

  private final Health health = new Health();
  private final IsoTpReassembler joining = joining(IsoTpReassembler.MOST_BYTES);
  private long nowNs = 1_700_000_000_000_000_000L;

  private IsoTpReassembler joining(int most) {
    return new IsoTpReassembler(most, IsoTpCounts.of(health, "can0"));
  }

  private IsoTpReassembler fresh() {
    return joining(IsoTpReassembler.MOST_BYTES);
  }

  private CanFrame frame(String hex) {
    Bytes payload = Bytes.ofHex(hex);
    nowNs += MS;
    return new CanFrame().set(nowNs, 0x7E8, 0, payload.toArray(), 0, payload.length());
  }

  private long count(String name) {
    return health.total(Declared.count("isotp." + name));
  }

  private List<String> join(String... frames) {
    return join(joining, List.of(frames));
  }

  private List<String> join(IsoTpReassembler by, List<String> frames) {
    List<String> whole = new ArrayList<>();
    for (String hex : frames) {
      if (by.accept(frame(hex)) == Step.WHOLE) {
        whole.add(by.message().toString());
      }
    }
    return whole;
  }

  @ParameterizedTest
  @CsvSource({
    "01d2aaaaaaaaaaaa, d2",
    "06f4fb689f649f00, f4fb689f649f",
    "0729a09317582e43, 29a09317582e43",
    "03410d32, 410d32", // not padded
    "0008057412b8d73f056600aa, 057412b8d73f0566", // CAN FD, 12 bytes
    "000af38de1f625fdacb8aabb, f38de1f625fdacb8aabb"
  })
  void aSingleFrameIsAMessage(String frame, String message) {
    assertEquals(List.of(message), join(frame));
    assertEquals(0, count("malformed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00aaaaaaaaaaaaaa", // no length
        "0100000000000000ff00aaaa", // a short form in a long frame
        "08aaaaaaaaaaaaaa", // longer than the form allows
        "0741", // longer than the frame
        "000b057412b8d73f0566aaaa", // longer than the CAN FD frame
        "0000057412b8d73f0566aaaa", // CAN FD, no length
        "00",
        "",
        "40aaaaaaaaaaaaaa", // reserved
        "f0aaaaaaaaaaaaaa",
        "1007490201314434", // fits a single frame
        "100a490201", // a first frame is full
        "100a49020131443431333132", // CAN FD: a single frame of 12 bytes would have held it
        "1000000000140902", // 20 needs no 32 bits
        "10000000", // cut off
        "10"
      })
  void whatIsNoFrameOfIsoTpIsCountedAndDropped(String frame) {
    assertEquals(List.of(), join(frame));
    assertEquals(1, count("malformed"));
    assertFalse(joining.isOpen());
  }

  @Test
  void aFrameThatIsNoneDoesNotDisturbAMessage() {
    assertEquals(
        List.of("4902014c4352564e45"),
        join("10094902014c4352", "00aaaaaaaaaaaaaa", "500000", "300000", "21564e45aaaaaaaa"));
    assertEquals(2, count("malformed"));
  }

  @Test
  void theSequenceNumberWrapsFromFifteenToZero() {
    List<String> frames = new ArrayList<>(List.of("1078000000000000"));
    for (int i = 1; i <= 17; i++) {
      frames.add(String.format("2%x", i & 15) + String.format("%02x", i).repeat(7));
    }
    List<String> whole = join(joining, frames);
    assertEquals(1, whole.size());
    assertEquals(2 * 120, whole.get(0).length());
    assertTrue(whole.get(0).endsWith("0f" + "10".repeat(7) + "1111"));
  }

  @Test
  void anotherMessageAbortsTheOneThatHasBegun() {
    assertEquals(
        List.of("41", "4902014c4352564e45"),
        join("100a111111111111", "014100", "10094902014c4352", "21564e45"));
    assertEquals(1, count("aborted"));
    assertEquals(
        List.of("4902014c4352564e45"),
        join("100a111111111111", "10094902014c4352", "21564e45", "2122222222222222"));
    assertEquals(2, count("aborted"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2222222222222222", "2011111111111111", "2f11111111111111"})
  void aWrongSequenceNumberAbortsAndTheRestIsIgnored(String wrong) {
    assertEquals(
        List.of(), join("1014111111111111", wrong, "2111111111111111", "2211111111111111"));
    assertEquals(1, count("aborted"));
  }

  @Test
  void aConsecutiveFrameWithoutAFirstIsIgnored() {
    assertEquals(List.of(), join("2111111111111111", "2211111111111111"));
    assertEquals(0, count("aborted") + count("malformed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"21222222222222", "2122", "21", "212222222222222222222222"})
  void consecutiveFramesAreAsLongAsTheFirst(String other) {
    assertEquals(List.of(), join("1014111111111111", other, "2211111111111111"));
    assertEquals(1, count("aborted"));
  }

  @Test
  void theLastFrameMayBeShorterButHoldsAllThatIsLeft() {
    assertEquals(List.of("111111111111222222"), join("1009111111111111", "21222222"));
    assertEquals(List.of(), join("1009111111111111", "212222"));
  }

  @Test
  void aFrameIsInTimeAfterOneSecondAndTooLateAfterMore() {
    joining.accept(frame("1009111111111111"));
    nowNs += 999 * MS;
    assertEquals(Step.WHOLE, joining.accept(frame("21222222")));
    joining.accept(frame("1009111111111111"));
    nowNs += 1000 * MS;
    assertEquals(Step.BROKEN, joining.accept(frame("21222222")));
    assertEquals(1, count("timeouts"));
    joining.accept(frame("1009111111111111"));
    assertFalse(joining.expire(nowNs + 1000 * MS));
    assertTrue(joining.expire(nowNs + 1000 * MS + 1));
    assertEquals(2, count("timeouts"));
  }

  @Test
  void aLengthOverTheBoundIsRefusedWithoutRoomForIt() {
    assertEquals(Step.TOO_LONG, joining.accept(frame("10007fffffff1122")));
    assertEquals(Step.TOO_LONG, joining.accept(frame("1000ffffffff1122")));
    assertEquals(Step.TOO_LONG, joining.accept(frame("1000000010001122")));
    assertEquals(Step.FIRST, joining.accept(frame("1fff112233445566")));
    IsoTpReassembler small = joining(10);
    assertEquals(Step.TOO_LONG, small.accept(frame("100b112233445566")));
    assertEquals(Step.FIRST, small.accept(frame("100a112233445566")));
  }

  @Test
  void referenceMessagesAreJoined() throws IOException {
    int messages = 0;
    for (String line : Files.readAllLines(ReferenceData.require("isotp/segments.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(line);
      List<String> frames =
          Json.array(vector.get("frames")).stream().map(String::valueOf).toList();
      String payload = String.valueOf(vector.get("payload"));
      assertEquals(List.of(payload), join(joining(5000), frames), line);
      boolean isLong = payload.length() > 2 * IsoTpReassembler.MOST_BYTES;
      assertEquals(isLong ? List.of() : List.of(payload), join(frames.toArray(new String[0])));
      messages++;
    }
    assertEquals(60, messages);
    assertEquals(0, count("malformed"));
  }

  private static final String WHOLE = "0102030405060708090a0b0c0d0e0f101112131415161718191a";
  private static final List<String> FRAMES =
      List.of("101a010203040506", "210708090a0b0c0d", "220e0f1011121314", "2315161718191aaa");

  @Test
  void everyLossDoublingAndExchangeOfFramesGivesTheMessageOrNone() {
    assertEquals(List.of(WHOLE), join(fresh(), FRAMES));
    for (int i = 0; i < FRAMES.size(); i++) {
      List<String> lost = new ArrayList<>(FRAMES);
      lost.remove(i);
      assertEquals(List.of(), join(fresh(), lost), "lost " + i);
      List<String> doubled = new ArrayList<>(FRAMES);
      doubled.add(i, FRAMES.get(i));
      // the first frame and what follows the end may come twice without harm
      boolean isHarmless = i == 0 || i == FRAMES.size() - 1;
      assertEquals(isHarmless ? List.of(WHOLE) : List.of(), join(fresh(), doubled), "doubled " + i);
      for (int j = i + 1; j < FRAMES.size(); j++) {
        List<String> exchanged = new ArrayList<>(FRAMES);
        exchanged.set(i, FRAMES.get(j));
        exchanged.set(j, FRAMES.get(i));
        assertEquals(List.of(), join(fresh(), exchanged), "exchanged " + i + " and " + j);
      }
      for (int cut = 0; cut < 16; cut += 2) {
        List<String> shortened = new ArrayList<>(FRAMES);
        shortened.set(i, FRAMES.get(i).substring(0, cut));
        boolean isPadding = i == FRAMES.size() - 1 && cut == 14;
        assertEquals(
            isPadding ? List.of(WHOLE) : List.of(),
            join(fresh(), shortened),
            "frame " + i + " cut at " + cut / 2);
      }
    }
  }

  @Test
  void noiseIsNeverThrownNorMistakenForMoreThanItSays() {
    Random random = new Random(20261123);
    CanFrame noise = new CanFrame();
    byte[] payload = new byte[64];
    for (int i = 0; i < 500_000; i++) {
      random.nextBytes(payload);
      if (random.nextInt(3) > 0) { // mostly what looks like a frame in order
        payload[0] = (byte) (random.nextInt(4) << 4 | random.nextInt(16));
      }
      int length = random.nextInt(4) > 0 ? 8 : random.nextInt(65);
      nowNs += random.nextInt(50) == 0 ? 1001 * MS : MS;
      noise.set(nowNs, 0x7E8, 0, payload, 0, length);
      Step step = joining.accept(noise);
      if (step == Step.WHOLE) {
        int size = joining.message().length();
        assertTrue(size >= 1 && size <= IsoTpReassembler.MOST_BYTES, "size " + size);
        assertFalse(joining.isOpen());
      }
    }
    assertTrue(count("malformed") > 0 && count("aborted") > 0 && count("timeouts") > 0);
    nowNs += 2000 * MS;
    assertEquals(List.of(WHOLE), join(joining, FRAMES));
  }
}
