package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers on K-line and J1850. Sums and CRCs are from a program of its own, whose CRC gives FA for the line {@code 48 6B 10
 * 41 00 BE 3E B8 11} of the ELM327 data sheet. In a table {@code /} ends a line.
 */
class OlderBusesTest {
  private static final String KWP_VIN =
      "87F1104902010000003105/87F11049020244345047E4/87F11049020330305235BD/87F11049020435423132B1/87F11049020533343536AA";
  private static final String ISO_VIN =
      "486B104902010000003140/486B10490202443450471F/486B1049020330305235F8/486B1049020435423132EC/486B1049020533343536E5";
  private static final String J1850_VIN =
      "486B104902010000003169/486B10490202443450476A/486B104902033030523548/486B1049020435423132C3/486B1049020533343536D4";
  private static final String BARE_VIN =
      "49020100000031/49020244345047/49020330305235/49020435423132/49020533343536";

  /** Service, parameter, three zeros and 1D4PG00R55B123456. */
  private static final String VIN = "49020000003144345047303052353542313233343536";

  /** The two identifications 37805-RBB-J530 and TCU-B-0042. */
  private static final String TWO_IDS =
      "87F1104904010000333740/87F1104904023830352DA1/87F1104904035242422DDB/87F1104904044A353330BB/"
          + "87F11049040500000000DA/87F1104904060000544372/87F110490407552D422DCD/87F11049040830303432A3";

  /** One chip, asked again and again. */
  private static final class Asked {
    private final ReplyParser parser;

    Asked(Bus.Form form, boolean hasHeaders) {
      parser = new ReplyParser(form, hasHeaders, false, new Checksums());
    }

    String ask(String request, String lines) {
      List<String> all = new ArrayList<>();
      var answer = new Dialogue.Answer(lines.replace('/', '\r') + "\r\r", true);
      var asked = new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex(request));
      parser.parse(answer, asked, 5).forEach(reply -> {
        String ecu =
            reply.ecu() < 0 ? "-" : Integer.toHexString(reply.ecu()).toUpperCase(Locale.ROOT);
        all.add((ecu + " " + reply.outcome() + " " + reply.payload()).strip());
      });
      return String.join(";", all);
    }
  }

  @Test
  void vinOfFiveMessagesIsJoinedOnEveryBus() {
    for (String lines : List.of(KWP_VIN, ISO_VIN)) {
      assertEquals("10 POSITIVE " + VIN, new Asked(Bus.Form.SUM, true).ask("0902", lines), lines);
    }
    assertEquals("10 POSITIVE " + VIN, new Asked(Bus.Form.J1850, true).ask("0902", J1850_VIN));
    String spaced = J1850_VIN.replaceAll("([0-9A-F]{2})", "$1 ").replace("/", "\r\n");
    assertEquals("10 POSITIVE " + VIN, new Asked(Bus.Form.J1850, true).ask("0902", spaced));
    for (Bus.Form form : List.of(Bus.Form.SUM, Bus.Form.J1850)) {
      assertEquals("0 POSITIVE " + VIN, new Asked(form, false).ask("0902", BARE_VIN));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void vinWithoutOneOfItsMessagesIsNone(int lost) {
    for (boolean hasHeaders : new boolean[] {true, false}) {
      List<String> lines =
          new ArrayList<>(List.of((hasHeaders ? KWP_VIN : BARE_VIN).split("/", -1)));
      String one = lines.remove(lost);
      String unit = hasHeaders ? "10" : "0";
      assertEquals(
          unit + " GARBLED",
          new Asked(Bus.Form.SUM, hasHeaders).ask("0902", String.join("/", lines)));
      lines.add(lost, one);
      lines.add(lost, one);
      assertEquals(
          unit + " GARBLED",
          new Asked(Bus.Form.SUM, hasHeaders).ask("0902", String.join("/", lines)),
          "repeated");
      lines.remove(lost);
      lines.remove(lost);
      lines.add(lost == 4 ? 0 : 4, one);
      assertEquals(
          unit + " GARBLED",
          new Asked(Bus.Form.SUM, hasHeaders).ask("0902", String.join("/", lines)),
          "out of order");
    }
  }

  @Test
  void unitsThatTakeTurnsAreToldApartByTheirHeaders() {
    String[] engine = KWP_VIN.split("/", -1);
    String[] gearbox = {
      "87F118490201000000310D",
      "87F11849020244345047EC",
      "87F11849020330305235C5",
      "87F11849020435423132B9",
      "87F11849020533343536B2"
    };
    StringBuilder lines = new StringBuilder();
    StringBuilder bare = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      lines.append(engine[i]).append('/').append(gearbox[i]).append('/');
      bare.append(BARE_VIN.split("/", -1)[i])
          .append('/')
          .append(BARE_VIN.split("/", -1)[i])
          .append('/');
    }
    assertEquals(
        "10 POSITIVE " + VIN + ";18 POSITIVE " + VIN,
        new Asked(Bus.Form.SUM, true).ask("0902", lines.toString()));
    assertEquals("0 GARBLED", new Asked(Bus.Form.SUM, false).ask("0902", bare.toString()));
  }

  @Test
  void lastMessagesThatAreMissingAreNoticedByTheirCount() {
    String first = TWO_IDS.substring(0, TWO_IDS.indexOf("87F110490405") - 1);
    Asked untold = new Asked(Bus.Form.SUM, true);
    assertEquals("10 POSITIVE 4904000033373830352d5242422d4a353330", untold.ask("0904", first));
    Asked told = new Asked(Bus.Form.SUM, true);
    assertEquals("10 POSITIVE 490308", told.ask("0903", "83F110490308D8"));
    assertEquals("10 GARBLED", told.ask("0904", first));
    assertEquals(
        "10 POSITIVE 4904000033373830352d5242422d4a353330" + "0000000000005443552d422d30303432",
        told.ask("0904", TWO_IDS));
    assertEquals("10 POSITIVE 490502", told.ask("0905", "83F110490502D4"));
    assertEquals("10 GARBLED", told.ask("0906", "87F1104906011791BC82BE"));
    assertEquals(
        "10 POSITIVE 49061791bc8216e062be",
        told.ask("0906", "87F1104906011791BC82BE/87F11049060216E062BEEF"));
    assertEquals(
        "10 GARBLED",
        told.ask("0904", first.substring(0, first.lastIndexOf('/'))),
        "an id has four messages");
  }

  @Test
  void inUsePerformanceIsNumberedToo() {
    assertEquals(
        "10 POSITIVE 49080001000200030004",
        new Asked(Bus.Form.SUM, true).ask("0908", "486B104908010001000218/486B10490802000300041D"));
    assertEquals("10 GARBLED", new Asked(Bus.Form.SUM, true).ask("0908", "486B10490802000300041D"));
  }

  @ParameterizedTest
  @CsvSource({
    "SUM, true, 03, 87F11043014301960234DC/87F1104302CD000000009A, 10 POSITIVE 4301430196023402cd00000000",
    "J1850, true, 03, 486B104301430196023431/486B104302CD0000000028, 10 POSITIVE 4301430196023402cd00000000",
    "SUM, false, 03, 43014301960234/4302CD00000000, 0 POSITIVE 4301430196023402cd00000000",
    "SUM, false, 07, 47000000000000/47000000000000, 0 POSITIVE 47000000000000",
    // the first has room: two units
    "SUM, false, 03, 43014300000000/4302CD00000000, 0 GARBLED",
    // a line of the list was damaged
    "SUM, true, 03, 87F11043014301960234DC/87F1104302CD000000009B, 10 GARBLED;- GARBLED",
    "SUM, true, 03, 87F11043014301960234DC/87F1104302CD000000009A<DATA ERROR, 10 GARBLED;- GARBLED",
    "SUM, false, 03, 43014301960234/4302CD0000, 0 GARBLED",
    "SUM, false, 03, 43014301960234/BUFFER FULL, 0 GARBLED;- GARBLED",
    "SUM, true, 020C00, 85F110420C001AF8E6, 10 POSITIVE 420c001af8",
    "J1850, true, 020C00, 486B10420C001AF89D, 10 POSITIVE 420c001af8",
    "SUM, false, 020C00, 420C001AF8, 0 POSITIVE 420c001af8",
    "SUM, false, 010D, 410D32/410D33, 0 GARBLED",
    "SUM, false, 010D, 410D32/7F0112, 0 POSITIVE 410d32",
    "SUM, false, 010D, 7F0112, 0 NEGATIVE 7f0112"
  })
  void otherServices(
      Bus.Form form, boolean hasHeaders, String request, String lines, String reply) {
    assertEquals(reply, new Asked(form, hasHeaders).ask(request, lines));
  }

  @Test
  void cloneThatLeavesChecksumsOffIsBelievedFromItsSecondLineOn() {
    Asked kwp = new Asked(Bus.Form.SUM, true);
    assertEquals("- GARBLED", kwp.ask("0100", "86F1104100BE3FA813"));
    assertEquals("10 POSITIVE 4100be3fa813", kwp.ask("0100", "86F1104100BE3FA813"));
    assertEquals("10 POSITIVE 410586", kwp.ask("0105", "83F110410586"));
    assertEquals("10 POSITIVE 410c0fa0", kwp.ask("010c", "80F11004410C0FA0"));
    assertEquals(
        "10 POSITIVE " + VIN, kwp.ask("0902", KWP_VIN.replaceAll("[0-9A-F]{2}(/|$)", "$1")));
    assertEquals("- GARBLED", kwp.ask("0105", "83F1104105"), "a byte is missing");
    assertEquals("- GARBLED", kwp.ask("0105", "83F11041058686"), "a byte too many");
    for (String header : List.of("84F110", "82F110", "83F210", "03F110")) {
      assertEquals("- GARBLED", kwp.ask("0105", header + "410586"));
    }
  }

  @Test
  void checksumThatGotLostIsNoneThatIsLeftOff() {
    Asked chip = new Asked(Bus.Form.SUM, true);
    assertEquals("10 POSITIVE 410586", chip.ask("0105", "83F11041058650"));
    for (int i = 0; i < 5; i++) {
      assertEquals("- GARBLED", chip.ask("0105", "83F110410586"));
    }
    Asked late = new Asked(Bus.Form.SUM, true);
    late.ask("0105", "83F110410586");
    late.ask("0105", "83F110410586");
    assertEquals("10 POSITIVE 410586", late.ask("0105", "83F11041058650"));
    assertEquals("- GARBLED", late.ask("0105", "83F110410586"), "it does print them");
  }

  /** The header of J1850 and ISO 9141-2 has no length: what is known of the answer's has to do. */
  @ParameterizedTest
  @ValueSource(strings = {"SUM", "J1850"})
  void withoutLengthInTheHeaderTheAnswersOwnDecides(Bus.Form form) {
    Asked chip = new Asked(form, true);
    assertEquals("- GARBLED", chip.ask("010c", "486B10410C0FA0"), "nothing is known yet");
    chip.ask("0100", "486B104100BE3EB811");
    assertEquals("- GARBLED", chip.ask("0100", "486B104100BE3EB8"), "too short for a list");
    chip.ask("0100", "486B104100BE3EB811");
    assertEquals("10 POSITIVE 410c0fa0", chip.ask("010c", "486B10410C0FA0"));
    assertEquals("- GARBLED", chip.ask("0100", "486B104100BE3EB8"));
    assertEquals("- GARBLED", chip.ask("03", "486B1043014301960000FF00"));
    assertEquals("10 POSITIVE 43014301960000", chip.ask("03", "486B1043014301960000"));
    assertEquals(
        "10 POSITIVE " + VIN, chip.ask("0902", J1850_VIN.replaceAll("[0-9A-F]{2}(/|$)", "$1")));
  }
}
