package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines in the forms of smaller log programs, made for this test. */
class TextExportsTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      166.064000 R11 0000021A FE 36 12                    | 166.064000000  21A#fe3612
      166.064000 1R11 21A FE                              | 166.064000000 1 21A#fe
      166.064000 T29 0000021A FE                          | 166.064000000  0000021A#fe T
      166.064000 R11 800 FE                               | BAD_ID
      166.064000 R11 21A FE 3                             | BAD_PAYLOAD
      166.064000 R11 21A 01 02 03 04 05 06 07 08 09       | BAD_LENGTH
      166064;RX;0x0000021A;3;0xFE;0x36;0x12;              | 166.064000000  21A#fe3612
      166064;TX;0x1ABCDEF0;0;                             | 166.064000000  1ABCDEF0# T
      166064;RX;0x0000021A;3;0xFE;0x36;                   | BAD_LENGTH
      166064;RX;0x0000021A;9;0xFE;0x36;                   | BAD_LENGTH
      166064;RX;0x0000021A;1;0xFFE;                       | BAD_PAYLOAD
      -250;RX;0x0000021A;1;0xFE;                          | -0.250000000  21A#fe
      166064;RX;0x0000021A;12;0x01;0x02;0x03;0x04;0x05;0x06;0x07;0x08; | 166.064000000  21A#0102030405060708
      166064;RX;0x0000021A;1;0xFE;0x36;                   | BAD_LENGTH
      166064;RX;0x21Z;0;                                  | BAD_ID
      166064;RX;21A;0;                                    | UNKNOWN_FORM
      166064;9;0x0000021A;0;                              | UNKNOWN_FORM
      x66064;RX;21A;0;                                    | UNKNOWN_FORM
      -500000,0000021A,false,0,1,FE,                      | -0.500000000 0 21A#fe
      166064000,0000021A,false,0,12,01,02,03,04,05,06,07,08, | 166.064000000 0 21A#0102030405060708
      166064000,0000021A,false,0,9,01,02,03,04,05,06,07,08,09, | BAD_LENGTH
      166064000,0000021A,false,0,1,FE,36,                 | BAD_LENGTH
      166064000,0000021A,false,can0,1,FE,                 | UNKNOWN_FORM
      166064000,21A,false,0,1,FE,                         | UNKNOWN_FORM
      166.064,0000021A,false,0,1,FE,                      | UNKNOWN_FORM
      100,20                                              | UNKNOWN_FORM
      1689951599.925001;9;067;0;2;2;0;0;0;0;0;E194        | UNKNOWN_FORM
      166.064000 R12 0000021A FE                          | UNKNOWN_FORM
      166064000,0000021A,false,0,3,FE,36,12,              | 166.064000000 0 21A#fe3612
      166064000,0000021A,true,1,3,FE,36,12,00,00,00       | 166.064000000 1 0000021A#fe3612
      166064000,0000021A,false,Tx,0,1,FE,                 | 166.064000000 0 21A#fe T
      166064000,0000021A,maybe,0,1,FE,                    | UNKNOWN_FORM
      166064000,0000021A,false,0,2,FE,                    | BAD_LENGTH
      166064000,0000021A,false,0,1,FEE,                   | BAD_PAYLOAD
      0000021A,FE 36 12                                   | UNKNOWN_FORM
      22:20:14:992 Rx 2 0000021A s 3 FE 36 12             | 80414.992000000 2 21A#fe3612
      22:20:14:9925 Tx 1 0x21A x 1 FE                     | 80414.992500000 1 0000021A#fe T
      22:20:14:992 Rx 1 0x21A sr 4                        | 80414.992000000 1 21A#R4
      22:60:14:992 Rx 1 0x21A s 1 FE                      | BAD_TIME
      22:20:14:992 Rx 1 0x21A q 1 FE                      | UNKNOWN_FORM
      22:20:14:992 Rx 1 0x21A s 9 FE                      | BAD_LENGTH
      22:20:14:992 Rx 1 0x21A s 9 01 02 03 04 05 06 07 08 | 80414.992000000 1 21A#0102030405060708
      22:20:14:992 Rx 1 0x21A s 9 01 02 03 04 05 06 07 08 09 | BAD_LENGTH
      22:20:14:992 Rx 1 0x21A s 1 FE 36                   | BAD_LENGTH
      """)
  void lineIsRead(String line, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(line + "\n"));
  }

  @Test
  void busMasterCountsFromItsDateAndPastMidnight() throws IOException {
    assertEquals(
        List.of("1443052799.900000000 1 21A#fe", "1443052800.100000000 1 21A#ff"),
        ReadLog.text("""
            ***BUSMASTER Ver 2.4.0***
            ***START DATE AND TIME 23:9:2015 22:17:28:928***
            ***HEX***
            ***SYSTEM MODE***
            23:59:59:900 Rx 1 21A s 1 FE
            00:00:00:100 Rx 1 21A s 1 FF
            """));
  }

  @Test
  void busMasterLogThatBeginsJustBeforeMidnightGoesOnTheNextDay() throws IOException {
    assertEquals(
        List.of("1443052800.100000000 1 21A#fe", "1443052801.000000000 1 21A#ff"),
        ReadLog.text("""
            ***START DATE AND TIME 23:9:2015 23:59:59:900***
            ***HEX***
            ***SYSTEM MODE***
            00:00:00:100 Rx 1 21A s 1 FE
            00:00:01:000 Rx 1 21A s 1 FF
            """));
  }

  @Test
  void busMasterModesSetTheMeaningOfTimesAndNumbers() throws IOException {
    String header = "***START DATE AND TIME 23:9:2015 22:17:28:000***\n***DEC***\n";
    String lines = "00:00:01:000 Rx 1 100 s 1 10\n00:00:01:000 Rx 1 100 s 1 11\n";
    assertEquals(
        List.of("1443046649.000000000 1 064#0a", "1443046649.000000000 1 064#0b"),
        ReadLog.text(header + "***ABSOLUTE MODE***\n" + lines));
    assertEquals(
        List.of("1443046649.000000000 1 064#0a", "1443046650.000000000 1 064#0b"),
        ReadLog.text(header + "***RELATIVE MODE***\n" + lines));
  }

  @Test
  void headersAreNoFrames() throws IOException {
    assertEquals(List.of(), ReadLog.text("""
            //---------------------------------
            Microchip Technology Inc.
            CAN BUS Analyzer
            SavvyCAN Exporter
            Logging Started: 23/9/2015 22:17:43
            Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8
            ID,Data Bytes
            166.064000 CXX GVRET-PC Reverse Engineering Tool Output V138
            # a comment

            ***END DATE AND TIME ***
            """));
  }

  /** Lines of the program itself, from a public report of a CAN driver's fault and from a sketch for Arduino. */
  @Test
  void stampsOfMicrochipWithFractionAreSeconds() throws IOException {
    assertEquals(
        List.of(
            "0.000000000  464#000000",
            "505.705200000  464#010100",
            "BAD_LENGTH",
            "506.000000000  464#010100",
            "506.766200000  440#3220fa"),
        ReadLog.text("""
            0;RX;0x464;3;0x00;0x00;0x00;;;;;;
            505.7052;RX;0x464;3;0x01;0x01;0x00;;;;;;
            505.7063;RX;0x65;64;;;;;;;;;
            506;RX;0x464;3;0x01;0x01;0x00;;;;;;
            506.7662;RX;0x440;3;0x32;0x20;0xFA;;;;;;
            """));
    assertEquals(
        List.of(
            "1.247000000  0C2#5c",
            "BAD_TIME",
            "1.249000000  1CFE5FFE#0001020304050607",
            "BAD_LENGTH",
            "BAD_LENGTH"),
        ReadLog.text("""
            1247;RX;0xC2;1;0x5C;0x87;0x00;0x00;0x01;0x00;0x00;0x1C
            1248.5;RX;0xC2;1;0x5C;
            1249;RX;0x1CFE5FFEx;8;0x00;0x01;0x02;0x03;0x04;0x05;0x06;0x07;
            1250;RX;0xC2;2;0x5C;0x87;0x00;
            1251;RX;0xC2;8;0x00;0x01;0x02;0x03;0x04;0x05;0x06;0x07;0x08;
            """));
  }
}
