package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows made for this test in the forms of their programs; payloads in base64 by coreutils' base64. */
class HeadedTableTest {
  private static final String MF4 =
      "TimestampEpoch;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;ESI;RTR;DataBytes\n";
  private static final String PYTHON_CAN =
      "timestamp,arbitration_id,extended,remote,error,dlc,data\n";
  private static final String GVRET =
      "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n";

  private static String why(String log) {
    return String.valueOf(
        assertThrows(UnreadableLogException.class, () -> ReadLog.text(log)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      1689951599.925001;9;067;0;8;8;0;0;0;0;0;E19462F0C9F66E01     | 1689951599.925001000 9 067#e19462f0c9f66e01
      1670926807.419900;1;00000000;1;9;12;0;1;1;0;0;AAAAAAAAAAAAAAAAAAAAAAAA | 1670926807.419900000 1 00000000#aaaaaaaaaaaaaaaaaaaaaaaa FB
      1670926807.419900;1;7FF;0;2;2;1;1;0;1;0;AABB                 | 1670926807.419900000 1 7FF#aabb FST
      1670926807.419900;1;7FF;0;5;0;0;0;0;0;1;                     | 1670926807.419900000 1 7FF#R5
      1670926807.419900;1;7FF;0;0;0;0;0;0;0;0;                     | 1670926807.419900000 1 7FF#
      -0.5;1;7FF;0;1;1;0;0;0;0;0;AA                                | -0.500000000 1 7FF#aa
      1.5;1;7FF;0;9;8;0;0;0;0;0;0102030405060708                   | 1.500000000 1 7FF#0102030405060708
      1.5;1;7FF;0;15;8;0;0;0;0;0;0102030405060708                  | 1.500000000 1 7FF#0102030405060708
      1.5;1;7FF;0;12;12;0;0;0;0;0;0102030405060708090A0B0C         | BAD_LENGTH
      1.5;1;7FF;0;9;9;0;1;0;0;0;010203040506070809                 | BAD_LENGTH
      1.5;1;7FF;0;8;8;0;0;0;0;0;01020304050607                     | BAD_LENGTH
      1.5;1;7FF;0;2;3;0;0;0;0;0;010203                             | BAD_LENGTH
      1.5;1;7FF;0;16;8;0;0;0;0;0;0102030405060708                  | BAD_LENGTH
      1.5;1;7FF;0;5;0;0;0;0;0;1;AA                                 | BAD_LENGTH
      1.5;1;800;0;1;1;0;0;0;0;0;AA                                 | BAD_ID
      1.5;1;7FX;0;1;1;0;0;0;0;0;AA                                 | BAD_ID
      1.5;1;7FF;0;1;1;0;0;0;0;0;AAA                                | BAD_PAYLOAD
      1.5;1;7FF;0;1;1;0;0;0;0;0;AX                                 | BAD_PAYLOAD
      1,5;1;7FF;0;1;1;0;0;0;0;0;AA                                 | BAD_TIME
      1.5;1;7FF;2;1;1;0;0;0;0;0;AA                                 | UNKNOWN_FORM
      1.5;1;7FF;0;1;1;0;0;0;0;AA                                   | UNKNOWN_FORM
      1.5;1;7FF;0;1;1;0;0;0;0;0;AA;7                               | UNKNOWN_FORM
      166064;RX;0x0000021A;3;0xFE;0x36;0x12;                       | UNKNOWN_FORM
      """)
  void rowOfAnMf4ConverterIsRead(String row, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(MF4 + row + "\n"));
  }

  /** As pandas writes tables, with quotes around texts or all cells, and a column of row numbers. */
  @Test
  void quotesAndRowNumbersOfATableAreNoPartOfIt() throws IOException {
    List<String> wanted = List.of("1.500000000 3 067#e194", "2.500000000 3 067#R2");
    assertEquals(wanted, ReadLog.text("""
            ,TimestampEpoch,BusChannel,ID,IDE,DLC,DataLength,Dir,EDL,BRS,ESI,RTR,DataBytes
            0,1.5,3,067,0,2,2,0,0,0,0,0,E194
            1,2.5,3,067,0,2,0,0,0,0,0,1,
            """));
    assertEquals(wanted, ReadLog.text("""
            "","TimestampEpoch","BusChannel","ID","IDE","DLC","DataLength","RTR","DataBytes"
            "0",1.5,"3","067",0,2,2,0,"E194"
            "1",2.5,"3","067",0,2,0,1,""
            """));
    assertEquals(
        List.of("BAD_TIME"),
        ReadLog.text("TimestampEpoch;ID;IDE;DLC;DataLength;DataBytes\n\"1.5;067;0;1;1;AA\n"));
  }

  @Test
  void columnsAreFoundByTheirNamesInAnyOrderAndWithAnySeparator() throws IOException {
    List<String> wanted = List.of("1.500000000 3 067#e194 T");
    assertEquals(wanted, ReadLog.text("""
            DataBytes;Dir;EDL;BRS;ID;IDE;DLC;DataLength;BusChannel;TimestampEpoch
            E194;1;0;0;67;0;2;2;3;1.5
            """));
    assertEquals(wanted, ReadLog.text("""
            TimestampEpoch,BusChannel,ID,IDE,DLC,DataLength,Dir,DataBytes
            1.5,3,67,0,2,2,1,E194
            """));
    assertEquals(wanted, ReadLog.text("""
            "TimestampEpoch"\tBusChannel\tNote\tID\tIDE\tDLC\tDataLength\tDir\tDataBytes
            1.5\t3\train\t67\t0\t2\t2\t1\tE194
            """));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      1483389464.165,0x67,0,0,0,2,3q0=                        | 1483389464.165000000  067#dead
      1483389464.165,0x1ffffff0,1,0,0,8,AAECAwQFBgc=          | 1483389464.165000000  1FFFFFF0#0001020304050607
      1483389464.165,0x67,0,0,0,3,+/8A                        | 1483389464.165000000  067#fbff00
      1483389464.165,0x67,0,0,0,12,AQIDBAUGBwgJCgsM           | 1483389464.165000000  067#0102030405060708090a0b0c F
      1483389464.165,0x67,0,1,0,4,                            | 1483389464.165000000  067#R4
      1483389464.165,0x67,0,0,1,0,                            | 1483389464.165000000  080#0000000000000000 E
      1483389464.165,0x67,0,0,0,0,                            | 1483389464.165000000  067#
      1483389464.165,0x67,0,0,0,3,3q0=                        | BAD_LENGTH
      1483389464.165,0x67,0,0,0,9,AQIDBAUGBwgJ                | BAD_LENGTH
      1483389464.165,0x67,0,0,0,2,3q0                         | BAD_PAYLOAD
      1483389464.165,0x67,0,0,0,2,3q==0                       | BAD_PAYLOAD
      1483389464.165,0x67,0,0,0,4,deadbeef                    | BAD_LENGTH
      1483389464.165,67,0,0,0,2,3q0=                          | BAD_ID
      1e-05,0x67,0,0,0,2,3q0=                                 | BAD_TIME
      """)
  void rowOfPythonCanIsRead(String row, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(PYTHON_CAN + row + "\n"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      166064000,0000021A,false,Rx,0,3,FE,36,12,               | 166.064000000 0 21A#fe3612
      166064000,0x21A,false,Tx,1,3,FE,36,12,00,00,00,00,00    | 166.064000000 1 21A#fe3612 T
      -250000,21A,true,Rx,0,0,                                | -0.250000000 0 0000021A#
      166064000,21A,false,Rx,0,12,1,2,3,4,5,6,7,8             | 166.064000000 0 21A#0102030405060708
      166064000,21A,false,Rx,0,12,1,2,3,4,5,6,7,8,9,A,B,C     | 166.064000000 0 21A#0102030405060708090a0b0c F
      166064000,21A,false,Rx,0,10,1,2,3,4,5,6,7,8,9,A         | BAD_LENGTH
      166064000,21A,false,Rx,0,2,FE,36,12                     | BAD_LENGTH
      166064000,21A,false,0,3,FE,36,12                        | UNKNOWN_FORM
      """)
  void rowOfGvretIsRead(String row, String wanted) throws IOException {
    assertEquals(List.of(wanted), ReadLog.text(GVRET + row + "\n"));
  }

  @Test
  void olderGvretHasNoDirection() throws IOException {
    assertEquals(List.of("166.064000000 0 21A#fe3612", "UNKNOWN_FORM"), ReadLog.text("""
            Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8
            166064000,0000021A,false,0,3,FE,36,12,
            166064000,0000021A,false,Rx,0,1,FE,
            """));
  }

  @Test
  void tableWithoutTimesHasThatOfTheFrameBefore() throws IOException {
    assertEquals(
        List.of("0.000000000  21A#fe3612", "0.000000000  1ABCDEF0#fe", "BAD_PAYLOAD"),
        ReadLog.text("ID,Data Bytes\n0000021A,FE 36 12 \n1ABCDEF0,FE\n0000021A,FE3612\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Timestamp;Type;ID;Data\n01T094459373;0;1fb;0000000000000000\n",
        "Time,Channel,ID,Flags,DLC,Data0,Data1\n0.5,1,103,0,2,1,2\n",
        "Time Stamp,ID,Extended,Bus,LEN,B1,B2\n166064000,0000021A,false,0,1,FE,\n",
        "Time Stamp,ID,Extended,Bus,LEN,D1,D3\n166064000,0000021A,false,0,1,FE,\n",
        "time (ms),id,ext,bus,len,data\n166064,0000021A,false,0,1,FE\n",
        "TimestampEpoch;BusChannel;ID;DataLength;DataBytes\n1.5;1;67;2;E194\n",
        "Timestamp;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;DataBytes\n1.5;9;067;0;1;1;0;0;0;E1\n",
        "TimestampEpoch;ID;ID;IDE;DLC;DataLength;DataBytes\n1.5;67;68;0;1;1;E1\n",
        "\"Time\",\"ID\"\n0.5,100\n",
        "ID,Data\n100,20\n",
        "Time,Value\n"
      })
  void tableWithAnotherHeadIsRefusedByItsColumns(String log) {
    String head = log.lines().findFirst().orElseThrow().replace("\"", "").replaceAll("[,;]", ", ");
    String why = why("# a comment\n" + log);
    assertTrue(why.startsWith("a table with the columns " + head + ": not known; known are"), why);
  }

  @Test
  void anotherHeadBelowFramesHidesTheRowsBelowIt() throws IOException {
    assertEquals(
        List.of("1.500000000 9 067#e1", "UNKNOWN_FORM", "UNKNOWN_FORM", "2.500000000 9 067#e2"),
        ReadLog.text(MF4 + "1.5;9;067;0;1;1;0;0;0;0;0;E1\n"
            + "Time;Bus;ID;IDE;DLC;DataLength;Dir;EDL;BRS;ESI;RTR;Data\n"
            + "1.5;9;067;0;1;1;0;0;0;0;0;E1\n" + MF4 + "2.5;9;067;0;1;1;0;0;0;0;0;E2\n"));
  }

  @Test
  void remarkWithACommaIsNoHead() throws IOException {
    assertEquals(
        List.of("UNKNOWN_FORM", "1.500000000 can0 100#01"),
        ReadLog.text("Drive three, in the rain\n(1.5) can0 100#01\n"));
  }
}
