package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AnswerScanTest {
  private static final ReadRequest TWO = new ReadRequest(0x11, 3, 0x6B, 2);

  private ReadRequest asked = TWO;
  private final AnswerScan scan = new AnswerScan(awaiting(() -> asked));

  /** Of one slave, one request is under way. */
  static AnswerScan.Awaited awaiting(Supplier<ReadRequest> request) {
    return new AnswerScan.Awaited() {
      @Override
      public boolean knows(int unit) {
        return unit == request.get().unit();
      }

      @Override
      public boolean awaits(int unit, int function, int dataBytes) {
        return knows(unit)
            && function == request.get().function()
            && dataBytes == request.get().dataBytes();
      }
    };
  }

  /** What is found: data in hex, or the code of a refusal, of each frame. */
  static List<String> found(AnswerScan scan, byte[]... parts) {
    List<String> found = new ArrayList<>();
    for (byte[] part : parts) {
      for (int at = 0; at < part.length; at += 500) {
        byte[] piece = Arrays.copyOfRange(part, at, Math.min(part.length, at + 500));
        scan.accept(piece, piece.length);
        while (scan.next()) {
          Answer answer = scan.answer();
          found.add(scan.function() + " "
              + (answer.exceptionCode() == 0 ? answer.data() : "code " + answer.exceptionCode()));
        }
      }
    }
    return found;
  }

  /** A frame with its checksum, computed bit by bit. */
  static byte[] frame(String hex) {
    byte[] body = HexFormat.of().parseHex(hex);
    int crc = 0xFFFF;
    for (byte next : body) {
      crc ^= next & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0xA001;
      }
    }
    return Bytes.of(body)
        .then(Bytes.of(new byte[] {(byte) crc, (byte) (crc >>> 8)}))
        .toArray();
  }

  private List<String> feed(byte[]... parts) {
    return found(scan, parts);
  }

  private void expect(ReadRequest request, boolean mayBeEcho) {
    asked = request;
    scan.expect(request, request.encoded(), mayBeEcho);
  }

  @Test
  void answerIsFoundBehindThousandsOfBytesOfNoise() {
    Random random = new Random(8);
    byte[] noise = new byte[5000];
    random.nextBytes(noise);
    expect(TWO, true);
    assertEquals(List.of("3 ae415652"), feed(noise, frame("110304AE415652"), new byte[] {1, 2}));
    scan.explain();
    assertEquals(5002, scan.strayBytes());
  }

  @Test
  void framesOfAnotherUnitAreNoneAndOthersTellWhatTheyAre() {
    expect(TWO, true);
    assertEquals(
        List.of("3 ae41", "4 ae415652", "3 0000ffff"),
        feed(
            frame("120304AE415652"),
            frame("110302AE41"),
            frame("110404AE415652"),
            frame("1103040000FFFF")));
  }

  @Test
  void byteCountThatDoesNotFitTheLengthIsNoFrame() {
    expect(TWO, true);
    assertEquals(List.of(), feed(frame("110306AE415652"), frame("110302AE415652")));
  }

  @Test
  void frameInsideAnAnswerIsItsData() {
    // 5 registers whose content is a whole answer of the same slave
    ReadRequest five = new ReadRequest(0x11, 3, 0, 5);
    expect(five, true);
    byte[] inner = frame("110304AE4156520000".substring(0, 14));
    byte[] outer = frame("11030A" + Bytes.of(inner) + "00");
    for (int cut = 0; cut <= outer.length; cut++) {
      expect(five, true);
      assertEquals(
          List.of("3 " + Bytes.of(inner) + "00"),
          feed(Arrays.copyOf(outer, cut), Arrays.copyOfRange(outer, cut, outer.length)));
    }
  }

  @Test
  void frameBehindABeginningThatNeverEndsIsFoundOnceThatIsGivenUp() {
    expect(TWO, true);
    assertEquals(List.of(), feed(Bytes.ofHex("110304").toArray(), frame("118306")));
    assertTrue(scan.hasBegun());
    assertTrue(scan.skipBegun());
    assertEquals(List.of("3 code 6"), feed(new byte[0], new byte[] {0}));
  }

  @Test
  void everyExceptionCodeIsTold() {
    for (int code = 1; code <= 255; code++) {
      expect(TWO, true);
      assertEquals(List.of("3 code " + code), feed(frame("1183" + String.format("%02x", code))));
    }
  }

  @Test
  void wrongChecksumIsDamage() {
    expect(TWO, true);
    byte[] answer = frame("110304AE415652");
    answer[4]++;
    assertEquals(List.of(), feed(answer));
    assertTrue(scan.isDamaged());
  }

  @Test
  void echoWhoseAddressReadsLikeAByteCountIsNotDamage() {
    // address 0x04FF: the echo begins 11 03 04 as the answer to two registers does
    ReadRequest request = new ReadRequest(0x11, 3, 0x04FF, 2);
    expect(request, true);
    assertEquals(List.of("3 12345678"), feed(request.encoded(), frame("11030412345678")));
    assertTrue(scan.sawEcho());
    assertFalse(scan.isDamaged());
  }

  @Test
  void lateEchoOfTheRequestBeforeIsNoAnswer() {
    // 24 coils from 0x0300 and from 0x0318: each request reads like an answer to the other
    ReadRequest before = new ReadRequest(0x11, 1, 0x0300, 24);
    expect(before, true);
    expect(new ReadRequest(0x11, 1, 0x0318, 24), true);
    assertEquals(List.of("1 abcdef"), feed(before.encoded(), frame("110103ABCDEF")));
  }

  @Test
  void answerThatReadsLikeTheRequestIsBelievedOnceNothingElseCame() {
    // 24 coils from 0x0300: the answer 11 01 03 00 00 18 crc is the request, byte for byte
    ReadRequest request = new ReadRequest(0x11, 1, 0x0300, 24);
    byte[] both = frame("110103000018");
    assertEquals(Bytes.of(request.encoded()), Bytes.of(both));
    expect(request, true);
    assertEquals(List.of(), feed(both));
    assertEquals(Bytes.ofHex("000018"), scan.echoData());
    assertEquals(List.of("1 abcdef"), feed(frame("110103ABCDEF")));
    expect(request, false);
    assertEquals(List.of("1 000018"), feed(both));
  }

  @Test
  void echoAloneIsNoAnswer() {
    expect(TWO, true);
    assertEquals(List.of(), feed(TWO.encoded()));
    assertEquals(Bytes.EMPTY, scan.echoData());
    assertEquals(0, scan.strayBytes());
  }
}
