package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets written out by hand from MQTT 5, 3.2. */
class ConnackMendTest {
  /** Every property that a CONNACK may have before and behind the Receive Maximum, and a PINGRESP behind it all. */
  private static final String BEFORE = "1100000E10" // session expiry 3600
      + "120002 2124" // assigned client id of two bytes that are identifiers elsewhere
      + "13FFFF" // server keep-alive 65535
      + "150001 21" // authentication method
      + "160002 21FF" // authentication data
      + "1A0000" // response information
      + "1F0003 21FFFF" // reason string
      + "2402" // maximum QoS
      + "2501" // retain available
      + "260001 21 0002 21FF" // user property
      + "27FFFFFFFF"; // maximum packet size

  private static final String BEHIND = "2801 2901 2A01 22FFFF";

  private static String throughPieces(String hex, int piece) {
    byte[] bytes = Bytes.ofHex(hex.replace(" ", "")).toArray();
    ConnackMend mend = new ConnackMend();
    for (int at = 0; at < bytes.length; at += piece) {
      mend.read(bytes, at, Math.min(piece, bytes.length - at));
    }
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  private static String connack(String properties) {
    String plain = properties.replace(" ", "");
    int length = plain.length() / 2;
    return String.format("20%02X0000%02X%s", 3 + length, length, plain) + "D000";
  }

  @ParameterizedTest
  @CsvSource({
    "210001, 210001",
    "217FFF, 217FFF",
    "218000, 217F00",
    "21FFFF, 217FFF",
    "219C40, 217F40"
  })
  void onlyAReceiveMaximumThatPahoTakesForNegativeIsLowered(String sent, String got) {
    for (int piece = 1; piece < 100; piece++) {
      assertEquals(
          connack(BEFORE + got + BEHIND), throughPieces(connack(BEFORE + sent + BEHIND), piece));
    }
  }

  @Test
  void whatFollowsTheConnackPassesAsItIs() {
    String publishLikeAConnack = "2005000002 21FFFF".replace(" ", "");
    for (int piece = 1; piece < 40; piece++) {
      String packets = "2003000000" + publishLikeAConnack;
      assertEquals(packets, throughPieces(packets, piece));
      String properties = connack("218000") + "20060000 0321FFFF".replace(" ", "");
      assertEquals(properties.replace("218000", "217F00"), throughPieces(properties, piece));
    }
  }

  // MQTT 3.1.1, 3.2: two bytes; then packets that look like properties
  @Test
  void whatFollowsAConnackOf311PassesAsItIs() {
    String packets = "20020000" + "2103 21FFFF".replace(" ", "") + "D000";
    for (int piece = 1; piece < 15; piece++) {
      assertEquals(packets, throughPieces(packets, piece));
    }
  }

  @Test
  void whatIsNoConnackPassesAsItIs() {
    for (String packet : new String[] {
      "F0060000 0321FFFF", // AUTH
      "485454502F312E3120343030", // "HTTP/1.1 400"
      "20060000 03FF21FFFF", // a property that there is not
      "2080808080 0000 0321FFFF",
      "2006000080808080 21FFFF"
    }) {
      String plain = packet.replace(" ", "");
      assertEquals(plain, throughPieces(plain, 3));
    }
  }
}
