package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerScanTest {
  private static final ReadRequest TWO = new ReadRequest(0x11, 3, 0x6B, 2);

  private final AnswerScan scan = new AnswerScan();

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

  private AnswerScan.State feed(byte[]... parts) {
    for (byte[] part : parts) {
      scan.accept(part, part.length);
    }
    return scan.state();
  }

  private void expect(ReadRequest request, boolean mayBeEcho) {
    scan.expect(request, request.encoded(), mayBeEcho);
  }

  @Test
  void answerIsFoundBehindThousandsOfBytesOfNoise() {
    Random random = new Random(8);
    byte[] noise = new byte[5000];
    random.nextBytes(noise);
    expect(TWO, true);
    assertEquals(
        AnswerScan.State.ANSWERED, feed(noise, frame("110304AE415652"), new byte[] {1, 2}));
    assertEquals(Bytes.ofHex("ae415652"), scan.data());
    assertEquals(5002, scan.strayBytes());
  }

  @Test
  void answerOfAnotherUnitOrLengthIsNotTaken() {
    expect(TWO, true);
    assertEquals(
        AnswerScan.State.OPEN,
        feed(frame("120304AE415652"), frame("110302AE41"), frame("110404AE415652")));
    assertEquals(AnswerScan.State.ANSWERED, feed(frame("1103040000FFFF")));
  }

  @Test
  void everyExceptionCodeIsTold() {
    for (int code = 1; code <= 255; code++) {
      expect(TWO, true);
      assertEquals(AnswerScan.State.EXCEPTION, feed(frame("1183" + String.format("%02x", code))));
      assertEquals(code, scan.exceptionCode());
    }
  }

  @Test
  void wrongChecksumIsDamage() {
    expect(TWO, true);
    byte[] answer = frame("110304AE415652");
    answer[4]++;
    assertEquals(AnswerScan.State.DAMAGED, feed(answer));
  }

  @Test
  void echoWhoseAddressReadsLikeAByteCountIsNotDamage() {
    // address 0x04FF: the echo begins 11 03 04 as the answer to two registers does
    ReadRequest request = new ReadRequest(0x11, 3, 0x04FF, 2);
    expect(request, true);
    assertEquals(AnswerScan.State.ANSWERED, feed(request.encoded(), frame("11030412345678")));
    assertEquals(Bytes.ofHex("12345678"), scan.data());
    assertTrue(scan.sawEcho());
  }

  @Test
  void answerThatReadsLikeTheRequestIsBelievedOnceNothingElseCame() {
    // 24 coils from 0x0300: the answer 11 01 03 00 00 18 crc is the request, byte for byte
    ReadRequest request = new ReadRequest(0x11, 1, 0x0300, 24);
    byte[] both = frame("110103000018");
    assertEquals(Bytes.of(request.encoded()), Bytes.of(both));
    expect(request, true);
    assertEquals(AnswerScan.State.OPEN, feed(both));
    assertTrue(scan.isEchoTheAnswer());
    assertEquals(Bytes.ofHex("000018"), scan.data());
    assertEquals(AnswerScan.State.ANSWERED, feed(frame("110103ABCDEF")));
    assertEquals(Bytes.ofHex("abcdef"), scan.data());
    expect(request, false);
    assertEquals(AnswerScan.State.ANSWERED, feed(both));
  }

  @Test
  void echoAloneIsNoAnswer() {
    expect(TWO, true);
    assertEquals(AnswerScan.State.OPEN, feed(TWO.encoded()));
    assertFalse(scan.isEchoTheAnswer());
    assertEquals(0, scan.strayBytes());
  }
}
