package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
