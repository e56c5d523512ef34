package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever an adapter prints, what is believed of it answers the request. The first byte chooses bus and request. */
class ReplyParserFuzzTest {
  private static final List<Bus.Form> FORMS = List.of(Bus.Form.values());
  private static final List<String> REQUESTS =
      List.of("010c", "010c0d", "03", "020c00", "0902", "0601", "22f190", "1902ff");

  @FuzzTest(maxDuration = "3m")
  void whatIsBelievedAnswersTheRequest(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Bus.Form form = FORMS.get(data[0] >> 4 & 3);
    Bytes request = Bytes.ofHex(REQUESTS.get(data[0] & 7));
    String text = new String(data, 1, data.length - 1, StandardCharsets.ISO_8859_1);
    List<DiagnosticReply> replies = new ReplyParser(form, data[0] >= 0, false, new Checksums())
        .parse(
            new Dialogue.Answer(text, true),
            new DiagnosticRequest(DiagnosticRequest.EVERYONE, request),
            5);
    assertTrue(replies.size() <= data.length + 1, "more replies than bytes");
    for (DiagnosticReply reply : replies) {
      assertEquals(request, reply.request());
      Bytes payload = reply.payload();
      assertTrue(payload.length() <= data.length, "more bytes than came");
      if (reply.outcome() == Outcome.POSITIVE) {
        assertEquals(request.at(0) | 0x40, payload.at(0));
      } else if (reply.outcome() == Outcome.NEGATIVE) {
        assertEquals(0x7F, payload.at(0));
        assertEquals(request.at(0), payload.at(1));
      }
    }
  }
}
