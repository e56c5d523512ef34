package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code decode} with messages that J1939 sends in packets. */
class DecodePacketsTest {
  private static final String DBC = """
      VERSION ""
      BU_: E
      BO_ 2566841342 EC1: 39 E
       SG_ Idle : 0|16@1+ (0.125,0) [0|8031.875] "rpm" E
       SG_ Reference : 56|16@1+ (1,0) [0|64255] "Nm" E
      BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
      BA_DEF_DEF_ "VFrameFormat" "J1939PG";
      BA_ "VFrameFormat" BO_ 2566841342 3;
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private String decoded(String log, String... more) throws IOException {
    Path dbc = Files.writeString(folder.resolve("j.dbc"), DBC);
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--dbc";
    arguments[1] = dbc.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return String.join("\n", DecodeRun.of(log, arguments).out());
  }

  /** Address claimed, engine speed, trouble codes; none of them in the DBC file. */
  @Test
  void logThatLooksLikeJ1939IsSaidToBeReadWithAnOption() throws IOException {
    String ten = "(1.0) can0 18EEFF00#0102030405060708\n".repeat(3)
        + "(1.0) can0 0CF00400#0102030405060708\n".repeat(4)
        + "(1.0) can0 18FECA00#0102030405060708\n".repeat(3);
    String hint = "frames that look like J1939 and that nothing knows: 10; see --j1939";
    assertTrue(hinted(ten).contains(hint), hinted(ten));
    assertFalse(hinted(ten.substring(ten.indexOf('\n') + 1)).contains("look like"));
    assertFalse(hinted("(1.0) can0 18DAF110#0102030405060708\n".repeat(99)).contains("look like"));
    assertFalse(hinted("(1.0) can0 0F4#0102030405060708\n".repeat(99)).contains("look like"));
    assertFalse(hinted(ten, "--j1939").contains("look like"));
  }

  /** Positions, rapid update, and engine parameters. */
  @Test
  void logThatLooksLikeNmea2000IsSaidToBeReadWithAnOption() throws IOException {
    String ten = "(1.0) can0 09F80103#0102030405060708\n".repeat(5)
        + "(1.0) can0 09F20003#0102030405060708\n".repeat(5);
    assertTrue(
        hinted(ten).contains("look like NMEA 2000 and that nothing knows: 10; see --nmea2000"),
        hinted(ten));
    assertFalse(hinted(ten, "--nmea2000").contains("look like"));
  }

  private String hinted(String log, String... options) throws IOException {
    String exact = DBC.substring(0, DBC.indexOf("BA_DEF_"));
    Path dbc = Files.writeString(folder.resolve("exact.dbc"), exact);
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--dbc";
    all[options.length + 1] = dbc.toString();
    return DecodeRun.of(log, all).err();
  }

  @Test
  void messagesInPacketsAreDecodedOnEachBusByItself() throws IOException {
    assertEquals(
        "1.030000  can1  18FEE300  EC1  Idle=560 rpm  Reference=2400 Nm\n"
            + "1.040000  can0  18FEE300  EC1  Idle=600 rpm  Reference=1200 Nm",
        decoded("""
            (1.000000) can0 1CECFF00#20090002FFE3FE00
            (1.000000) can1 1CECFF00#20090002FFE3FE00
            (1.010000) can0 1CEBFF00#01C012FFFFFFFFFF
            (1.020000) can1 1CEBFF00#018011FFFFFFFFFF
            (1.030000) can1 1CEBFF00#026009FFFFFFFFFF
            (1.040000) can0 1CEBFF00#02B004FFFFFFFFFF
            """));
  }

  @Test
  void messagesThatNobodyKnowsAreShownWhereAllAre() throws IOException {
    assertEquals(
        "1.020000  can0  18FECE00  -    40 FF 6E 00 03 05 90 0C 02",
        decoded("""
            (1.000000) can0 1CECFF00#20090002FFCEFE00
            (1.010000) can0 1CEBFF00#0140FF6E00030590
            (1.020000) can0 1CEBFF00#020C02FFFFFFFFFF
            """, "--all").lines().reduce("", (before, line) -> line));
  }

  @Test
  void troubleCodesAreShownThatNoDbcFileHas() throws IOException {
    assertEquals(
        "{\"t\":1.000000,\"bus\":\"can0\",\"id\":\"0x18FECA03\",\"ext\":true,"
            + "\"message\":\"J1939.03.DM1\",\"signals\":{"
            + "\"MalfunctionIndicatorLamp\":{\"raw\":0,\"value\":0,\"label\":\"Off\"},"
            + "\"MalfunctionIndicatorLampFlash\":{\"raw\":3,\"value\":3,\"label\":\"NoFlash\"},"
            + "\"RedStopLamp\":{\"raw\":0,\"value\":0,\"label\":\"Off\"},"
            + "\"RedStopLampFlash\":{\"raw\":3,\"value\":3,\"label\":\"NoFlash\"},"
            + "\"AmberWarningLamp\":{\"raw\":1,\"value\":1,\"label\":\"On\"},"
            + "\"AmberWarningLampFlash\":{\"raw\":3,\"value\":3,\"label\":\"NoFlash\"},"
            + "\"ProtectLamp\":{\"raw\":3,\"value\":3,\"label\":\"NotAvailable\","
            + "\"quality\":\"not available\"},"
            + "\"ProtectLampFlash\":{\"raw\":3,\"value\":3,\"label\":\"NoFlash\"},"
            + "\"ActiveDtcs\":{\"value\":\"SPN 110 FMI 3 OC 5\"},"
            + "\"ActiveDtcCount\":{\"raw\":1,\"value\":1}}}",
        decoded("(1.000000) can0 18FECA03#07FF6E000305FFFF", "-f", "json"));
  }

  @Test
  void troubleCodesInPacketsAreShownUnderTheirOwnIdentifier() throws IOException {
    String line = decoded("""
        (1.000000) can0 1CECFF00#200A0002FFCAFE00
        (1.010000) can0 1CEBFF00#0140FF6E00030590
        (1.020000) can0 1CEBFF00#020C0203FFFFFFFF
        """);
    assertEquals("1.020000  can0  18FECA00  J1939.00.DM1", line.substring(0, 38));
    assertTrue(
        line.endsWith("  ActiveDtcs=\"SPN 110 FMI 3 OC 5, SPN 3216 FMI 2 OC 3\"  ActiveDtcCount=2"),
        line);
  }

  @Test
  void valuesThatAreNoneSaySo() throws IOException {
    assertEquals(
        "{\"t\":1.000000,\"bus\":\"can0\",\"id\":\"0x18FEE300\",\"ext\":true,\"message\":\"EC1\",\"signals\":{"
            + "\"Idle\":{\"raw\":65535,\"value\":8191.875,\"unit\":\"rpm\",\"quality\":\"not available\"}}}",
        decoded("(1.000000) can0 18FEE300#FFFF", "-f", "json"));
    assertEquals(
        "1.000000  can0  18FEE300  EC1  Idle=8128 rpm (error)",
        decoded("(1.000000) can0 18FEE300#00FE"));
  }

  // what is not joined

  /** PGN 129029 of 43 bytes and PGN 129026 of 8, in a file that says nothing of its bus; senders 1B and any. */
  private static final String PLAIN = """
      VERSION ""
      BU_: A
      BO_ 2381841691 GNSS: 43 A
       SG_ SID : 0|8@1+ (1,0) [0|252] "" A
      BO_ 2314732286 COG: 8 A
       SG_ Ref : 8|2@1+ (1,0) [0|0] "" A
      """;

  private static final String FAST = """
      (1.000000) can0 0DF8051B#A00907174915CD5B
      (1.010000) can0 0DF8051B#A10102FFFFFFFFFF
      (1.020000) can0 09F80223#07FDFFFFFFFFFFFF
      """;

  private DecodeRun plain(String log, String... more) throws IOException {
    Path dbc = Files.writeString(folder.resolve("p.dbc"), PLAIN);
    return DecodeRun.of(
        log,
        Stream.concat(Stream.of("--dbc", dbc.toString()), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void frameThatIsAPartHasNoValuesAndTheSummarySaysWhy() throws IOException {
    String why =
        "standard input: frames without values because they are a part of a longer message:"
            + " 2 (first: GNSS of 43 bytes); fast packets of NMEA 2000 are joined with --nmea2000\n";
    assertEquals(
        new DecodeRun(
            0,
            List.of(
                "1.000000  can0  0DF8051B  GNSS (part of a message of 43 bytes)",
                "1.010000  can0  0DF8051B  GNSS (part of a message of 43 bytes)"),
            why),
        plain(FAST));
    assertEquals(
        new DecodeRun(
            0,
            List.of(
                "{\"t\":1.000000,\"bus\":\"can0\",\"id\":\"0x0DF8051B\",\"ext\":true,"
                    + "\"message\":\"GNSS\",\"signals\":{},\"part\":true}",
                "{\"t\":1.010000,\"bus\":\"can0\",\"id\":\"0x0DF8051B\",\"ext\":true,"
                    + "\"message\":\"GNSS\",\"signals\":{},\"part\":true}"),
            why),
        plain(FAST, "-f", "json"));
  }

  @Test
  void joiningOfFastPacketsIsNotAdvisedWhereItIsAsked() throws IOException {
    Path dbc = Files.writeString(folder.resolve("t.dbc"), "BO_ 1792 Long: 40 A\n");
    assertEquals(
        "standard input: frames without values because they are a part of a longer message:"
            + " 1 (first: Long of 40 bytes)\n",
        DecodeRun.of("(1.0) can0 700#1014490201\n", "--nmea2000", "--dbc", dbc.toString())
            .err());
  }

  @Test
  void fastPacketsAreJoinedWhereThatIsAsked() throws IOException {
    assertEquals(
        new DecodeRun(
            0,
            List.of(
                "1.010000  can0  0DF8051B  GNSS  SID=7", "1.020000  can0  09F80223  COG   Ref=1"),
            ""),
        plain(FAST, "--nmea2000"));
    assertEquals(
        List.of(
            "1.000000  can0  0DF8051B  -     A0 09 07 17 49 15 CD 5B",
            "1.010000  can0  0DF8051B  -     A1 01 02 FF FF FF FF FF",
            "1.010000  can0  0DF8051B  GNSS  SID=7",
            "1.020000  can0  09F80223  COG   Ref=1"),
        plain(FAST, "--nmea2000", "--all").out());
  }

  @Test
  void packetsThatDidNotBecomeAMessageAreCounted() throws IOException {
    String log = """
        (1.000000) can0 0DF8051B#A00907174915CD5B
        (1.751000) can0 0DF8051B#A10102FFFFFFFFFF
        (2.000000) can1 1CECFF00#200E0002FFCAFE00
        (2.050000) can1 1CEBFF00#0104FF6E0003056F
        (2.060000) can1 1CEBFF00#0304FF6E0003056F
        """;
    assertEquals(
        new DecodeRun(
            0,
            List.of(),
            "standard input: messages in packets that did not become whole: 2; a packet too late: 1,"
                + " packets missing or a sender that ended it: 1\n"),
        plain(log, "--nmea2000"));
  }

  // files that do not say that they are J1939

  @Test
  void groupsAreFoundAndPacketsJoinedWhereJ1939IsAsked() throws IOException {
    String log = """
        (1.000000) can0 09F80223#07FDFFFFFFFFFFFF
        (1.010000) can0 18FECA03#07FF6E000305FFFF
        (1.020000) can0 1CECFF2A#20090002FF05F801
        (1.030000) can0 1CEBFF2A#0109174915CD5B00
        (1.040000) can0 1CEBFF2A#020000FFFFFFFFFF
        """;
    assertEquals(List.of(), plain(log).out());
    List<String> out = plain(log, "--j1939").out();
    assertEquals("1.000000  can0  09F80223  COG   Ref=1", out.get(0));
    assertTrue(out.get(1).startsWith("1.010000  can0  18FECA03  J1939.03.DM1  Malf"), out.get(1));
    assertEquals("1.040000  can0  19F8052A  GNSS  SID=9", out.get(2));
    assertEquals(3, out.size());
  }

  @Test
  void troubleCodesNeedNoDbcFile() {
    DecodeRun run = DecodeRun.of("(1.0) can0 18FECA03#07FF6E000305FFFF\n", "--j1939");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().get(0).endsWith("ActiveDtcs=\"SPN 110 FMI 3 OC 5\"  ActiveDtcCount=1"));
    assertEquals("", run.err());
    assertEquals(
        "standard input: frames 1, and none of them is a message that J1939 explains by itself\n",
        DecodeRun.of("(1.0) can0 18FEF103#07FF6E000305FFFF\n", "--j1939").err());
  }

  @Test
  void maskFindsMessagesOfOtherSenders() throws IOException {
    String log = "(1.0) can0 0DF80299#07FDFFFFFFFFFFFF\n";
    assertEquals(List.of(), plain(log).out());
    assertEquals(
        List.of("1.000000  can0  0DF80299  COG   Ref=1"),
        plain(log, "--id-mask", "01FFFF00").out());
    DecodeRun wrong = plain(log, "--id-mask", "7FFFFFFFF");
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.err().startsWith("--id-mask: want hex digits in quotes, 1..1FFFFFFF, "));
  }
}
