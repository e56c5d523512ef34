package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines are written for these tests, by the LAWICEL CAN232 manual and what other adapters add to it. */
class SlcanParserTest {
  private static final long READ_NS = 1_764_000_000_123_456_789L;

  /** Every kind of line: five frames of 11 bits, then others between them. */
  private static final String STREAM = "t1F03A1B2C3\r"
      + "T18FEF1008FFFFFFFFFFFFFFFF\r\r"
      + "r7DF8\r"
      + "F0C\r"
      + "t10021122\r"
      + "z\r"
      + "x0CF0040021234\n\r"
      + "\u0007"
      + "sp128007\r"
      + "d7FF9000102030405060708090A0B\r"
      + "e2oc\r"
      + "V1013\r"
      + "R1FFFFFFF0\r"
      + "B000000018" + "0011223344556677\r";

  private static final List<String> FRAMES = List.of(
      "1F0#A1B2C3 0",
      "18FEF100#FFFFFFFFFFFFFFFF 1",
      "7DF#R8 2",
      "100#1122 0",
      "0CF00400#1234 1",
      "7FF#000102030405060708090A0B 4",
      "1FFFFFFF#R0 3",
      "00000001#0011223344556677 13");

  /** What was told besides frames, as text. */
  private static final class Told implements SlcanParser.Notices {
    final List<String> all = new ArrayList<>();
    int malformed;

    @Override
    public void malformed(String why) {
      malformed++;
      all.add("malformed " + why);
    }

    @Override
    public void changed(String before) {
      all.add("changed " + before);
    }

    @Override
    public void refused() {
      all.add("refused");
    }

    @Override
    public void status(int bits) {
      all.add("status " + bits);
    }

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {
      all.add(state + " " + receiveErrors + " " + transmitErrors);
    }

    @Override
    public void busErrors(int count, int overruns) {
      all.add("errors " + count + " " + overruns);
    }
  }

  private final Told told = new Told();
  private final FrameClock clock = new FrameClock(true);
  private final SlcanParser parser = new SlcanParser(clock, told);

  SlcanParserTest() {
    parser.reset(true, 0, true);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<String> parse(byte[] bytes, int from, int to, int capacity) {
    List<String> frames = new ArrayList<>();
    FrameChunk chunk = new FrameChunk("can0", capacity);
    clock.arrived(READ_NS, 0);
    int at = from;
    while (at < to) {
      at = parser.parse(bytes, at, to, chunk);
      for (int i = 0; i < chunk.size(); i++) {
        CanFrame frame = (CanFrame) chunk.frame(i);
        frames.add(frame.toString().toUpperCase(Locale.ROOT) + " " + frame.flags());
      }
      chunk.clear();
    }
    return frames;
  }

  private List<String> parse(String text) {
    byte[] bytes = bytes(text);
    return parse(bytes, 0, bytes.length, 64);
  }

  @ParameterizedTest
  @CsvSource({
    "t1230, 123# 0",
    "t0001FF, 000#FF 0",
    "t7FF80123456789ABCDEF, 7FF#0123456789ABCDEF 0",
    "t1f03a1b2c3, 1F0#A1B2C3 0",
    "T1FFFFFFF2abCD, 1FFFFFFF#ABCD 1",
    "x00000001155, 00000001#55 1",
    "r1234, 123#R4 2",
    "r123, 123#R0 2",
    "r123EA5F, 123#R0 2",
    "r1234EA5F, 123#R4 2",
    "R123456788, 12345678#R8 3",
    "R12345678, 12345678#R0 3",
    "R1234567800000001, 12345678#R0 3",
    "R12345678800000001, 12345678#R8 3",
    "d1238A1A2A3A4A5A6A7A8, 123#A1A2A3A4A5A6A7A8 4",
    "D12345678100, 12345678#00 5",
    "b1239000102030405060708090A0B, 123#000102030405060708090A0B 12",
    "B123456780, 12345678# 13",
    "t12311200FF, 123#12 0",
    "t12311200000000, 123#12 0"
  })
  void aLineIsAFrame(String line, String frame) {
    assertEquals(List.of(frame), parse(line + "\r"));
    assertEquals(List.of(), told.all);
  }

  /** ISO 11898-1:2015, 8.4.2.4: the codes 9 to 15 of a classic frame mean 8 bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"9", "A", "b", "C", "d", "E", "F"})
  void aClassicFrameWithALengthCodeOver8Has8Bytes(String code) {
    String payload = "0123456789ABCDEF";
    assertEquals(
        List.of(
            "204#" + payload + " 0",
            "00000204#" + payload + " 1",
            "00000204#" + payload + " 1",
            "204#R8 2",
            "00000204#R8 3"),
        parse("t204" + code + payload + "\rT00000204" + code + payload + "\rx00000204" + code
            + payload + "\rr204" + code + "\rR00000204" + code + "\r"));
    assertEquals(List.of(), told.all);
  }

  @Test
  void aStampBehind8BytesIsToldFromPayloadByTheFrameBefore() {
    String ten = "t204A0123456789ABCDEF0102\r";
    String twelve = "t204C0123456789ABCDEF00010203\r";
    assertEquals(List.of("100#11 0", "204#0123456789ABCDEF 0"), parse("t1001110001\r" + ten));
    assertEquals(List.of(), told.all);
    parser.reset(true, 0, true);
    assertEquals(
        List.of("100#11 0", "204#0123456789ABCDEF 0"), parse("t10011100000001\r" + twelve));
    assertEquals(List.of(), told.all);
    parser.reset(true, 0, true);
    assertEquals(List.of("100#11 0"), parse("t100111\r" + ten + twelve));
    assertEquals(2, told.malformed);
  }

  @Test
  void aStampThatTheAdapterHasAgreedToIsExpectedFromTheFirstFrameOn() {
    parser.reset(true, 4, true);
    assertEquals(List.of("204#0123456789ABCDEF 0"), parse("t204A0123456789ABCDEF0102\r"));
  }

  /** The ends of good lines: B and D begin CAN FD frames, F a status, e an error line, and are digits all the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {"B000000010", "D12345678100", "b1230", "d12311A", "F0C", "e1a", "8", "1FF"})
  void whatMayBeTheRestOfACutLineIsNoFrameAndNoNotice(String rest) {
    for (String end : List.of("\r", "\u0007")) {
      told.all.clear();
      parser.reset(false, 0, true);
      assertEquals(List.of("123#11 0", "123# 4"), parse(rest + end + "t123111\rd1230\r"), rest);
      assertEquals("malformed rest of a line that began before", told.all.get(0));
    }
  }

  @Test
  void everyRestOfACutLineIsDroppedInAnyPieces() {
    String line = "T18FEF1008B000000010D1231AA\r";
    byte[] stream = bytes(line + "B1FFFFFFF1AA\r");
    for (int from = 1; from < line.length(); from++) {
      for (int piece : new int[] {1, 3, stream.length}) {
        parser.reset(false, 0, true);
        List<String> frames = new ArrayList<>();
        for (int at = from; at < stream.length; at += piece) {
          frames.addAll(parse(stream, at, Math.min(stream.length, at + piece), 8));
        }
        assertEquals(List.of("1FFFFFFF#AA 13"), frames, "from " + from);
      }
    }
  }

  @Test
  void aWholeLineAtTheStartIsRead() {
    for (String line : List.of("t1230", "T000001230", "r1230", "R000001230", "x000001230")) {
      parser.reset(false, 0, true);
      assertEquals(1, parse(line + "\r").size(), line);
    }
    parser.reset(true, 0, true);
    assertEquals(List.of("123#11 4"), parse("d123111\r"));
    assertEquals(List.of(), told.all);
  }

  @ParameterizedTest
  @CsvSource({"8,8", "9,12", "A,16", "b,20", "C,24", "d,32", "E,48", "F,64"})
  void theLengthCodeOfCanFdGoesTo64(String code, int length) {
    String payload = "5A".repeat(length);
    assertEquals(List.of("123#" + payload + " 4"), parse("d123" + code + payload + "\r"));
    assertEquals(List.of(), told.all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t",
        "t12",
        "t123",
        "t8000",
        "t1239",
        "t204901234567",
        "t20490123456789ABCDEF01",
        "t204A0123456789ABCDEF0123",
        "t204B0123456789ABCDEF012345",
        "t204C0123456789ABCDEF01234567",
        "t204F0123456789ABCDE",
        "T12345678C0123456789ABCDEF01234567",
        "x12345678A0123456789ABCDEF0123",
        "r204G",
        "r204C0123456789ABCDEF",
        "t123F",
        "t1231",
        "t12311",
        "t1231123",
        "t12311G",
        "t12G0",
        "t1230G",
        "t12311200F",
        "t12311200FFF",
        "t1231120000000",
        "t123112000000000",
        "T123456",
        "T200000000",
        "TFFFFFFFF0",
        "r12",
        "r12G",
        "r12345",
        "r1234EA",
        "R1234567",
        "R200000000",
        "d123",
        "d1239001122",
        "d123G",
        "D123456789",
        "b12F",
        "q",
        "hello",
        "F",
        "F1",
        "F123",
        "FGG",
        "s",
        "sa",
        "sx000000",
        "sa00000",
        "sa0000000",
        "saA00000",
        "e",
        "e1",
        "ex",
        "e2o",
        "e1q",
        "zG",
        "Z0123456789",
        "V\u0001",
        "\u0000t1230",
        "t 1230",
        "\u00FFt1230"
      })
  void anythingElseIsCountedAndDropped(String line) {
    assertEquals(List.of("001# 0"), parse(line + "\rt0010\r"));
    assertEquals(1, told.malformed, told.all::toString);
  }

  @Test
  void whatTheAdapterSaysBesidesFramesIsTold() {
    assertEquals(
        List.of(),
        parse("F29\rsb256256\rsa057033\re1a\re3bcO\re2oo\r\u0007z\rZ\rz1234\rV1013\rNA123\r\n\r"));
    assertEquals(
        List.of(
            "status 41",
            "bus off 256 256",
            "bus error active 57 33",
            "errors 1 0",
            "errors 3 0",
            "errors 2 2",
            "refused"),
        told.all);
  }

  @Test
  void aRefusalEndsALineWithoutACarriageReturn() {
    assertEquals(List.of("123#11 0", "456# 0"), parse("t123111\u0007t4560\r"));
    assertEquals(List.of("refused"), told.all);
  }

  @Test
  void everySplitGivesTheSameFrames() {
    byte[] bytes = bytes(STREAM);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second += 7) {
        List<String> frames = new ArrayList<>(parse(bytes, 0, first, 64));
        frames.addAll(parse(bytes, first, second, 64));
        frames.addAll(parse(bytes, second, bytes.length, 64));
        assertEquals(FRAMES, frames, "cut at " + first + " and " + second);
      }
    }
    assertEquals(0, told.malformed, told.all::toString);
  }

  @Test
  void aFullChunkLosesNothing() {
    byte[] bytes = bytes(STREAM);
    for (int size = 1; size <= bytes.length; size++) {
      List<String> frames = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += size) {
        frames.addAll(parse(bytes, at, Math.min(bytes.length, at + size), 1));
      }
      assertEquals(FRAMES, frames, "pieces of " + size);
    }
  }

  @Test
  void everyWrongByteHarmsNoMoreThanItsLineAndTheNext() {
    String line = "t1F03A1B2C3\r";
    byte[] good = bytes(line + "T18FEF1002ABCD\rt4560\rt3890\r");
    for (int at = 0; at < line.length(); at++) {
      for (int value = 0; value < 256; value++) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        List<String> frames = parse(bad, 0, bad.length, 64);
        int last = frames.size() - 1;
        assertEquals("389# 0", frames.get(last), "at " + at + " value " + value);
        assertEquals("456# 0", frames.get(last - 1), "at " + at + " value " + value);
        if (at < line.length() - 1) {
          assertEquals("18FEF100#ABCD 1", frames.get(last - 2), "at " + at + " value " + value);
        }
        assertTrue(frames.size() <= 5, frames::toString);
      }
    }
  }

  @Test
  void aLineOfEndlessLengthIsOneMalformedLine() {
    for (int piece : new int[] {1, 7, 160, 161, 4096}) {
      told.all.clear();
      byte[] endless = bytes("V" + "1".repeat(100_000) + "\rt0010\r");
      List<String> frames = new ArrayList<>();
      for (int at = 0; at < endless.length; at += piece) {
        frames.addAll(parse(endless, at, Math.min(endless.length, at + piece), 8));
      }
      assertEquals(List.of("001# 0"), frames);
      assertEquals(List.of("malformed line too long"), told.all);
    }
  }

  @Test
  void theLongestLineOfTheProtocolIsRead() {
    String payload = "A5".repeat(64);
    assertEquals(
        List.of("1FFFFFFF#" + payload + " 13"), parse("B1FFFFFFFF" + payload + "FFFFFFFF\r"));
  }

  @Test
  void noBytesMakeItThrow() {
    Random random = new Random(20261123);
    byte[] alphabet = bytes("tTrRdDbBxszZeFVN0123456789ABCDEFabcdef\r\n\u0007\u0006 G");
    byte[] noise = new byte[10_000_000];
    byte[] good = bytes(STREAM);
    for (int i = 0; i < noise.length; i++) {
      int dice = random.nextInt();
      if ((dice & 0x1FF) == 0 && i + good.length < noise.length) {
        System.arraycopy(good, 0, noise, i, good.length);
        i += good.length - 1;
      } else {
        noise[i] =
            (dice & 0xF) == 0 ? (byte) (dice >> 8) : alphabet[(dice >>> 8) % alphabet.length];
      }
    }
    FrameChunk chunk = new FrameChunk("can0", 100);
    clock.arrived(READ_NS, 0);
    int at = 0;
    long frames = 0;
    while (at < noise.length) {
      int to = Math.min(noise.length, at + 1 + random.nextInt(5000));
      at = parser.parse(noise, at, to, chunk);
      frames += chunk.size();
      for (int i = 0; i < chunk.size(); i++) {
        CanFrame frame = (CanFrame) chunk.frame(i);
        assertTrue(
            frame.id() >= 0 && frame.id() <= (frame.is(CanFrame.EXTENDED) ? 0x1FFFFFFF : 0x7FF));
      }
      chunk.clear();
    }
    assertTrue(frames > 1000 && told.malformed > 1000, frames + " frames");
    assertEquals(List.of("001# 0"), parse("\rt0010\r"));
  }
}
