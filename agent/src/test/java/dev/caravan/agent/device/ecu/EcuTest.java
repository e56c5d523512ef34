package dev.caravan.agent.device.ecu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected replies are laid out by hand after SAE J1979 and ISO 14229-1. */
class EcuTest {
  private static final String VIN = "LCRVNE12345678901";
  private final Ecu engine = new Ecu(0x7E8, VIN, 7);
  private final Ecu transmission = new Ecu(0x7E9, VIN, 7);

  private static String ask(Ecu ecu, String request, boolean functional) {
    return ecu.answer(60_000_000_000L, Bytes.ofHex(request), functional)
        .map(Bytes::toString)
        .orElse("silent");
  }

  @ParameterizedTest
  @CsvSource({
    "03, 43020143 0196",
    "07, 4701 0420",
    "0a, 4a01 0143",
    "0101, 4101 82076100",
    "0100, 4100 be3f8013",
    "0120, 4120 8003a001",
    "0140, 4140 44008011",
    "0902, 490201 4c4352564e453132333435363738393031",
    "0906, 490601 1791bc82",
    "0900, 4900 54400000",
    "020200, 420200 0143",
    "0600, 4600 80000001",
    "0621, 4621 80200c0000001800",
    "22f190, 62f190 4c4352564e453132333435363738393031",
    "22f186, 62f186 01",
    "22f186dead, 62f186 01",
    "22dead, silent",
    "1902ff, 5902af 014311af 019662af 04200026",
    "190208, 5902af 014311af 019662af",
    "190104, 5901af 01 0003",
    "190a, 590aaf 014311af 019662af 04200026",
    "1903, silent",
    "3e00, 7e00",
    "3e80, silent",
    "04, silent",
    "01, silent",
    "0178, silent",
    "010c0d0c0d0c0d0c, silent",
    "1902, 7f1913",
    "22f1, 7f2213"
  })
  void engineAnswersARequestToEveryone(String request, String reply) {
    assertEquals(reply.replace(" ", ""), ask(engine, request, true));
  }

  @ParameterizedTest
  @CsvSource({
    "22dead, 7f2231",
    "1903, 7f1912",
    "04, 7f0411",
    "14ffffff, 7f1411",
    "2ef19000, 7f2e11",
    "1101, 7f1111",
    "03, 43020143 0196"
  })
  void engineTellsWhoAsksItAloneWhyNot(String request, String reply) {
    assertEquals(reply.replace(" ", ""), ask(engine, request, false));
  }

  @ParameterizedTest
  @CsvSource({
    "03, 4300",
    "07, 47010741",
    "0100, 4100 80080011",
    "020200, silent",
    "0600, silent",
    "010c, silent"
  })
  void transmissionAnswersForItself(String request, String reply) {
    assertEquals(reply.replace(" ", ""), ask(transmission, request, true));
  }

  @Test
  void sixParametersFitOneReplyAndUnknownOnesAreLeftOut() {
    Bytes reply = engine.answer(0, Bytes.ofHex("010c0d7805330b"), true).orElseThrow();
    assertEquals(1 + 3 + 2 + 2 + 2 + 2, reply.length());
    assertEquals(0x0C, reply.at(1));
    assertEquals(0x0D, reply.at(4));
    assertEquals(0x05, reply.at(6));
    assertEquals(21 + 40, reply.at(7));
    assertEquals("3365", Bytes.of(reply.toArray(), 8, 2).toString());
  }

  @Test
  void valuesMoveSmoothlyWithinWhatACarDoes() {
    double last = speed(0);
    for (int ms = 100; ms < 600_000; ms += 100) {
      double now = speed(ms);
      assertTrue(now >= 0 && now < 100, "speed " + now);
      assertTrue(Math.abs(now - last) <= 1.5, "jump at " + ms + " ms");
      last = now;
    }
  }

  private double speed(int ms) {
    return engine
        .answer(ms * 1_000_000L, Bytes.ofHex("010d"), true)
        .orElseThrow()
        .at(2);
  }

  @Test
  void unitsOfOneCarAgreeAndEqualSeedsAreEqualCars() {
    assertEquals(ask(engine, "010d", true), ask(transmission, "010d", true));
    assertEquals(ask(engine, "010c0b05", true), ask(new Ecu(0x7E8, VIN, 7), "010c0b05", true));
    assertFalse(ask(engine, "010c", true).equals(ask(new Ecu(0x7E8, VIN, 8), "010c", true)));
  }

  @Test
  void requestIdentifierIsThatOfTheStandard() {
    assertEquals(0x7E0, engine.requestId());
    assertEquals(0x18DA10F1, new Ecu(0x18DAF110, VIN, 7).requestId());
    assertEquals(0x18DA18F1, new Ecu(0x18DAF118, VIN, 7).requestId());
  }

  @Test
  void anyRequestIsAnsweredByAPositiveReplyARefusalOrSilence() {
    Random random = new Random(20261123);
    for (int i = 0; i < 20_000; i++) {
      byte[] request = new byte[random.nextInt(9)];
      random.nextBytes(request);
      Optional<Bytes> reply =
          engine.answer(random.nextLong(), Bytes.of(request), random.nextBoolean());
      reply.ifPresent(bytes -> {
        int service = request[0] & 0xFF;
        assertTrue(
            bytes.at(0) == service + 0x40 || (bytes.at(0) == 0x7F && bytes.at(1) == service));
      });
    }
  }

  @Test
  void longRequestSaysPendingFirst() {
    assertTrue(Ecu.takesLong(Bytes.ofHex("190a")));
    assertFalse(Ecu.takesLong(Bytes.ofHex("190208")));
    assertEquals("7f1978", Ecu.pending(Bytes.ofHex("190a")).toString());
  }
}
