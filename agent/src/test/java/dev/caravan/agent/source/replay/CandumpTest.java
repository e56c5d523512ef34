package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as can-utils 2020.11 prints them; raw length codes and CAN XL as its later versions do. */
class CandumpTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      (1398128223.803317) can0 166#D0320009               | 1398128223.803317000 can0 166#d0320009
      (1398128223.803317001) can0 166#D0320009            | 1398128223.803317001 can0 166#d0320009
      (1398128223.8) can0 166#d0320009                    | 1398128223.800000000 can0 166#d0320009
      (1398128223.803317) can0 00000166#D0320009          | 1398128223.803317000 can0 00000166#d0320009
      (1398128223.803317) vcan.0 1FFFFFFF#                | 1398128223.803317000 vcan.0 1FFFFFFF#
      (1398128223.803317) can0 98765432#00                | 1398128223.803317000 can0 18765432#00
      (1398128223.803317) can0 7FF#11.22.33.44            | 1398128223.803317000 can0 7FF#11223344
      (1398128223.803317) can0 123#R                      | 1398128223.803317000 can0 123#R0
      (1398128223.803317) can0 123#R5                     | 1398128223.803317000 can0 123#R5
      (1398128223.803317) can0 123#r8_F                   | 1398128223.803317000 can0 123#R8
      (1398128223.803317) can0 123#1122334455667788_9     | 1398128223.803317000 can0 123#1122334455667788
      (1398128223.803317) can0 12345678#1122334455667788_F R  | 1398128223.803317000 can0 12345678#1122334455667788
      (-0.5) can0 123#11                                  | -0.500000000 can0 123#11
      (+0.5) can0 123#11                                  | 0.500000000 can0 123#11
      (-1398128223.803317) can0 123#11                    | -1398128223.803317000 can0 123#11
      (1398128223.803317) can0 123#1122 R                 | 1398128223.803317000 can0 123#1122
      (1398128223.803317) can0 123#1122 T                 | 1398128223.803317000 can0 123#1122 T
      (1398128223.803317) can0 123##0                     | 1398128223.803317000 can0 123# F
      (1398128223.803317) can0 123##1AABB                 | 1398128223.803317000 can0 123#aabb FB
      (1398128223.803317) can0 123##2AABB                 | 1398128223.803317000 can0 123#aabb FS
      (1398128223.803317) can0 123##7AABB                 | 1398128223.803317000 can0 123#aabb FBS
      (1398128223.803317) can0 123#112233445566778899     | 1398128223.803317000 can0 123#112233445566778899 F
      (1398128223.803317) can0 20000004#0010000000000000  | 1398128223.803317000 can0 004#0010000000000000 E
      7 (1398128223.803317) can0 166#D0                   | 1398128223.803317000 can0 166#d0
      123#1122                                            | 0.000000000  123#1122
      ABC#1122                                            | BAD_ID
      1ABCDEF0#                                           | 0.000000000  1ABCDEF0#
      """)
  void logFormIsRead(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(line));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
      can0  166   [4]  D0 32 00 09                                       | 0.000000000 can0 166#d0320009
      can0  166   [0]                                                    | 0.000000000 can0 166#
      can0  166   [2]  00000001 11111110                                 | 0.000000000 can0 166#01fe
      can0  166   [1]  10000000                                          | 0.000000000 can0 166#80
      can0  166   [3]  08`07`06                                          | 0.000000000 can0 166#060708
      can0  166   [2]  00000001`11111110                                 | 0.000000000 can0 166#fe01
      can0  166   [2]  00000001                                          | BAD_LENGTH
      can0  166   [2]  00000001 11111112                                 | BAD_PAYLOAD
      can0  166   [3]  08`07`G6                                          | BAD_PAYLOAD
      can0  00000166   [8]  D0 32 00 09 01 02 03 04                      | 0.000000000 can0 00000166#d032000901020304
      can0  166  [08]  D0 32 00 09 01 02 03 04                           | 0.000000000 can0 166#d032000901020304 F
      can0  166  [12]  D0 32 00 09 01 02 03 04 05 06 07 08               | 0.000000000 can0 166#d03200090102030405060708 F
      can0  166   [0]  remote request                                    | 0.000000000 can0 166#R0
      can0  166   [5]  remote request                                    | 0.000000000 can0 166#R5
      can0  166   {F}  D0 32 00 09 01 02 03 04                           | 0.000000000 can0 166#d032000901020304
      can0  20000004   [8]  00 08 00 00 00 00 00 00   ERRORFRAME         | 0.000000000 can0 004#0008000000000000 E
      can0  166   [4]  31 30 30 2E   '100.'                              | 0.000000000 can0 166#3130302e
      can0  TX - -  166   [1]  D0                                        | 0.000000000 can0 166#d0 T
      can0  RX B E  166  [02]  D0 D1                                     | 0.000000000 can0 166#d0d1 F
      (1398128223.803317)  can0  166   [1]  D0                           | 1398128223.803317000 can0 166#d0
      (2014-04-22 00:57:03.803317)  can0  166   [1]  D0                  | 1398128223.803317000 can0 166#d0
      (2024-02-29 23:59:59.999999)  can0  166   [1]  D0                  | 1709251199.999999000 can0 166#d0
      (000.250000)  can0  166   [1]  D0                                  | 0.250000000 can0 166#d0
      """)
  void screenFormIsRead(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text("  " + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      (1398128223.803317) can0 800#00               | BAD_ID
      (1398128223.803317) can0 1234#00              | BAD_ID
      (1398128223.803317) can0 12345#00             | BAD_ID
      (1398128223.803317) can0 123456789#00         | BAD_ID
      (1398128223.803317) can0 12345G78#00          | BAD_ID
      (1398128223.803317) can0 52345678#00          | BAD_ID
      (1398128223.803317) can0 #00                  | BAD_ID
      (1398128223.803317) can0 123#0                | BAD_PAYLOAD
      (1398128223.803317) can0 123#0G               | BAD_PAYLOAD
      (1398128223.803317) can0 123#00_8             | BAD_PAYLOAD
      (1398128223.803317) can0 123#00 X             | BAD_PAYLOAD
      (1398128223.803317) can0 123#00 R R           | BAD_PAYLOAD
      (1398128223.803317) can0 123##                | BAD_PAYLOAD
      (1398128223.803317) can0 123#R9               | BAD_LENGTH
      (1398128223.803317) can0 123#R1x              | BAD_LENGTH
      (1398128223.803317) can0 123                  | UNKNOWN_FORM
      (1398128223.803317) can0                      | UNKNOWN_FORM
      (1398128223.803317)                           | UNKNOWN_FORM
      (1398128223.803317 can0 123#00                | BAD_TIME
      (1398128223,803317) can0 123#00               | BAD_TIME
      (--1.5) can0 123#00                           | BAD_TIME
      (-) can0 123#00                               | BAD_TIME
      (1.5-) can0 123#00                            | BAD_TIME
      (1398128223.803317) can0 123#11_9             | BAD_LENGTH
      (1398128223.803317) can0 123#R5_9             | BAD_LENGTH
      (1398128223.803317) can0 123##01122334455667788_9         | BAD_LENGTH
      (1398128223.803317) can0 123#112233445566778899AABBCC_C   | BAD_LENGTH
      (9999999999999999999999.5) can0 123#00        | BAD_TIME
      (2014-13-22 00:57:03.803317) can0 123#00      | BAD_TIME
      ) can0 123#00                                 | UNKNOWN_FORM
      can0 ERROR                                    | UNKNOWN_FORM
      can0  166   [4]  D0 32 00                     | BAD_LENGTH
      can0  166   [4]  D0 32 00 XX                  | BAD_PAYLOAD
      can0  166   [1]  100                          | BAD_PAYLOAD
      can0  166   [65]  D0                          | BAD_LENGTH
      can0  166   [2]  D0 32 00                     | BAD_LENGTH
      can0  166   {C}  01 02 03 04 05 06 07 08 09 0A 0B 0C      | BAD_LENGTH
      can0  166   [4                                | BAD_LENGTH
      can0  166   D0 32                             | UNKNOWN_FORM
      (1398128223.803317) can0 00123#81:00:12345678#11223344  | CAN_XL
      (1398128223.803317) can0 123#P00              | CAN_XL
      BLF is no text                                | UNKNOWN_FORM
      """)
  void lineThatIsNoFrameIsNamed(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(line));
  }

  @Test
  void payloadOfMoreThan64BytesIsRefused() throws IOException {
    assertEquals(List.of("BAD_LENGTH"), ReadLog.text("(1.0) can0 123##0" + "AB".repeat(65) + "\n"));
    assertEquals(
        List.of("1.000000000 can0 123#" + "ab".repeat(64) + " F"),
        ReadLog.text("(1.0) can0 123##0" + "AB".repeat(64) + "\n"));
  }

  @Test
  void stampsThatFallBackAreDifferences() throws IOException {
    assertEquals(
        List.of(
            "0.000000000 can0 100#01",
            "0.500000000 can0 100#02",
            "0.600000000 can0 100#03",
            "1.000000000 can0 100#04",
            "1.100000000 can0 100#05"),
        ReadLog.text("""
             (000.000000)  can0  100   [1]  01
             (000.500000)  can0  100   [1]  02
             (000.100000)  can0  100   [1]  03
             (000.400000)  can0  100   [1]  04
             (000.100000)  can0  100   [1]  05
            """));
  }

  @Test
  void stampsThatFallSteeplyAreDifferencesWhereverTheLogBegins() throws IOException {
    assertEquals(
        List.of(
            "0.010000000 can0 100#01",
            "0.011000000 can0 100#02",
            "0.111000000 can0 100#03",
            "0.112000000 can0 100#04"),
        ReadLog.text("""
             (000.010000)  can0  100   [1]  01
             (000.001000)  can0  100   [1]  02
             (000.100000)  can0  100   [1]  03
             (000.001000)  can0  100   [1]  04
            """));
  }

  @Test
  void stampsOfSeveralBusesThatAreNotQuiteInOrderAreSinceTheStart() throws IOException {
    assertEquals(
        List.of(
            "10.000002000 can0 100#01",
            "10.000001000 can1 100#02",
            "10.000004000 can0 100#03",
            "10.000003000 can1 100#04"),
        ReadLog.text("""
             (010.000002)  can0  100   [1]  01
             (010.000001)  can1  100   [1]  02
             (010.000004)  can0  100   [1]  03
             (010.000003)  can1  100   [1]  04
            """));
  }

  @Test
  void stampsThatRiseAreSinceTheStart() throws IOException {
    assertEquals(
        List.of(
            "0.000000000 can0 100#01",
            "0.500000000 can0 100#02",
            "0.700000000 can0 100#03",
            "0.700000000 can0 100#04"),
        ReadLog.text("""
             (000.000000)  can0  100   [1]  01
             (000.500000)  can0  100   [1]  02
             (000.700000)  can0  100   [1]  03
             (000.700000)  can0  100   [1]  04
            """));
  }

  @Test
  void wordsBelowAnErrorMessageAreNoFrames() throws IOException {
    String detail = "\tcontroller-problem{tx-error-warning}\n\terror-counter-tx-rx{{96}{0}}\n";
    assertEquals(
        List.of("0.000000000 can0 004#0008000000000000 E"),
        ReadLog.text("  can0  20000004   [8]  00 08 00 00 00 00 00 00   ERRORFRAME\n" + detail));
    assertEquals(List.of("UNKNOWN_FORM", "UNKNOWN_FORM"), ReadLog.text(detail.replace("{", " {")));
  }
}
