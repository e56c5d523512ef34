package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines in the forms that PEAK's description of its trace files gives, made for this test. */
class PcanTraceTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      1)      1841      0001  8  00 11 22 33 44 55 66 77                       | 1.841000000  001#0011223344556677
      2)      1841  00000001  1  00                                            | 1.841000000  00000001#00
      3)      1841      0100  3  RTR                                           | 1.841000000  100#R3
      1)      1059.9  Rx         0300  2  00 01                                | 1.059900000  300#0001
      1)      1059.9  Tx         0300  2  00 01                                | 1.059900000  300#0001 T
      1)      1059.900 2  Rx     0300  2  00 01                                | 1.059900000 2 300#0001
      1)      1059.900 2  Rx     0300 -  2    00 01                            | 1.059900000 2 300#0001
      1)      1059.900 2  Rx     0300 -  3    RTR                              | 1.059900000 2 300#R3
      1      1059.900 DT     0300 Rx 2  00 01                                  | 1.059900000  300#0001
      1      1059.900 DT     0300 Tx 2  00 01                                  | 1.059900000  300#0001 T
      1      1059.900 FD 18EFC034 Rx 12  01 02 03 04 05 06 07 08 09 0A 0B 0C   | 1.059900000  18EFC034#0102030405060708090a0b0c F
      1      1059.900 RR     0300 Rx 3                                         | 1.059900000  300#R3
      1      1059.900 DT 1   0300 Rx -  2    00 01                             | 1.059900000 1 300#0001
      1      1059.900 FB 1   0300 Rx -  9    01 02 03 04 05 06 07 08 09 0A 0B 0C  | 1.059900000 1 300#0102030405060708090a0b0c FB
      1      1059.900 FE 1   0300 Rx -  1    01                                | 1.059900000 1 300#01 FS
      1      1059.900 BI 1   0300 Rx -  1    01                                | 1.059900000 1 300#01 FBS
      1)      -12.5   Rx         0300  2  00 01                                | -0.012500000  300#0001
      1      -1059.900 DT     0300 Rx 2  00 01                                 | -1.059900000  300#0001
      1)      1059.900 2  Rx     0300 -  12   00 01 02 03 04 05 06 07          | 1.059900000 2 300#0001020304050607
      1      1059.900 DT 1   0300 Rx -  15   00 01 02 03 04 05 06 07           | 1.059900000 1 300#0001020304050607
      1      1059.900 DT 1   0300 Rx -  12   00 01 02 03 04 05 06 07 08 09 0A 0B  | BAD_LENGTH
      1      1059.900 RR     0300 Rx 9                                         | 1.059900000  300#R8
      1)      1059.900 2  Rx     0300 -  3    00 01                            | BAD_LENGTH
      1)      1059.900 2  Rx     0300 -  2    00 0X                            | BAD_PAYLOAD
      1)      1059.900 2  Rx     03000 -  1    00                              | BAD_ID
      1)      1059.900 2  Rx     0800 -  1    00                               | BAD_ID
      1)      10x9.900 2  Rx     0300 -  1    00                               | BAD_TIME
      1      1059.900 DT     0300 Rx 9  00 01 02 03 04 05 06 07 08             | BAD_LENGTH
      1      1059.900 ZZ     0300 Rx 1  00                                     | UNKNOWN_FORM
      1      1059.900 DT     0300 up 1  00                                     | UNKNOWN_FORM
      """)
  void lineIsRead(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text("   " + line + "\r\n"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      2)      1842      0008  4  ERROR 00 19 08 08
      3)      1843  FFFFFFFF  4  00 00 00 04 -- -- -- -- BUSLIGHT
      5)      1346.8  Warng  FFFFFFFF  4  00 00 00 04  BUSLIGHT
      6)      1349.222 1  Error     0008 -  4    00 19 08 08
      6      1334.522 ER         Rx    04 00 02 00 00
      7      1334.224 EV 1   User-defined event for bus 1
      9      1334.231 ST 1   -  Rx -  4    00 00 00 08
      11     1334.643 EC 1   -  Rx -  2    02 02
      ;$COLUMNS=N,O,T,B,I,d,R,L,D
      """)
  void statusIsNoFrame(String line) throws IOException {
    assertEquals(List.of(), ReadLog.text(line + "\n"));
  }

  @Test
  void startTimeIsDaysSinceTheEndOf1899() throws IOException {
    // 42209.4075997106 days, less 25569, of 86400 s: 2015-07-24 09:46:56.615
    assertEquals(List.of("1437731216.614995840  300#00"), ReadLog.text("""
            ;$FILEVERSION=2.0
            ;$STARTTIME=42209.4075997106
            ;   Start time: 24.07.2015 09:46:56.615.0
                  1         0.000 DT     0300 Rx 1  00
            """));
  }

  @Test
  void startTimeOfTheOldestFormIsWrittenDayFirst() throws IOException {
    assertEquals(List.of("1031760022.523000000  001#00"), ReadLog.text("""
            ;   Start time: 11.09.2002 16:00:20.682
                 1)      1841      0001  1  00
            """));
  }

  @Test
  void startTimeThatIsNoNumberIsCounted() throws IOException {
    assertEquals(List.of("BAD_TIME"), ReadLog.text(";$STARTTIME=yesterday\n"));
    assertEquals(List.of("BAD_TIME"), ReadLog.text(";$STARTTIME=9e999999999\n"));
  }
}
