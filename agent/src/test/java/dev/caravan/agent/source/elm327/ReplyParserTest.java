package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as in the ELM327 data sheet, or laid out by hand after ISO 15765-2. In a table {@code /} ends a line. */
class ReplyParserTest {
  private static final String VIN = "4902013144344750303052353542313233343536";

  static List<String> parse(Bus.Form form, boolean hasHeaders, String request, String lines) {
    return parse(form, hasHeaders, DiagnosticRequest.EVERYONE, request, lines);
  }

  private static List<String> parse(
      Bus.Form form, boolean hasHeaders, int target, String request, String lines) {
    var parser = new ReplyParser(form, hasHeaders, false, new Checksums());
    var answer = new Dialogue.Answer(lines.replace('/', '\r') + "\r\r", true);
    return parse(parser, answer, new DiagnosticRequest(target, Bytes.ofHex(request)));
  }

  private static List<String> parse(
      ReplyParser parser, Dialogue.Answer answer, DiagnosticRequest asked) {
    List<String> all = new ArrayList<>();
    Bytes request = asked.payload();
    for (DiagnosticReply reply : parser.parse(answer, asked, 5)) {
      assertEquals(5, reply.timeNs());
      assertEquals(request, reply.request());
      String ecu =
          reply.ecu() < 0 ? "-" : Integer.toHexString(reply.ecu()).toUpperCase(Locale.ROOT);
      all.add((ecu + " " + reply.outcome() + " " + reply.payload()).strip());
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "714 | 77E | 77E 05 62 F1 90 41 42 | 77E POSITIVE 62f1904142",
        "714 | 77E | 71C 05 62 F1 90 41 42 | - GARBLED",
        "714 | 77E | 7E8 05 62 F1 90 41 42 | - GARBLED",
        "6A2 | 682 | 682 05 62 F1 90 41 42 | 682 POSITIVE 62f1904142",
        "17FC0076 | 17FE0076 | 17 FE 00 76 05 62 F1 90 41 42 | 17FE0076 POSITIVE 62f1904142",
        "17FC0076 | 17FE0076 | 18 DA F1 10 05 62 F1 90 41 42 | - GARBLED"
      })
  void aUnitIsKnownByTheIdentifierItAnswersUnder(
      String target, String answer, String line, String expected) {
    boolean has29Bits = target.length() == 8;
    var parser = new ReplyParser(
        has29Bits ? Bus.Form.CAN_29 : Bus.Form.CAN_11, true, false, new Checksums());
    var asked = new DiagnosticRequest(
        Integer.parseInt(target, 16), Integer.parseInt(answer, 16), Bytes.ofHex("22f190"));
    assertEquals(List.of(expected), parse(parser, new Dialogue.Answer(line + "\r\r", true), asked));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // one frame, with and without spaces, padded, lower case, with the length digit of ATD1
        "0100 | 7E8 06 41 00 BE 3F A8 13 | 7E8 POSITIVE 4100be3fa813",
        "0100 | 7E8064100BE3FA813 | 7E8 POSITIVE 4100be3fa813",
        "0100 | 7e8064100be3fa813 | 7E8 POSITIVE 4100be3fa813",
        "010d | 7E8 03 41 0D 32 AA AA AA AA | 7E8 POSITIVE 410d32",
        "010d | 7E8 8 03 41 0D 32 AA AA AA AA | 7E8 POSITIVE 410d32",
        "010d | 7E88 03 41 0D 32 AA AA AA AA | 7E8 POSITIVE 410d32",
        "010d | 7E8 7 03 41 0D 32 AA AA AA AA | - GARBLED",
        // errors before, behind and amid
        "010d | SEARCHING.../7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | SEARCHING...7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | 7E8 03 41 0D 32/NO DATA | 7E8 POSITIVE 410d32",
        "010d | 7E8 03 41SEARCHING...0D 32 | - GARBLED",
        "010d | BUS INIT: ...OK/7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | BUS INIT: OK7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | \u00FF\u0001/7E8 03 41 0D 32/\u00FE | 7E8 POSITIVE 410d32",
        "010d | 7E8 03 41 0D 32\u00FE | - GARBLED",
        "010d | NO DATA | - SILENCE",
        "010d | SEARCHING.../UNABLE TO CONNECT | - SILENCE",
        "010d | BUS INIT: ...ERROR | - SILENCE",
        "010d | NOT CONNECTED | - SILENCE",
        "010d | ? | - GARBLED",
        "010d | OK | - GARBLED",
        "010d | CAN ERROR | - GARBLED",
        "010d | BUS BUSY | - GARBLED",
        "010d | BUS ERROR | - GARBLED",
        "010d | FB ERROR | - GARBLED",
        "010d | DATA ERROR | - GARBLED",
        "010d | STOPPED | - GARBLED",
        "010d | LV RESET | - GARBLED",
        "010d | LP ALERT | - GARBLED",
        "010d | ACT ALERT | - GARBLED",
        "010d | ERR94 | - GARBLED",
        "010d | BUFFER FULL | - GARBLED",
        "010d | 7E8 03 41 0D 32 <DATA ERROR | - GARBLED",
        "010d | 7E8 03 41 0D 32 <RX ERROR | - GARBLED",
        "010d | 7E8 03 41 0D 32STOPPED | - GARBLED",
        "010d | 7E8 03 41 0D 32/BUFFER FULL | 7E8 POSITIVE 410d32;- GARBLED",
        // lengths and digits that cannot be
        "010d | 7E8 00 41 0D 32 | - GARBLED",
        "010d | 7E8 04 41 0D 32 | - GARBLED",
        "010d | 7E8 03 41 0D 3 | - GARBLED",
        "010d | 7E8 03 41 0D 32 00 00 00 00 00 | - GARBLED",
        "010d | 7E8 30 00 00 | - GARBLED",
        "010d | 7E8 | - GARBLED",
        "010d | 7E8 0 | - GARBLED",
        "010d | 7E0 03 41 0D 32 | - GARBLED",
        "010d | 123 03 41 0D 32 | - GARBLED",
        // answers to something else
        "010d | 7E8 03 41 0C 32 | 7E8 GARBLED",
        "010d | 7E8 03 42 0D 32 | 7E8 GARBLED",
        "010d | 7E8 02 41 0D | 7E8 GARBLED",
        "0902 | 7E8 10 14 49 04 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36 | 7E8 GARBLED",
        // negative and pending
        "010d | 7E8 03 7F 01 12 | 7E8 NEGATIVE 7f0112",
        "010d | 7E8 03 7F 02 12 | 7E8 GARBLED",
        "010d | 7E8 03 7F 01 78/7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | 7E8 03 7F 01 78/7E8 03 7F 01 78/7E8 03 7F 01 22 | 7E8 NEGATIVE 7f0122",
        "010d | 7E8 03 7F 01 78 | 7E8 NEGATIVE 7f0178",
        // two units
        "010d | 7E8 03 41 0D 32/7E9 03 41 0D 31 | 7E8 POSITIVE 410d32;7E9 POSITIVE 410d31",
        "010d | 7E8 03 41 0D 32/7E8 03 41 0D 32 | 7E8 POSITIVE 410d32",
        "010d | 7E8 03 41 0D 32/7E8 03 41 0D 33 | 7E8 GARBLED",
        // several parameters at once
        "010c0d | 7E8 06 41 0C 1A F8 0D 32 | 7E8 POSITIVE 410c1af80d32",
        "03 | 7E8 06 43 02 01 43 01 96 00 | 7E8 POSITIVE 430201430196",
        "03 | 7E8 02 43 00 | 7E8 POSITIVE 4300"
      })
  void canLinesOf11Bits(String request, String lines, String replies) {
    assertEquals(List.of(replies.split(";")), parse(Bus.Form.CAN_11, true, request, lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36 | 7E8 POSITIVE VIN",
        "7E81014490201314434/7E82147503030523535/7E82242313233343536 | 7E8 POSITIVE VIN",
        // lost, doubled, exchanged, too many, without a beginning, begun anew
        "7E8 10 14 49 02 01 31 44 34/7E8 22 42 31 32 33 34 35 36 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 22 42 31 32 33 34 35 36/7E8 21 47 50 30 30 52 35 35 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36/7E8 23 00 00 | 7E8 POSITIVE VIN;7E8 GARBLED",
        "7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36 | 7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 03 7F 09 22 | 7E8 NEGATIVE 7f0922;7E8 GARBLED",
        // cut short, lengths that need no first frame, or none
        "7E8 10 14 49 02 01 31 44/7E8 21 47 50 30 30 52 35 35/7E8 22 42 31 32 33 34 35 36 | - GARBLED;7E8 GARBLED",
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35/7E8 22 42 31 32 33 34 35 36 | 7E8 GARBLED",
        "7E8 10 07 49 02 01 31 44 34 | - GARBLED",
        "7E8 10 00 49 02 01 31 44 34 | - GARBLED",
        "7E8 1F FF 49 02 01 31 44 34 | 7E8 GARBLED",
        // two units taking turns
        "7E8 10 14 49 02 01 31 44 34/7E9 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E9 21 47 50 30 30 52 35 35/7E9 22 42 31 32 33 34 35 36/7E8 22 42 31 32 33 34 35 36 | 7E8 POSITIVE VIN;7E9 POSITIVE VIN",
        "7E8 10 14 49 02 01 31 44 34/7E9 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/7E9 22 42 31 32 33 34 35 36/7E8 22 42 31 32 33 34 35 36 | 7E8 POSITIVE VIN;7E9 GARBLED",
        // the second late, after the chip's complaint
        "7E8 10 14 49 02 01 31 44 34/7E8 21 47 50 30 30 52 35 35/BUFFER FULL | 7E8 GARBLED;- GARBLED"
      })
  void messagesInSeveralFrames(String lines, String replies) {
    List<String> expected = List.of(replies.replace("VIN", VIN).split(";"));
    assertEquals(Set.copyOf(expected), Set.copyOf(parse(Bus.Form.CAN_11, true, "0902", lines)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0100 | 18 DA F1 10 06 41 00 BE 3F A8 13 | 18DAF110 POSITIVE 4100be3fa813",
        "0100 | 18DAF110064100BE3FA813 | 18DAF110 POSITIVE 4100be3fa813",
        "0100 | 18DAF110 7 064100BE3FA813 | 18DAF110 POSITIVE 4100be3fa813",
        "0100 | 18DBF110064100BE3FA813 | - GARBLED",
        "0100 | 98DAF110064100BE3FA813 | - GARBLED"
      })
  void canLinesOf29Bits(String request, String lines, String reply) {
    assertEquals(List.of(reply), parse(Bus.Form.CAN_29, true, request, lines));
  }

  @Test
  void whoWasAskedAloneMustAnswer() {
    assertEquals(
        List.of("7E9 POSITIVE 62f18601"),
        parse(Bus.Form.CAN_11, true, 0x7E1, "22f186", "7E9 04 62 F1 86 01"));
    assertEquals(
        List.of("- GARBLED"), parse(Bus.Form.CAN_11, true, 0x7E1, "22f186", "7E8 04 62 F1 86 01"));
    assertEquals(
        List.of("18DAF118 POSITIVE 62f18601"),
        parse(Bus.Form.CAN_29, true, 0x18DA18F1, "22f186", "18 DA F1 18 04 62 F1 86 01"));
    assertEquals(
        List.of("- GARBLED"),
        parse(Bus.Form.CAN_29, true, 0x18DA18F1, "22f186", "18 DA F1 10 04 62 F1 86 01"));
  }

  /** First J1850 line: ELM327 data sheet, "Interpreting headers"; the KWP ones from the reference vectors. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "J1850 | 0100 | 48 6B 10 41 00 BE 3E B8 11 FA | 10 POSITIVE 4100be3eb811",
        "J1850 | 0100 | 48 6B 10 41 00 BE 3E B8 11 FB | - GARBLED",
        "J1850 | 0100 | 48 6B 10 41 00 BE 3E B8 11 F | - GARBLED",
        "J1850 | 010c | 41 6B 10 41 0C 0F A0 DE | 10 POSITIVE 410c0fa0",
        "SUM | 010c | 48 6B 10 41 0C 0F A0 BF | 10 POSITIVE 410c0fa0",
        "SUM | 010c | 84 F1 10 41 0C 0F A0 81 | 10 POSITIVE 410c0fa0",
        "SUM | 010c | 80 F1 10 04 41 0C 0F A0 81 | 10 POSITIVE 410c0fa0",
        "SUM | 010c | 85 F1 10 41 0C 0F A0 82 | - GARBLED",
        "SUM | 010c | 84 F1 10 41 0C 0F A0 82 | - GARBLED",
        "SUM | 010c | 83 F1 10 7F 01 78 7C/84 F1 10 41 0C 0F A0 81 | 10 POSITIVE 410c0fa0",
        "SUM | 010c | 83 F1 10 7F 01 12 16 | 10 NEGATIVE 7f0112",
        "SUM | 0902 | 87 F1 10 49 02 01 00 00 00 31 05/87 F1 10 49 02 02 44 34 47 50 E4/87 F1 10 49 02 03 30 30 52 35 BD/87 F1 10 49 02 04 35 42 31 32 B1/87 F1 10 49 02 05 33 34 35 36 AA | 10 POSITIVE 49020000003144344750303052353542313233343536",
        "SUM | 0902 | 87 F1 10 49 02 01 00 00 00 31 05/87 F1 10 49 02 02 44 34 47 50 E4/87 F1 10 49 02 04 35 42 31 32 B1/87 F1 10 49 02 05 33 34 35 36 AA | 10 GARBLED",
        "SUM | 0902 | 87 F1 10 49 02 01 00 00 00 31 05/87 F1 10 49 02 02 44 34 47 50 E4/87 F1 10 49 02 03 30 30 52 35 BD/87 F1 10 49 02 04 35 42 31 32 B1 | 10 GARBLED",
        "SUM | 03 | 87 F1 10 43 01 43 01 96 00 00 A6/87 F1 10 43 01 43 00 00 00 00 0F | 10 POSITIVE 43014301960000014300000000"
      })
  void linesOfOlderBuses(Bus.Form form, String request, String lines, String reply) {
    assertEquals(List.of(reply), parse(form, true, request, lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0100 | 41 00 BE 3F A8 13 | 0 POSITIVE 4100be3fa813",
        "0100 | 4100BE3FA813 | 0 POSITIVE 4100be3fa813",
        "0100 | 41 00 BE 3F A8 13/41 00 80 00 00 01 | 0 GARBLED",
        "0902 | 014/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35/2: 42 31 32 33 34 35 36 | 0 POSITIVE VIN",
        "0902 | 014/0:490201314434/1:47503030523535/2:42313233343536 | 0 POSITIVE VIN",
        "0902 | 014/0: 49 02 01 31 44 34/2: 42 31 32 33 34 35 36 | - GARBLED",
        "0902 | 014/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35 | - GARBLED",
        "0902 | 0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35/2: 42 31 32 33 34 35 36 | - GARBLED",
        "0902 | 014/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35/2: 42 31 32 33 34 35 36 | - GARBLED",
        "0902 | 014/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35/2: 42 31 32 33 34 35 36/3: 00 | - GARBLED",
        "0902 | 014/014/0: 49 02 01 31 44 34/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35 | - GARBLED",
        "0902 | NO DATA | - SILENCE",
        // unused bytes of the frame stay, but behind a refusal
        "010c | 41 0C 1A F8 00 00 00 | 0 POSITIVE 410c1af8000000",
        "010c | 7F 01 12 00 00 00 00 | 0 NEGATIVE 7f0112",
        "03 | 43 01 01 03 | 0 POSITIVE 43010103",
        // the length of ISO-TP in front
        "010c | 04 41 0C 1A F8 00 00 00 | 0 POSITIVE 410c1af8",
        "0902 | 10 14 49 02 01 31 44 34/21 47 50 30 30 52 35 35/22 42 31 32 33 34 35 36 | 0 POSITIVE VIN",
        "0902 | 10 14 49 02 01 31 44 34/10 14 49 02 01 31 44 34/21 47 50 30 30 52 35 35/21 47 50 30 30 52 35 35/22 42 31 32 33 34 35 36/22 42 31 32 33 34 35 36 | 0 GARBLED",
        // several units
        "010d | 41 0D 32/41 0D 32 | 0 POSITIVE 410d32",
        "010d | 41 0D 32/41 0D 33 | 0 GARBLED",
        "010d | 41 0D 32/7F 01 12 | 0 POSITIVE 410d32",
        "0902 | 7F 09 78/014/0: 49 02 01 31 44 34/1: 47 50 30 30 52 35 35/2: 42 31 32 33 34 35 36 | 0 POSITIVE VIN",
        "03 | 43 01 01 03/008/0: 43 03 01 43 01 96/1: 02 34 | 0 GARBLED",
        "0902 | 014/0: 49 02 01 31 44 34/013/0: 49 04 01 35 36 30/1: 47 50 30 30 52 35 35/1: 32 38 39 34 39 41 43/2: 42 31 32 33 34 35 36/2: 20 20 20 20 20 20 20 | - GARBLED"
      })
  void linesWithoutHeaders(String request, String lines, String reply) {
    assertEquals(List.of(reply.replace("VIN", VIN)), parse(Bus.Form.CAN_11, false, request, lines));
  }

  @Test
  void whoWasAskedAloneIsKnownWithoutHeaders() {
    assertEquals(
        List.of("7E9 POSITIVE 62f18601"),
        parse(Bus.Form.CAN_11, false, 0x7E1, "22f186", "62 F1 86 01"));
    assertEquals(
        List.of("18DAF118 POSITIVE 62f18601"),
        parse(Bus.Form.CAN_29, false, 0x18DA18F1, "22f186", "62 F1 86 01"));
  }

  @Test
  void numbersOfLongMessagesWrap() {
    StringBuilder withHeaders = new StringBuilder("7E8 10 80 62 F1 90 00 00 00");
    StringBuilder without = new StringBuilder("080/0: 62 F1 90 00 00 00");
    for (int i = 1; i <= 18; i++) {
      String rest = String.format(" %02X %02X %02X %02X %02X %02X %02X", i, i, i, i, i, i, i);
      withHeaders.append(String.format("/7E8 2%X", i % 16)).append(rest);
      without.append(String.format("/%X:", i % 16)).append(rest);
    }
    String payload = "62f190000000";
    for (int i = 1; i <= 18; i++) {
      payload += String.format("%02x", i).repeat(i == 18 ? 3 : 7);
    }
    assertEquals(
        List.of("7E8 POSITIVE " + payload),
        parse(Bus.Form.CAN_11, true, "22f190", withHeaders.toString()));
    assertEquals(
        List.of("0 POSITIVE " + payload),
        parse(Bus.Form.CAN_11, false, "22f190", without.toString()));
  }

  @Test
  void answerWithoutItsPromptIsGarbled() {
    var answer = new Dialogue.Answer("7E8 03 41 0D 32\r", false);
    var request = new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex("010d"));
    assertEquals(
        List.of(new DiagnosticReply(9, -1, request.payload(), Outcome.GARBLED, Bytes.EMPTY)),
        new ReplyParser(Bus.Form.CAN_11, true, false, new Checksums()).parse(answer, request, 9));
  }

  /** ISO 14229-1, table A.1: 78 is repeated until the answer is there, and a chip listens as long as something comes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7E8 03 41 0D 32/7E9 03 7F 01 78/7E9 03 7F 01 78/7E9 03 7| 7E8 POSITIVE 410d32, 7E9 NEGATIVE 7f0178",
        "7E9 03 7F 01 78/7E9 03 7F 01 78/                        | 7E9 NEGATIVE 7f0178",
        "7E9 03 7F 01 78/7E8 10 0A 41 0D 32 0C 0F A0/            | 7E9 NEGATIVE 7f0178, 7E8 GARBLED ",
        "7E9 03 7F 01 78/7E8 03 41 0D/                           | -1 GARBLED ",
        "7E9 03 7F 01 7                                          | -1 GARBLED ",
      })
  void linesBeforeARepeatedPendingAreBelievedWithoutAPrompt(String text, String wanted) {
    var answer = new Dialogue.Answer(text.replace('/', '\r'), false);
    var request = new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex("010d"));
    String found = new ReplyParser(Bus.Form.CAN_11, true, false, new Checksums())
        .parse(answer, request, 9).stream()
            .map(reply -> (reply.ecu() < 0 ? "-1" : String.format("%X", reply.ecu())) + " "
                + reply.outcome() + " " + reply.payload())
            .collect(Collectors.joining(", "));
    assertEquals(wanted.strip(), found.strip());
  }

  private static final String HEX = "0123456789ABCDEF";

  private record Case(Bus.Form form, String request, String lines) {
    Set<String> right() {
      return positive(lines);
    }

    /** What is believed of some lines, without who said it. */
    Set<String> positive(String text) {
      return parse(form, true, request, text).stream()
          .filter(reply -> reply.contains("POSITIVE"))
          .map(reply -> reply.substring(reply.indexOf(' ')))
          .collect(Collectors.toSet());
    }
  }

  private static final List<Case> CAN = List.of(
      new Case(Bus.Form.CAN_11, "010d", "7E803410D32"),
      new Case(Bus.Form.CAN_11, "010c", "7E804410C1AF8AAAAAA/7E904410C1AF8AAAAAA"),
      new Case(Bus.Form.CAN_11, "0100", "SEARCHING.../7E8 06 41 00 BE 3F A8 13 "),
      new Case(
          Bus.Form.CAN_11, "0902", "7E81014490201314434/7E82147503030523535/7E82242313233343536"),
      new Case(Bus.Form.CAN_29, "010d", "18DAF11003410D32"),
      new Case(Bus.Form.CAN_29, "0100", "18 DA F1 10 06 41 00 BE 3F A8 13"));

  private static final List<Case> OLD = List.of(
      new Case(Bus.Form.J1850, "0100", "486B104100BE3EB811FA"),
      new Case(Bus.Form.SUM, "010c", "84 F1 10 41 0C 0F A0 81"),
      new Case(
          Bus.Form.SUM,
          "0902",
          "87F110490201000000310 5/87F11049020244344750E4/87F11049020330305235BD"
              + "/87F11049020435423132B1/87F11049020533343536AA"));

  @Test
  void noWrongValueComesOfADigitThatIsLostDoubledOrNoDigit() {
    List<Case> all = new ArrayList<>(CAN);
    all.addAll(OLD);
    for (Case one : all) {
      assertEquals(1, one.right().size(), one.lines);
      for (int i = 0; i < one.lines.length(); i++) {
        String before = one.lines.substring(0, i);
        String at = one.lines.substring(i, i + 1);
        String after = one.lines.substring(i + 1);
        check(one, before + after);
        check(one, before + at + at + after);
        check(one, before);
        check(one, after);
        for (int other = 0; other < 256; other++) {
          boolean isDigit = HexLine.digitOf((char) other) >= 0;
          if (!isDigit) {
            check(one, before + (char) other + after);
            check(one, before + (char) other + at + after);
          }
        }
      }
    }
  }

  @Test
  void noWrongValueComesOfAnyDigitInAnyPlaceOnTheOlderBuses() {
    for (Case one : OLD) {
      for (int i = 0; i < one.lines.length(); i++) {
        for (int digit = 0; digit < HEX.length(); digit++) {
          char other = HEX.charAt(digit);
          check(one, one.lines.substring(0, i) + other + one.lines.substring(i + 1));
        }
      }
    }
  }

  /** On CAN the checksum stays in the chip: only what is not data can be seen to be wrong. */
  @Test
  void aDigitInPlaceOfAnotherIsSeenOnCanBeforeTheData() {
    Case one = new Case(Bus.Form.CAN_11, "010c", "7E804410C1AF8AAAAAA");
    for (int i = 0; i < 9; i++) {
      for (int digit = 0; digit < HEX.length(); digit++) {
        char other = HEX.charAt(digit);
        String wrong = one.lines.substring(0, i) + other + one.lines.substring(i + 1);
        // a length that is longer or shorter than the parameter is for the decoder to see
        if (i != 4) {
          check(one, wrong);
        }
      }
    }
  }

  private static void check(Case one, String lines) {
    Set<String> believed = one.positive(lines);
    believed.removeAll(one.right());
    assertEquals(Set.of(), believed, one.lines + " -> " + lines);
  }

  @Test
  void randomTextIsReadWithoutAnException() {
    Random random = new Random(20261123);
    String letters = HEX + "0123 \r\r\n>:?.<SEARCHINGBUSOKERROR\u0000\u00E9\u0665\uFF11";
    for (int i = 0; i < 30_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "7E8" : "");
      int length = random.nextInt(120);
      for (int j = 0; j < length; j++) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      for (Bus.Form form : Bus.Form.values()) {
        assertFalse(parse(form, random.nextBoolean(), "0902", text.toString()).isEmpty());
      }
    }
  }

  @Test
  @Timeout(20)
  void aVeryLongAnswerIsReadInBoundedTime() {
    String many = "7E8 03 41 0D 32\r".repeat(1000);
    assertEquals(List.of("7E8 POSITIVE 410d32"), parse(Bus.Form.CAN_11, true, "010d", many));
  }
}
