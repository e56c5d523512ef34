package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        "1.020000  can0  18FECA00  -    40 FF 6E 00 03 05 90 0C 02",
        decoded("""
            (1.000000) can0 1CECFF00#20090002FFCAFE00
            (1.010000) can0 1CEBFF00#0140FF6E00030590
            (1.020000) can0 1CEBFF00#020C02FFFFFFFFFF
            """, "--all").lines().reduce("", (before, line) -> line));
  }
}
