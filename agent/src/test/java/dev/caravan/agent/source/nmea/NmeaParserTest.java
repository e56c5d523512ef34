package dev.caravan.agent.source.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.FrameChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NmeaParserTest {
  private static final String GGA =
      "$GPGGA,123519,4807.038,N,01131.324,E,1,08,0.9,545.4,M,46.9,M,,*42";
  private static final String GGA_TEXT = GGA.substring(1, GGA.length() - 3);
  private static final String ZDA = "$GPZDA,120000.00,23,11,2026,00,00*62";
  private static final String ZDA_TEXT = ZDA.substring(1, ZDA.length() - 3);

  private final List<String> dropped = new ArrayList<>();
  private int passedOver;
  private final NmeaParser.Notices notices = new NmeaParser.Notices() {
    @Override
    public void malformed(String why) {
      dropped.add(why);
    }

    @Override
    public void passedOver(int bytes) {
      passedOver += bytes;
    }
  };
  private final NmeaParser parser = new NmeaParser(true, notices);

  private List<String> parse(String text) {
    return parse(parser, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> parse(NmeaParser parser, byte[] bytes) {
    FrameChunk chunk = new FrameChunk("gnss", 64);
    assertEquals(bytes.length, parser.parse(bytes, 0, bytes.length, 7, chunk));
    List<String> found = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      found.add(chunk.frame(i).toString());
    }
    return found;
  }

  @Test
  void aSentenceIsWholeWithItsChecksum() {
    assertEquals(List.of(GGA_TEXT), parse(GGA));
    assertEquals(List.of(), dropped);
  }

  @Test
  void lowerCaseChecksumIsRight() {
    assertEquals(List.of("GNHDT,274.1,T"), parse("$GNHDT,274.1,T*2b\r\n"));
  }

  @Test
  void joinedSentencesAreTwo() {
    assertEquals(List.of(GGA_TEXT, ZDA_TEXT), parse(GGA + ZDA + "\r\n"));
    assertEquals(List.of(), dropped);
  }

  @Test
  void lineEndsMayBeMissingOrOdd() {
    assertEquals(List.of(GGA_TEXT, ZDA_TEXT, GGA_TEXT), parse(GGA + "\n" + ZDA + "\r" + GGA));
    assertEquals(0, passedOver);
  }

  @Test
  void aCutSentenceIsCountedAndTheNextOneRead() {
    assertEquals(List.of(ZDA_TEXT), parse(GGA.substring(0, 30) + ZDA + "\r\n"));
    assertEquals(List.of("sentence cut short by the next one"), dropped);
  }

  @Test
  void aSentenceThatEndsBeforeItsChecksumIsCounted() {
    assertEquals(List.of(ZDA_TEXT), parse(GGA.substring(0, 30) + "\r\n" + ZDA + "\r\n"));
    assertEquals(List.of("sentence without a checksum"), dropped);
  }

  @Test
  void aWrongChecksumIsCountedAndNotBelieved() {
    assertEquals(List.of(), parse(GGA.replace("*42", "*43") + "\r\n"));
    assertEquals(List.of("wrong checksum"), dropped);
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] right = (GGA + "\r\n").getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at < GGA.length(); at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = right.clone();
        changed[at] ^= (byte) (1 << bit);
        boolean sameDigit =
            Character.toLowerCase((char) changed[at]) == Character.toLowerCase((char) right[at])
                && at > GGA.length() - 3;
        NmeaParser fresh = new NmeaParser(true, notices);
        List<String> found = parse(fresh, changed);
        assertTrue(found.isEmpty() || sameDigit, "byte " + at + ", bit " + bit + ": " + found);
        fresh.reset();
      }
    }
    assertTrue(dropped.size() > 400);
  }

  @Test
  void everyOneOfTwoChecksumDigitsCounts() {
    for (int sum = 0; sum < 256; sum++) {
      String sentence = GGA.substring(0, GGA.length() - 2) + String.format("%02X", sum);
      assertEquals(sum == 0x42 ? 1 : 0, parse(sentence + "\r\n").size(), sentence);
    }
    assertEquals(255, dropped.size());
  }

  @Test
  void bytesBetweenSentencesArePassedOver() {
    byte[] ubx = {(byte) 0xB5, 0x62, 0x01, 0x07, 0x02, 0x00, '$', 0x00, 0x55, (byte) 0xAA};
    String text = new String(ubx, StandardCharsets.ISO_8859_1);
    assertEquals(List.of(GGA_TEXT, ZDA_TEXT), parse(GGA + "\r\n" + text + ZDA + "\r\n" + text));
    assertEquals(List.of(), dropped);
    assertEquals(20, passedOver);
  }

  @Test
  void binaryInsideASentenceEndsIt() {
    assertEquals(List.of(ZDA_TEXT), parse("$GPGGA,1235\u00B5b\u0001\u0007" + ZDA));
    assertEquals(List.of("byte that is not printable inside a sentence"), dropped);
  }

  @Test
  void shipsAndProprietarySentencesPass() {
    assertEquals(
        List.of("AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0", "PMTK001,604,3"),
        parse("!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A\r\n$PMTK001,604,3*32\r\n"));
    assertEquals(List.of(), dropped);
  }

  @Test
  void aSentenceOf256CharactersPassesAndOneMoreIsDropped() {
    String longest = "GPTXT," + "x".repeat(250);
    assertEquals(List.of(longest), parse("$" + longest + "*" + sum(longest)));
    String longer = longest + "x";
    assertEquals(List.of(), parse("$" + longer + "*" + sum(longer)));
    assertEquals(List.of("sentence too long"), dropped);
  }

  private static String sum(String text) {
    int sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum ^= text.charAt(i);
    }
    return String.format("%02X", sum);
  }

  @Test
  void withoutAChecksumOnlyWhereThatIsAllowed() {
    NmeaParser lenient = new NmeaParser(false, notices);
    byte[] plain = "$GPHDT,274.1,T\r\n".getBytes(StandardCharsets.US_ASCII);
    assertEquals(List.of("GPHDT,274.1,T"), parse(lenient, plain));
    assertEquals(List.of(), parse(parser, plain));
    assertEquals(List.of("sentence without a checksum"), dropped);
    byte[] wrong = "$GPHDT,274.1,T*00\r\n".getBytes(StandardCharsets.US_ASCII);
    assertEquals(List.of(), parse(lenient, wrong));
    assertEquals(2, dropped.size());
  }

  @Test
  void timeIsThatOfTheFirstByte() {
    byte[] bytes = GGA.getBytes(StandardCharsets.US_ASCII);
    FrameChunk chunk = new FrameChunk("gnss", 1);
    parser.parse(bytes, 0, 10, 100, chunk);
    parser.parse(bytes, 10, bytes.length, 200, chunk);
    assertEquals(100, chunk.frame(0).timeNs());
  }
}
