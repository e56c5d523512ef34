package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines in the form of Vector's ASC logs, made for this test. */
class VectorAscTest {
  private static final String HEADER = """
      date Wed Nov 23 18:37:07.250 2016
      base hex  timestamps absolute
      internal events logged
      // version 9.0.0
      Begin Triggerblock Wed Nov 23 18:37:07.250 2016
         0.000000 Start of measurement
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      0.019968 1  64              Rx   d 4 64 00 0A ff                             | 1479926227.269968000 1 064#64000aff
      0.019968 2  64x             Tx   d 1 64 Length = 0 BitCount = 64 ID = 100x   | 1479926227.269968000 2 00000064#64 T
      0.019968 1  18EBFF00x       Rx   d 8 01 02 03 04 05 06 07 08                 | 1479926227.269968000 1 18EBFF00#0102030405060708
      0.019968 1  64 EngineData   Rx   d 2 01 02                                   | 1479926227.269968000 1 064#0102
      0.019968 1  64              Rx   d 0                                         | 1479926227.269968000 1 064#
      0.019968 1  64              Rx   d f 01 02 03 04 05 06 07 08                 | 1479926227.269968000 1 064#0102030405060708
      0.019968 1  64              Rx   d 9 01 02 03 04 05 06 07 08 Length = 0 BitCount = 99 ID = 100 | 1479926227.269968000 1 064#0102030405060708
      -0.250000 1  64             Rx   d 1 01                                      | 1479926227.000000000 1 064#01
      0.019968 1  64              Rx   r                                           | 1479926227.269968000 1 064#R0
      0.019968 1  64              Rx   r 5                                         | 1479926227.269968000 1 064#R5
      0.019968 1  64              Rx   r Length = 0 BitCount = 0                   | 1479926227.269968000 1 064#R0
      0.019968 1  EngineData      Rx   d 2 01 02  Length = 0 BitCount = 32 ID = 100  | 1479926227.269968000 1 064#0102
      0.019968 1  EngineData      Tx   d 2 01 02  Length = 0 BitCount = 32 ID = 100x | 1479926227.269968000 1 00000064#0102 T
      0.019968 1  EngineData      Rx   d 2 01 02                                   | BAD_ID
      0.019968 1  ErrorFrame                                                       | 1479926227.269968000 1 080#0000000000000000 E
      0.019968 1  ErrorFrame     ECC: 10100010                                     | 1479926227.269968000 1 080#0000000000000000 E
      30.005021 CANFD   1 Rx        300                   1 0 8  8 11 c2 03 04 05 06 07 08   102203  133   303000 e0006659 46500250 | 1479926257.255021000 1 300#11c2030405060708 FB
      30.005021 CANFD   1 Rx        300  Engine.Data      0 1 9 12 01 02 03 04 05 06 07 08 09 0a 0b 0c   102203  133   5000 0 0      | 1479926257.255021000 1 300#0102030405060708090a0b0c FS
      30.005021 CANFD   2 Tx   1BF92D00x                  0 0 2  2 01 02   102203  133   1000 0 0                                  | 1479926257.255021000 2 1BF92D00#0102 FT
      30.005021 CANFD   1 Rx        300                   0 0 2  2 01 02   102203  133   0 0 0                                     | 1479926257.255021000 1 300#0102
      30.005021 CANFD   1 Rx        300                   0 0 2  0   102203  133   10 0 0                                          | 1479926257.255021000 1 300#R2
      30.005021 CANFD   1 Rx        300                   0 0 0  0   102203  133   1000 0 0                                        | 1479926257.255021000 1 300# F
      30.005021 CANFD   1 Rx   ErrorFrame  Not Acknowledge error, dominant error flag fffe c7 31ca Arb. 556 44 0 0 f 0             | 1479926257.255021000 1 080#0000000000000000 E
      0.019968 1  800             Rx   d 1 64     | BAD_ID
      0.019968 1  20000000x       Rx   d 1 64     | BAD_ID
      0.019968 1  64              Rx   d 3 64 00  | BAD_LENGTH
      0.019968 1  64              Rx   d 10 64    | BAD_LENGTH
      0.019968 1  64              Rx   d 1 100    | BAD_PAYLOAD
      0.019968 1  64              Rx   d 1 10 11  | BAD_LENGTH
      0.019968 1  64              Rx   d C 01 02 03 04 05 06 07 08 09 0A 0B 0C | BAD_LENGTH
      0.019968 1  64              Rx   d C 01 02 03 04 05 06 07 | BAD_LENGTH
      -0.0199x8 1  64 Rx d 1 10                   | BAD_TIME
      0.019968 1  64              Rx   q 1 10     | UNKNOWN_FORM
      0.019968 1  64              up   d 1 10     | UNKNOWN_FORM
      0.019968 CANFD 1 Rx 300 1 0 8 65 11         | BAD_LENGTH
      0.019968 CANFD 1 Rx 300 1 2 8 8 11          | UNKNOWN_FORM
      0.019968 CANFD 1 Rx zz 1 0 8 8 11           | BAD_ID
      0.0199x8 1  64 Rx d 1 10                    | BAD_TIME
      """)
  void lineIsRead(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(HEADER + "   " + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      17.876707 CAN 1 Status:chip status error active
      1.015991 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%
      22.5 1  J1939TP FEE3p 6 0 0 - Rx d 23 A0 0F A6 60 3B D1 40 1F DE 80
      0.019968 1  64              TxRq d 4 64 00 0A ff
      0.019968 CANFD 1 TxRq 64 0 0 1 1 ff 0 0 1000
      5.1 log trigger event
      5.1 SV: 2 0 1 ::Sysvar = 3
      End TriggerBlock
      no internal events logged
      """)
  void otherEventIsNoFrame(String line) throws IOException {
    assertEquals(List.of(), ReadLog.text(HEADER + line + "\n"));
  }

  @Test
  void timesBeforeATriggerKeepTheirOrder() throws IOException {
    assertEquals(
        List.of("-1.500000000 1 064#01", "-0.000001000 1 064#02", "0.250000000 1 064#03"),
        ReadLog.text("""
            base hex  timestamps absolute
              -1.500000 1  64   Rx   d 1 01
              -0.000001 1  64   Rx   d 1 02
               0.250000 1  64   Rx   d 1 03
            """));
  }

  @ParameterizedTest
  @CsvSource({"end of the test", "no time to lose", "base 8", "begin here", "previous owner"})
  void remarkThatBeginsLikeAHeaderIsNone(String line) throws IOException {
    assertEquals(List.of("UNKNOWN_FORM"), ReadLog.text(line + "\n"));
  }

  @Test
  void eventsWithoutHeaderAreUnknown() throws IOException {
    assertEquals(List.of("UNKNOWN_FORM"), ReadLog.text("17.876707 CAN 1 Status:chip\n"));
  }

  @Test
  void decimalBaseHoldsForIdsAndPayloads() throws IOException {
    assertEquals(
        List.of("0.500000000 1 064#0aff", "0.600000000 1 00000064#63 F", "BAD_PAYLOAD"),
        ReadLog.text("""
            base dec  timestamps absolute
               0.500000 1  100             Rx   d 2 10 255
               0.600000 CANFD 1 Rx 100x 0 0 1 1 99 0 0 1000
               0.700000 1  100             Rx   d 1 FF
            """));
  }

  @Test
  void relativeTimesCountFromTheLineBeforeWhateverItIs() throws IOException {
    assertEquals(
        List.of("1479926228.000000000 1 064#01", "1479926228.750000000 1 064#02"),
        ReadLog.text("""
            date Wed Nov 23 18:37:07.000 2016
            base hex  timestamps relative
               1.000000 1  64   Rx   d 1 01
               0.500000 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%
               0.250000 1  64   Rx   d 1 02
            """));
  }

  @Test
  void blockWithItsOwnDateStartsItsTimesAnew() throws IOException {
    assertEquals(
        List.of("1479926237.500000000 1 064#01", "1479926307.100000000 1 064#02"),
        ReadLog.text("""
            date Wed Nov 23 18:37:07.000 2016
            base hex  timestamps absolute
            Begin Triggerblock Wed Nov 23 18:37:17.000 2016
               0.500000 1  64   Rx   d 1 01
            End TriggerBlock
            Begin Triggerblock Wed Nov 23 18:38:27.000 2016
               0.100000 1  64   Rx   d 1 02
            End TriggerBlock
            """));
  }

  @Test
  void blockWhoseTimesGoOnKeepsTheLogsDate() throws IOException {
    assertEquals(
        List.of("1479926227.500000000 1 064#01", "1479926307.100000000 1 064#02"),
        ReadLog.text("""
            date Wed Nov 23 18:37:07.000 2016
            base hex  timestamps absolute
            Begin Triggerblock Wed Nov 23 18:37:07.000 2016
               0.500000 1  64   Rx   d 1 01
            End TriggerBlock
            Begin Triggerblock Wed Nov 23 18:38:27 2016
               80.100000 1  64   Rx   d 1 02
            End TriggerBlock
            """));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      Wed Nov 23 18:37:07.000 2016          | 1479926227
      Wed Nov 23 06:37:07.000 pm 2016       | 1479926227
      Wed Nov 23 18:37:07 2016              | 1479926227
      Wed Nov 23 06:37:07 PM 2016           | 1479926227
      Wed Nov 23 12:00:00.000 am 2016       | 1479859200
      Wed Nov 23 12:00:00.000 pm 2016       | 1479902400
      Mit Nov 23 18:37:07.000 2016          | 1479926227
      Don Mrz 3 18:37:07.000 2016           | 1457030227
      Don Mär 3 18:37:07.000 2016           | 1457030227
      Sam Okt 1 00:00:00.000 2016           | 1475280000
      Fre Dez 30 00:00:00.000 2016          | 1483056000
      mar. mai 3 00:00:00.000 2016          | 1462233600
      sam. juin 4 00:00:00.000 2016         | 1464998400
      lun. juil. 4 00:00:00.000 2016        | 1467590400
      lun. août 1 00:00:00.000 2016         | 1470009600
      jue. dic. 1 00:00:00.000 2016         | 1480550400
      ven gen 1 00:00:00.000 2016           | 1451606400
      周三 十一月 23 18:37:07.000 2016        | 1479926227
      周三 11月 23 18:37:07.000 2016          | 1479926227
      Wed 23 Nov 18:37:07.000 2016          | 1479926227
      """)
  void dateIsReadInTheLanguageOfTheMachine(String date, long seconds) throws IOException {
    assertEquals(
        List.of(seconds + ".500000000 1 064#01"),
        ReadLog.text("date " + date + "\n   0.5 1 64 Rx d 1 01\n"));
  }

  @Test
  void dateInLatin1IsRead() throws IOException {
    byte[] log = "date Don Mär 3 18:37:07.000 2016\n   0.5 1 64 Rx d 1 01\n"
        .getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(List.of("1457030227.500000000 1 064#01"), ReadLog.bytes(log));
  }

  @ParameterizedTest
  @CsvSource({
    "Wed Foo 23 18:37:07.000 2016",
    "Wed Nov 31 18:37:07.000 2016",
    "Wed Nov 23 25:37:07.000 2016",
    "Wed Nov 23 2016",
    "18:37:07",
    "Wed Nov 23 18:37:07.000 16"
  })
  void dateThatIsNotUnderstoodIsCounted(String date) throws IOException {
    assertEquals(
        List.of("BAD_TIME", "0.500000000 1 064#01"),
        ReadLog.text("date " + date + "\n   0.5 1 64 Rx d 1 01\n"));
  }
}
